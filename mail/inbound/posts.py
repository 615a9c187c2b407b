"""Letters to a group: judged, and archived, held, sent back or dropped."""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.actions.storing import store_letters
from archive.actions.tagging import tag_arrivals
from archive.happenings import arrived
from archive.models import Message
from common.prepared import Prepared, Slot
from groups.models import Group, Waiting
from groups.moderation import queue
from mail.delivery.post import send_all_on
from mail.inbound.facts import Facts
from mail.inbound.incoming import Incoming
from mail.inbound.telling import tell_moderators, tell_sender
from mail.models import InboundState
from mail.rules import Action, Post, Verdict, ballot, judge

_messages = Prepared(lambda: Message.objects.select_related("thread").filter(pk__among=Slot("keys")))
ONCE = 365 * 24 * 3600
LETTER = "letter"  # the kind, in the moderators' queue
DUPLICATE = "The group has this letter already."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an inbound row."""

    state: InboundState
    rule: str
    reason: str
    letter: Message | None = None
    spam_score: float | None = None
    leaves_nothing: bool = False  # the row and, once no other recipient needs them, the bytes go when this is committed


@dataclass(frozen=True, slots=True)
class Judged:
    incoming: Incoming
    post: Post
    verdict: Verdict


def judge_all(incomings: Sequence[Incoming]) -> list[Judged]:
    """Judge letters to one group in order of arrival, each as if those before it were archived already."""
    facts = Facts(incomings)
    judged = []
    for incoming in incomings:
        post = facts.of(incoming)
        verdict = judge(post)
        facts.note(incoming, verdict.action)
        judged.append(Judged(incoming, post, verdict))
    return judged


def take_all(group: Group, judged: Sequence[Judged]) -> list[Outcome]:
    """Carry out what the rules said, in the caller's transaction. Mail about it is written last, when the rest went well."""
    archived = archive(group, [one.incoming for one in judged if one.verdict.action is Action.ACCEPT])
    queue.wait_all([_waiting(group, one) for one in judged if STATES.get(one.verdict.action) == InboundState.HELD])
    return [_outcome(one, archived) for one in judged]


def _waiting(group: Group, judged: Judged) -> Waiting:
    incoming, post = judged.incoming, judged.post
    return queue.wait(
        LETTER,
        incoming.inbound.pk,
        group,
        title=incoming.letter.subject,
        who=incoming.letter.from_address,
        person=incoming.inbound.spooled.sender_id or (post.member.user if post.member is not None else None),
        beginning=post.text or incoming.letter.text,
        rule=judged.verdict.rule,
        reason=judged.verdict.reason,
        quiet=judged.verdict.action is Action.QUARANTINE,
    )


def archive(group: Group, incomings: Sequence[Incoming]) -> dict[int, Message]:
    """Store letters and hand them over to be sent: inbound row -> message. Those missing are in the archive already."""
    if not incomings:
        return {}
    stored = store_letters(group, [incoming.letter for incoming in incomings])
    keys = {id(letter): pk for pk, letter in stored.letters}
    messages = {message.pk: message for message in _messages.all(keys=list(keys.values()))}
    tag_arrivals(group, messages.values())
    archived = []
    for incoming in incomings:
        message = messages.get(keys.get(id(incoming.letter), 0))
        if message is not None:
            message.group = group
            archived.append((message, incoming.inbound))
    if archived:
        send_all_on(archived)
        arrived([message for message, _ in archived])
    return {inbound.pk: message for message, inbound in archived}


def _outcome(judged: Judged, archived: dict[int, Message]) -> Outcome:
    incoming, post, verdict = judged.incoming, judged.post, judged.verdict
    if verdict.action is Action.ACCEPT:
        letter = archived.get(incoming.inbound.pk)
        if letter is None:  # somebody else archived a copy in this very moment
            return Outcome(InboundState.DISCARDED, "duplicate", DUPLICATE, spam_score=post.spam_score)
        return Outcome(InboundState.ARCHIVED, verdict.rule, verdict.reason, letter, post.spam_score)
    if verdict.action is Action.HOLD:
        tell_moderators(incoming, post, verdict)
        tell_sender("held", incoming, post, verdict.to_sender)
    elif post.ban is not None and post.ban.is_suspension:
        tell_sender("rejected", incoming, post, verdict.to_sender, once_in=ONCE)
    elif verdict.action is Action.REJECT:
        tell_sender("locked" if verdict.rule == "closed" else "rejected", incoming, post, verdict.to_sender)
    is_ballot = verdict.rule == ballot.NAME
    return Outcome(STATES[verdict.action], verdict.rule, verdict.reason, None, post.spam_score, is_ballot)


STATES = {
    Action.HOLD: InboundState.HELD,
    Action.QUARANTINE: InboundState.HELD,
    Action.REJECT: InboundState.REJECTED,
    Action.DISCARD: InboundState.DISCARDED,
}
