"""Saying yes to a question of ours, by reply or by pressing the button behind its link: both end here.

`ask(token)` says what yes would do and changes nothing; `say_yes(token)` does it and says what happened.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from accounts.models import User
from groups.actions.inviting import decline
from groups.actions.joining import Confirmed, waiting_for
from groups.actions.leaving import LastOwner
from groups.models import Delivery, Group, InvitationState, JoinRequest, JoinState, Membership, PastMember
from mail import tokens
from mail.bounces.record import heal
from mail.commands import choices, inviting, joining, leaving, topics
from mail.commands.asker import Asker
from mail.commands.reading import confirms
from mail.inbound.posts import Outcome
from mail.models import Mailbox
from mail.tokens import Yes


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks before anything happens."""

    heading: str
    button: str
    address: str = ""  # whose mail it is about
    group: Group | None = None
    request: JoinRequest | None = None  # where it is about joining
    others: tuple[JoinRequest, ...] = ()  # that wait for the same address


@dataclass(frozen=True, slots=True)
class Answer:
    """What happened, in a sentence; done: whether it is now as the reader wished."""

    sentence: str
    done: bool = True
    group: Group | None = None


ENDED = Answer("This link or address has ended, or lost a piece on its way.", done=False)


def confirm(asker: Asker, token: str = "") -> Outcome:
    """confirm+TOKEN@, or `confirm TOKEN` to +request. Sending it back with nothing in it is a yes."""
    token = token or asker.address.token
    if not confirms(asker.subject, asker.visible):
        return _no(asker, token)
    answer = say_yes(token)
    if answer is ENDED:
        asker.answer_stranger("token_ended")
    elif not answer.done and answer.group is not None and asker.may_be_answered(asker.post.envelope_from):
        asker.answer("not_done", asker.post.envelope_from, {"group": answer.group, "sentence": answer.sentence})
    return asker.done(answer.sentence)


def _no(asker: Asker, token: str) -> Outcome:
    meaning = tokens.confirmed(token)
    if meaning and meaning[0] is Yes.JOIN:
        joining.decline(*meaning[1][:1])
    elif meaning and meaning[0] is Yes.INVITATION:
        invitation = inviting.of_number(*meaning[1][:1])
        if invitation is not None:
            decline(invitation)
    return asker.done("Said no; nothing was changed.")


def ask(token: str) -> Question | None:
    """None where the token has ended or what it is about is gone."""
    meaning = tokens.confirmed(token)
    return QUESTIONS[meaning[0]](*meaning[1]) if meaning else None


def say_yes(token: str) -> Answer:
    meaning = tokens.confirmed(token)
    return ANSWERS[meaning[0]](*meaning[1]) if meaning else ENDED


def _ask_join(pk: int) -> Question | None:
    """The group of the mail, and all others that wait for the address: it is asked by mail once a day only."""
    request = JoinRequest.objects.select_related("group", "link").filter(pk=pk).first()
    if request is None:
        return None
    others = [other for other in waiting_for(request.address) if other.pk != pk]
    if request.state not in (JoinState.EXPIRED, JoinState.REFUSED):
        return Question(
            f"Join {request.group.name}", "Join the group", request.address, request.group, request, tuple(others)
        )
    return Question("Join a group", "Join", request.address, None, None, tuple(others)) if others else None


def join_chosen(token: str, chosen: Collection[int]) -> list[tuple[JoinRequest, Answer]]:
    """Of all that waits for the address, what its owner chose on the page."""
    question = ask(token)
    if question is None:
        return []
    waiting = [*([question.request] if question.request else []), *question.others]
    return [(request, _join(request.pk)) for request in waiting if request.pk in chosen]


def _join(pk: int) -> Answer:
    outcome, request = joining.confirm(pk)
    if request is None or outcome == Confirmed.GONE:
        return ENDED
    return Answer(outcome, outcome != Confirmed.BANNED, request.group)


def _ask_come_back(pk: int) -> Question | None:
    past = PastMember.objects.select_related("group").filter(pk=pk).first()
    return (
        Question(f"Come back to {past.group.name}", "Undo, I want to stay", past.address, past.group) if past else None
    )


def _come_back(pk: int) -> Answer:
    past, membership = leaving.return_to(pk)
    if past is None:
        return ENDED
    if membership is None:
        return Answer("It is too late to undo this; you are welcome to join again.", False, past.group)
    return Answer("You are a member again, with everything as it was.", True, past.group)


