"""Leaving a group, at once and for every reason, and coming back as if nothing had happened."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from groups.actions.log import note
from groups.models import Action, Membership, PastMember, Role

REMOVED = "removed"
UNDO_WITHIN = timedelta(days=30)
KEPT = (
    "role", "delivery", "digest_format", "own_posts", "skip_addressed", "attachments_kb", "plain_text", "posting",
    "approved_posts", "rejected_posts", "rights", "came_by", "listed", "address_listed",
)  # fmt: skip
NOT_GIVEN_BACK = {"role": Role.OWNER}  # who gave up owning a group does not take it back by a link in an old mail


class LastOwner(Exception):
    """The only owner may not go: a group is never left without one."""

    def __init__(self, membership: Membership) -> None:
        said = _("%(group)s would have no owner left. Make somebody else an owner first.")
        super().__init__(said % {"group": membership.group.name})


@transaction.atomic
def leave(membership: Membership, *, how: str, by: User | None = None, reason: str = "") -> PastMember:
    """Take a member out at once; what they had chosen is kept for an undo. `by`: the moderator who removes them. Raises
    LastOwner."""
    if membership.role == Role.OWNER and not has_other_owner(membership):
        raise LastOwner(membership)
    past = PastMember.objects.create(
        group_id=membership.group_id,
        user_id=membership.user_id,
        address=membership.mail_address,
        choices={name: getattr(membership, name) for name in KEPT} | {"address": membership.address},
        joined_at=membership.joined_at,
        how=how,
        by=by,
        reason=reason.strip()[:300],
    )
    action = Action.REMOVED if how == REMOVED else Action.LEFT
    who = by if how == REMOVED else membership.user
    note(action, group=membership.group, by=who, about=membership.user, reason=reason, details={"how": how})
    membership.delete()
    return past


def has_other_owner(membership: Membership) -> bool:
    owners = Membership.objects.filter(group=membership.group_id, role=Role.OWNER, user__is_active=True)
    return owners.exclude(pk=membership.pk).exists()


@transaction.atomic
def come_back(past: PastMember) -> Membership | None:
    """Undo a leaving within UNDO_WITHIN, once. None where it is too late, was done before, or a moderator removed the member."""
    earliest = timezone.now() - UNDO_WITHIN
    if past.group.is_taken_down or not past.user.is_active:
        return None
    undone = PastMember.objects.filter(pk=past.pk, returned_at__isnull=True, left_at__gt=earliest).exclude(how=REMOVED)
    if not undone.update(returned_at=timezone.now()):
        return (
            Membership.objects.filter(group=past.group_id, user=past.user_id).first() if past.how != REMOVED else None
        )
    return _return(past, past.user)


@transaction.atomic
def bring_back(past: PastMember, *, by: User) -> Membership | None:
    """A moderator undoes a leaving or a removal, whenever it was. None where it is undone already."""
    if not PastMember.objects.filter(pk=past.pk, returned_at__isnull=True).update(returned_at=timezone.now()):
        return None
    return _return(past, by)


def _return(past: PastMember, by: User) -> Membership:
    choices = {name: value for name, value in past.choices.items() if NOT_GIVEN_BACK.get(name) != value}
    membership, made = Membership.objects.get_or_create(
        group_id=past.group_id, user_id=past.user_id, defaults={**choices, "joined_at": past.joined_at}
    )
    if made:
        note(Action.CAME_BACK, group=past.group, by=by, about=past.user)
    return membership
