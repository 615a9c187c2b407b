"""What a moderator does with a letter that waits: approve, reject or discard it. Each says whether it was theirs to decide;
False means that somebody else was quicker. The row of the queue is closed and the log written in the same transaction."""

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from archive.models.message import permalink
from archive.search.health import INDEX_TASK
from common.doorbell import ring
from groups.actions.log import note
from groups.models import Action, Membership, Posting, WaitEnd, Waiting
from groups.moderation import queue
from mail.inbound.facts import gather
from mail.inbound.incoming import Incoming, open_letter
from mail.inbound.posts import LETTER, archive
from mail.inbound.telling import tell_sender
from mail.models import Inbound, InboundState
from mail.review import editing
from mail.review.learning import teach
from mail.rules import Post


@transaction.atomic
def approve(inbound: Inbound, by: User, *, trust: bool = False) -> bool:
    """Archive the letter and send it on, as if it had never waited. `trust`: letters of this member never wait again."""
    incoming, post = _opened(inbound)
    if not _decide(inbound, InboundState.ARCHIVED, by, outcome="trust" if trust else "approve"):
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
    details = {"trusted": True} if trust else {}
    url = permalink(group.slug, letter.number) if letter is not None else ""
    _log(Action.LETTER_APPROVED, inbound, by, url=url, details=details)
    if inbound.rule in LOOKS_LIKE_SPAM:
        teach(inbound, spam=False)
    changes = editing.changes_of(inbound)
    if changes:
        tell_sender("edited", incoming, post, changes)
    return True


LOOKS_LIKE_SPAM = ("suspicious", "forged")


@transaction.atomic
def reject(inbound: Inbound, by: User, reason: str = "") -> bool:
    """Send the letter back: its author is told, in the moderator's words where there are any."""
    incoming, post = _opened(inbound)
    if not _decide(inbound, InboundState.REJECTED, by, reason, outcome="reject"):
        return False
    _count(post, rejected_posts=F("rejected_posts") + 1)
    _log(Action.LETTER_REJECTED, inbound, by, reason=reason)
    tell_sender("rejected", incoming, post, reason.strip() or "A moderator decided not to send it on.")
    return True


@transaction.atomic
def discard(inbound: Inbound, by: User, *, outcome: str = "discard") -> bool:
    """Drop the letter; nobody is told. `outcome`: what it was called, where that was another word."""
    if not _decide(inbound, InboundState.DISCARDED, by, outcome=outcome):
        return False
    _log(Action.LETTER_DISCARDED, inbound, by, details={"as": "spam"} if outcome == "spam" else {})
    if outcome == "spam":
        teach(inbound, spam=True)
    return True


@transaction.atomic
def expire(inbound: Inbound, *, quiet: bool = False) -> bool:
    """Nobody decided in time: it goes the way the group chose; what nobody was told of is dropped."""
    group = inbound.group
    assert group is not None
    why = f"No moderator decided about it within {group.wait_days} days."
    drops = quiet or group.wait_end == WaitEnd.DROP
    state = InboundState.DISCARDED if drops else InboundState.REJECTED
    if not _decide(inbound, state, None, why, outcome="expired"):
        return False
    _log(Action.EXPIRED, inbound, None, reason=why)
    if not drops:
        incoming, post = _opened(inbound)
        tell_sender("rejected", incoming, post, why)
    return True


def _opened(inbound: Inbound) -> tuple[Incoming, Post]:
    incoming = open_letter(inbound)
    return incoming, gather(incoming)


def _decide(inbound: Inbound, state: InboundState, by: User | None, reason: str = "", *, outcome: str) -> bool:
    """held -> state, once; False where it was decided before. The reason for holding stays unless the moderator gave one."""
    waiting = Inbound.objects.filter(pk=inbound.pk, state=InboundState.HELD)
    words = {"reason": reason.strip()} if reason.strip() else {}
    if not waiting.update(state=state, decided_at=timezone.now(), decided_by=by, **words):
        return False
    inbound.state, inbound.decided_by = state, by
    queue.settle(LETTER, inbound.pk, outcome, by, expired=outcome == "expired")
    return True


def _log(
    action: Action, inbound: Inbound, by: User | None, *, url: str = "", reason: str = "", details: object = None
) -> None:
    about = f"“{inbound.subject or 'no subject'}” by {inbound.author or 'nobody'}"
    given = details if isinstance(details, dict) else {}
    note(action, group=inbound.group, by=by, about=about, url=url or _page(inbound), reason=reason, details=given)


def _page(inbound: Inbound) -> str:
    row = Waiting.objects.filter(kind=LETTER, target=inbound.pk).order_by("-pk").values_list("pk", flat=True).first()
    return reverse("moderation-item", args=[inbound.group.slug, row]) if row and inbound.group else ""


def _count(post: Post, **changes: object) -> None:
    if post.member is not None:
        Membership.objects.filter(pk=post.member.pk).update(**changes)
