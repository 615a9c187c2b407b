"""A letter to a group: judged, and archived, held, sent back or dropped."""

from dataclasses import dataclass

from archive.actions.storing import store_letters
from archive.models import Message
from mail.delivery.handover import send_on
from mail.inbound.facts import gather
from mail.inbound.incoming import Incoming
from mail.inbound.telling import tell_moderators, tell_sender
from mail.models import InboundState
from mail.rules import Action, Post, Verdict, judge

STATES = {
    Action.ACCEPT: InboundState.ARCHIVED,
    Action.HOLD: InboundState.HELD,
    Action.REJECT: InboundState.REJECTED,
    Action.DISCARD: InboundState.DISCARDED,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an inbound row."""

    state: InboundState
    rule: str
    reason: str
    letter: Message | None = None
    spam_score: float | None = None


def take_post(incoming: Incoming, post: Post, verdict: Verdict) -> Outcome:
    """Carry out what the rules said, in the caller's transaction."""
    letter = None
    if verdict.action is Action.ACCEPT:
        letter = archive(incoming)
        if letter is None:
            return Outcome(InboundState.DISCARDED, "duplicate", "The group has this letter already.")
    elif verdict.action is Action.HOLD:
        tell_moderators(incoming, post, verdict)
        tell_sender("held", incoming, post, verdict.to_sender)
    elif verdict.action is Action.REJECT:
        tell_sender("rejected", incoming, post, verdict.to_sender)
    return Outcome(STATES[verdict.action], verdict.rule, verdict.reason, letter, post.spam_score)


def archive(incoming: Incoming) -> Message | None:
    """Store the letter and hand it over to be sent; None where the archive has it already."""
    group = incoming.inbound.group
    assert group is not None
    stored = store_letters(group, [incoming.letter])
    if not stored.letters:
        return None
    message = Message.objects.select_related("thread").get(pk=stored.letters[0][0])
    message.group = group
    send_on(message, incoming.inbound)
    return message


def judged(incoming: Incoming) -> tuple[Post, Verdict]:
    post = gather(incoming)
    return post, judge(post)