def _ask_delivery(membership: int, place: int) -> Question | None:
    found = Membership.objects.select_related("user", "group").filter(pk=membership).first()
    if found is None or not 0 <= place < len(tokens.DELIVERIES):
        return None
    label = Delivery(tokens.DELIVERIES[place]).label
    return Question(f"{found.group.name}: {label}", f"Yes: {label.lower()}", found.mail_address, found.group)


def _deliver(membership: int, place: int) -> Answer:
    changed = choices.deliver(membership, place)
    if changed is None:
        return ENDED
    return Answer(f"Saved. What you get now: {changed.get_delivery_display().lower()}.", True, changed.group)


def _ask_leave(membership: int) -> Question | None:
    found = Membership.objects.select_related("user", "group").filter(pk=membership).first()
    return Question(f"Leave {found.group.name}", "Leave the group", found.mail_address, found.group) if found else None


def _leave(membership: int) -> Answer:
    found = Membership.objects.select_related("user", "group").filter(pk=membership).first()
    if found is None:
        return ENDED
    try:
        leaving.leave_now(found, how="mail")
    except LastOwner as error:
        return Answer(str(error), False, found.group)
    return Answer("You have left the group.", True, found.group)


def _ask_topic(user: int, message: int, place: int) -> Question | None:
    topic = topics.of_numbers(user, message)
    if topic is None or not 0 <= place < len(tokens.WISHES):
        return None
    membership = topic.membership
    button = {"follow": "Follow the topic", "mute": "Mute the topic"}.get(tokens.WISHES[place], "As before")
    return Question(f"The topic “{topic.letter.subject}”", button, membership.mail_address, membership.group)


def _wish(user: int, message: int, place: int) -> Answer:
    topic = topics.of_numbers(user, message)
    if topic is None or not 0 <= place < len(tokens.WISHES):
        return ENDED
    topics.wish(topic, tokens.WISHES[place])
    sentence = {"follow": "You follow this topic now.", "mute": "You get no more of this topic."}
    done = sentence.get(tokens.WISHES[place], "This topic comes as all others do.")
    return Answer(done, True, topic.membership.group)


def _ask_daily(user: int, wanted: int) -> Question | None:
    found = User.objects.filter(pk=user, is_active=True).first()
    if found is None:
        return None
    return Question("The daily mail", "Send me the daily mail" if wanted else "Stop the daily mail", found.email)


def _daily(user: int, wanted: int) -> Answer:
    found = User.objects.filter(pk=user, is_active=True).first()
    if found is None:
        return ENDED
    choices.set_daily(found, wanted=bool(wanted))
    return Answer("The daily mail comes again." if wanted else "The daily mail is stopped.")


def _ask_mailbox(pk: int) -> Question | None:
    mailbox = Mailbox.objects.filter(pk=pk).first()
    return Question("Mail to you came back", "This address works, go on", mailbox.address) if mailbox else None


def _mailbox(pk: int) -> Answer:
    mailbox = Mailbox.objects.filter(pk=pk).first()
    if mailbox is None:
        return ENDED
    heal(mailbox.address)
    return Answer("Thank you. Mail goes to this address again.")


def _ask_invitation(pk: int) -> Question | None:
    found = inviting.of_number(pk)
    return Question(f"Join {found.group.name}", "Join the group", found.address, found.group) if found else None


def _accept(pk: int) -> Answer:
    found = inviting.of_number(pk)
    if found is None:
        return ENDED
    if found.state == InvitationState.ACCEPTED:
        return Answer(Confirmed.MEMBER, True, found.group)
    return Answer(Confirmed.JOINED, True, found.group) if inviting.accept(found) is not None else ENDED


QUESTIONS: dict[Yes, Callable[..., Question | None]] = {
    Yes.JOIN: _ask_join,
    Yes.COME_BACK: _ask_come_back,
    Yes.DELIVERY: _ask_delivery,
    Yes.LEAVE: _ask_leave,
    Yes.TOPIC: _ask_topic,
    Yes.DAILY: _ask_daily,
    Yes.MAILBOX: _ask_mailbox,
    Yes.INVITATION: _ask_invitation,
}
ANSWERS: dict[Yes, Callable[..., Answer]] = {
    Yes.JOIN: _join,
    Yes.COME_BACK: _come_back,
    Yes.DELIVERY: _deliver,
    Yes.LEAVE: _leave,
    Yes.TOPIC: _wish,
    Yes.DAILY: _daily,
    Yes.MAILBOX: _mailbox,
    Yes.INVITATION: _accept,
}
