"""Saying yes to a question of ours, by reply or by pressing the button behind its link: both end here.

`ask(token)` says what yes would do and changes nothing; `say_yes(token)` does it and says what happened.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.sentences import small
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

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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
    """What happened, in a sentence for whoever reads it, in their language; done: whether it is now as the reader wished."""

    sentence: "StrOrPromise"
    done: bool = True
    group: Group | None = None


ENDED = Answer(_("This link or address has ended, or lost a piece on its way."), done=False)
JOINING = {
    Confirmed.JOINED: _("You are a member now."),
    Confirmed.PENDING: _("Thank you. A moderator looks at your request."),
    Confirmed.MEMBER: _("You are a member already."),
    Confirmed.BANNED: _("This address may not join."),
}


def confirm(asker: Asker, token: str = "") -> Outcome:
    """confirm+TOKEN@, or `confirm TOKEN` to +request. Sending it back with nothing in it is a yes."""
    token = token or asker.address.token
    asked = next(iter(tokens.confirmed(token) or ()), None)
    is_undo = asked not in (Yes.JOIN, Yes.INVITATION, Yes.LEAVE)
    if not confirms(asker.subject, asker.visible, to_leave=asked is Yes.LEAVE, is_undo=is_undo):
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
        heading, button = _joining(request.group)
        return Question(heading, button, request.address, request.group, request, tuple(others))
    if not others:
        return None
    return Question(gettext("Join a group"), gettext("Join"), request.address, None, None, tuple(others))


def _joining(group: Group) -> tuple[str, str]:
    return gettext("Join %(group)s") % {"group": group.name}, gettext("Join the group")


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
    return Answer(JOINING[outcome], outcome != Confirmed.BANNED, request.group)


def _ask_come_back(pk: int) -> Question | None:
    past = PastMember.objects.select_related("group").filter(pk=pk).first()
    if past is None:
        return None
    heading = gettext("Come back to %(group)s") % {"group": past.group.name}
    return Question(heading, gettext("Undo, I want to stay"), past.address, past.group)


def _come_back(pk: int) -> Answer:
    past, membership = leaving.return_to(pk)
    if past is None:
        return ENDED
    if membership is None:
        return Answer(_("It is too late to undo this; you are welcome to join again."), False, past.group)
    return Answer(_("You are a member again, with everything as it was."), True, past.group)


def _ask_delivery(membership: int, place: int) -> Question | None:
    found = Membership.objects.select_related("user", "group").filter(pk=membership).first()
    if found is None or not 0 <= place < len(tokens.DELIVERIES):
        return None
    label = Delivery(tokens.DELIVERIES[place]).label
    button = gettext("Yes: %(what)s") % {"what": small(label)}
    return Question(f"{found.group.name}: {label}", button, found.mail_address, found.group)


def _deliver(membership: int, place: int) -> Answer:
    changed = choices.deliver(membership, place)
    if changed is None:
        return ENDED
    now = lazy(small, str)(Delivery(changed.delivery).label)
    return Answer(format_lazy(_("Saved. What you get now: {what}."), what=now), True, changed.group)


def _ask_leave(membership: int) -> Question | None:
    found = Membership.objects.select_related("user", "group").filter(pk=membership).first()
    if found is None:
        return None
    heading = gettext("Leave %(group)s") % {"group": found.group.name}
    return Question(heading, gettext("Leave the group"), found.mail_address, found.group)


def _leave(membership: int) -> Answer:
    found = Membership.objects.select_related("user", "group").filter(pk=membership).first()
    if found is None:
        return ENDED
    try:
        leaving.leave_now(found, how="mail")
    except LastOwner as error:
        return Answer(str(error), False, found.group)
    return Answer(_("You have left the group."), True, found.group)


def _ask_topic(user: int, message: int, place: int) -> Question | None:
    topic = topics.of_numbers(user, message)
    if topic is None or not 0 <= place < len(tokens.WISHES):
        return None
    membership = topic.membership
    buttons = {"follow": gettext("Follow the topic"), "mute": gettext("Mute the topic")}
    button = buttons.get(tokens.WISHES[place], gettext("As before"))
    heading = gettext("The topic “%(subject)s”") % {"subject": topic.letter.subject}
    return Question(heading, button, membership.mail_address, membership.group)


def _wish(user: int, message: int, place: int) -> Answer:
    topic = topics.of_numbers(user, message)
    if topic is None or not 0 <= place < len(tokens.WISHES):
        return ENDED
    topics.wish(topic, tokens.WISHES[place])
    sentence = {"follow": _("You follow this topic now."), "mute": _("You get no more of this topic.")}
    done = sentence.get(tokens.WISHES[place], _("This topic comes as all others do."))
    return Answer(done, True, topic.membership.group)


def _ask_daily(user: int, wanted: int) -> Question | None:
    found = User.objects.filter(pk=user, is_active=True).first()
    if found is None:
        return None
    button = gettext("Send me the daily mail") if wanted else gettext("Stop the daily mail")
    return Question(gettext("The daily mail"), button, found.email)


def _daily(user: int, wanted: int) -> Answer:
    found = User.objects.filter(pk=user, is_active=True).first()
    if found is None:
        return ENDED
    choices.set_daily(found, wanted=bool(wanted))
    return Answer(_("The daily mail comes again.") if wanted else _("The daily mail is stopped."))


def _ask_mailbox(pk: int) -> Question | None:
    mailbox = Mailbox.objects.filter(pk=pk).first()
    if mailbox is None:
        return None
    return Question(gettext("Mail to you came back"), gettext("This address works, go on"), mailbox.address)


def _mailbox(pk: int) -> Answer:
    mailbox = Mailbox.objects.filter(pk=pk).first()
    if mailbox is None:
        return ENDED
    heal(mailbox.address)
    return Answer(_("Thank you. Mail goes to this address again."))


def _ask_invitation(pk: int) -> Question | None:
    found = inviting.of_number(pk)
    return Question(*_joining(found.group), found.address, found.group) if found else None


def _accept(pk: int) -> Answer:
    found = inviting.of_number(pk)
    if found is None:
        return ENDED
    if found.state == InvitationState.ACCEPTED:
        return Answer(JOINING[Confirmed.MEMBER], True, found.group)
    return Answer(JOINING[Confirmed.JOINED], True, found.group) if inviting.accept(found) is not None else ENDED


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
