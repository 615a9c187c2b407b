"""What a moderator does with a letter that waits: approve, reject or discard it. Each says whether it was theirs to decide;
False means that somebody else was quicker."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from archive.search.health import INDEX_TASK
from common.doorbell import ring
from groups.models import Membership, Posting
from mail.inbound.facts import gather
from mail.inbound.incoming import Incoming, open_letter
from mail.inbound.posts import archive
from mail.inbound.telling import tell_sender
from mail.models import Inbound, InboundState
from mail.rules import Post


@transaction.atomic
def approve(inbound: Inbound, by: User, *, trust: bool = False) -> bool:
    """Archive the letter and send it on, as if it had never waited. `trust`: letters of this member never wait again."""
    incoming, post = _opened(inbound)
    if not _decide(inbound, InboundState.ARCHIVED, by):
        return False
    more = {"posting": Posting.TRUSTED} if trust else {}
    _count(post, approved_posts=F("approved_posts") + 1, **more)
    group = inbound.group
    assert group is not None
    letter = archive(group, [incoming]).get(inbound.pk)
    if letter is not None:  # else a second copy of it was approved before
        Inbound.objects.filter(pk=inbound.pk).update(letter=letter)
        inbound.letter = letter
        ring(INDEX_TASK)
    return True


@transaction.atomic
def reject(inbound: Inbound, by: User, reason: str = "") -> bool:
    """Send the letter back: its author is told, in the moderator's words where there are any."""
    incoming, post = _opened(inbound)
    if not _decide(inbound, InboundState.REJECTED, by, reason):
        return False
    _count(post, rejected_posts=F("rejected_posts") + 1)
    tell_sender("rejected", incoming, post, reason.strip() or "A moderator decided not to send it on.")
    return True


@transaction.atomic
def discard(inbound: Inbound, by: User) -> bool:
    """Drop the letter; nobody is told."""
    return _decide(inbound, InboundState.DISCARDED, by)


def _opened(inbound: Inbound) -> tuple[Incoming, Post]:
    incoming = open_letter(inbound)
    return incoming, gather(incoming)


def _decide(inbound: Inbound, state: InboundState, by: User, reason: str = "") -> bool:
    """held -> state, once; the reason for holding stays unless the moderator gave one."""
    waiting = Inbound.objects.filter(pk=inbound.pk, state=InboundState.HELD)
    words = {"reason": reason.strip()} if reason.strip() else {}
    if not waiting.update(state=state, decided_at=timezone.now(), decided_by=by, **words):
        return False
    inbound.state, inbound.decided_by = state, by
    return True


def _count(post: Post, **changes: object) -> None:
    if post.member is not None:
        Membership.objects.filter(pk=post.member.pk).update(**changes)
