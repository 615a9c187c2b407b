"""What moderators do to members, with the mails that follow from it."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common import notices
from common.ratelimit import allowed
from common.sentences import as_kept
from groups.actions import leaving
from groups.actions.leaving import REMOVED
from groups.actions.log import note
from groups.models import Action, Delivery, Group, Membership, PastMember
from mail import tokens
from mail.addressing import list_address, site_address
from mail.bounces import record
from mail.commands.joining import member_links
from mail.digests import marks

HEALED_A_DAY = 3  # how often moderators may say that one mailbox works again


@transaction.atomic
def set_delivery(membership: Membership, *, delivery: str, by: User) -> bool:
    """A moderator chooses for a member, who is told and can undo it by one reply. Paused mail stays paused."""
    before = Delivery(membership.delivery)
    if not marks.choose_delivery(membership, delivery):
        return False
    change = {"delivery": [as_kept(before.label), as_kept(Delivery(delivery).label)]}
    note(Action.DELIVERY_CHANGED, group=membership.group, by=by, about=membership.user, details=change)
    token = tokens.to_deliver(membership.pk, before)
    context = {"group": membership.group, "now": Delivery(delivery).label, "before": before.label, "moderator": by}
    notices.send(
        "choices_changed",
        membership.mail_address,
        {**context, **tokens.ways(token)},
        sender_name=membership.group.name,
        reply_to=site_address("confirm", token),
    )
    return True


@transaction.atomic
def remove(
    membership: Membership, *, by: User, words: str = "", tell: bool = True, variant: str = "", notice: str = "removed"
) -> PastMember:
    """Take somebody out. `words`: what they are told beside the fact, in that variant of the notice; nothing is sent where
    they are not to be told. Raises LastOwner."""
    past = leaving.leave(membership, how=REMOVED, by=by, reason=words)
    if tell:
        owner = list_address(past.group, "owner")
        context = {"group": past.group, "reason": words.strip(), "owner_address": owner}
        notices.send(notice, past.address, context, sender_name=past.group.name, reply_to=owner, variant=variant)
    return past


@transaction.atomic
def bring_back(past: PastMember, *, by: User) -> Membership | None:
    """Undo a removal; the person is told as when they joined."""
    membership = leaving.bring_back(past, by=by)
    if membership is not None:
        context = {"group": past.group, **member_links(membership)}
        notices.send("welcome", membership.mail_address, context, sender_name=past.group.name)
    return membership


@transaction.atomic
def heal(membership: Membership, *, by: User) -> bool:
    """A moderator says that mail reaches the member again. False where it was normal, or said too often today."""
    address = membership.mail_address
    if not allowed("mailbox healed for", address.lower(), limit=HEALED_A_DAY, seconds=notices.DAY):
        return False
    if not record.heal(address):
        return False
    change = {"mailbox": ["mail comes back", "works again"]}
    note(Action.DELIVERY_CHANGED, group=membership.group, by=by, about=membership.user, details=change)
    return True


@transaction.atomic
def go_on(membership: Membership, *, by: User) -> bool:
    """Let paused mail come again."""
    paused = Membership.objects.filter(pk=membership.pk, paused_at__isnull=False)
    if not paused.update(paused_at=None, paused_because=""):
        return False
    change = {"paused": ["paused", "comes again"]}
    note(Action.DELIVERY_CHANGED, group=membership.group, by=by, about=membership.user, details=change)
    return True


@transaction.atomic
def pause(membership: Membership, *, by: User) -> bool:
    running = Membership.objects.filter(pk=membership.pk, paused_at__isnull=True)
    if not running.update(paused_at=timezone.now(), paused_because="A moderator paused it."):
        return False
    change = {"paused": ["comes", "paused"]}
    note(Action.DELIVERY_CHANGED, group=membership.group, by=by, about=membership.user, details=change)
    return True


def write_to(group: Group, memberships: list[Membership], *, by: User, subject: str, text: str) -> int:
    """A short letter of a moderator to some members, each alone; answers go to whoever runs the group. How many were sent."""
    owner = list_address(group, "owner")
    context = {"group": group, "title": subject, "text": text, "by": by}
    for membership in memberships:
        notices.send("from_moderator", membership.mail_address, context, sender_name=group.name, reply_to=owner)
    return len(memberships)
