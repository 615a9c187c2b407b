"""What owners and moderators decide about one member. Each says what it changed, and the log keeps it."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.sentences import as_kept
from groups.actions.leaving import LastOwner, has_other_owner
from groups.actions.log import note
from groups.models import Action, Group, MemberNote, Membership, Posting, Right, Role
from groups.permissions import Standing


class NotYours(Exception):
    """Moderators decide about members; about owners and moderators, owners do."""

    def __init__(self) -> None:
        super().__init__(_("Only owners decide about those who run the group."))


def insist_on(standing: Standing, membership: Membership) -> None:
    """Raises NotYours where this person may not decide about that member."""
    if membership.role != Role.MEMBER and not standing.is_owner:
        raise NotYours


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User) -> bool:
    """False where it was so already. Raises LastOwner: a group is never left without an owner."""
    before = membership.role
    if before == role:
        return False
    if before == Role.OWNER:
        owners = Membership.objects.select_for_update().filter(group=membership.group_id, role=Role.OWNER)
        list(owners.values_list("pk"))  # two owners who demote each other at once: one of them waits, and is refused
        if not has_other_owner(membership):
            raise LastOwner(membership)
    if not Membership.objects.filter(pk=membership.pk, role=before).update(role=role):
        return False
    membership.role = role
    change = {"role": [as_kept(Role(before).label), as_kept(Role(role).label)]}
    note(Action.ROLE_CHANGED, group=membership.group, by=by, about=membership.user, details=change)
    return True


@transaction.atomic
def change_rights(membership: Membership, *, rights: Iterable[str], by: User) -> bool:
    """What a moderator may do from now on."""
    wanted = [right.value for right in Right if right in set(rights)]
    before = membership.rights
    if before == wanted:
        return False
    Membership.objects.filter(pk=membership.pk).update(rights=wanted)
    membership.rights = wanted
    change = {"rights": [", ".join(before) if before is not None else "the usual", ", ".join(wanted) or "none"]}
    note(Action.RIGHTS_CHANGED, group=membership.group, by=by, about=membership.user, details=change)
    return True


@transaction.atomic
def change_posting(membership: Membership, *, posting: str, by: User) -> bool:
    before = membership.posting
    if before == posting or not Membership.objects.filter(pk=membership.pk, posting=before).update(posting=posting):
        return False
    membership.posting = posting
    change = {"posting": [as_kept(Posting(before).label), as_kept(Posting(posting).label)]}
    note(Action.POSTING_CHANGED, group=membership.group, by=by, about=membership.user, details=change)
    return True


@transaction.atomic
def write_note(*, group: Group, about: User, text: str, by: User) -> MemberNote:
    written = MemberNote.objects.create(group=group, user=about, by=by, by_name=str(by)[:200], text=text.strip()[:4000])
    note(Action.NOTED, group=group, by=by, about=about)
    return written


@transaction.atomic
def erase_note(written: MemberNote, *, by: User) -> None:
    note(Action.NOTED, group=written.group, by=by, about=written.user, details={"note": ["a note", "erased"]})
    written.delete()
