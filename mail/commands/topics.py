"""Following and muting a topic: by the personal token in each copy's footer, or by answering a letter of it."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import pgettext_lazy

from archive.keys import key_of
from archive.models import Message
from common import notices
from groups.models import Membership
from mail import tokens
from mail.addressing import site_address, unseal
from mail.commands.asker import Asker
from mail.commands.leaving import ask_first
from mail.delivery.topics import choose, wish_of
from mail.inbound.posts import Outcome
from mail.tokens import WISHES, Yes

MOST_REFERENCES = 20
ASKED_TO = {
    "follow": pgettext_lazy("a mail in your name asked to", "follow a topic"),
    "mute": pgettext_lazy("a mail in your name asked to", "mute a topic"),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """A letter of the topic, and who reads it as a member."""

    letter: Message
    membership: Membership

    @property
    def wish(self) -> str:
        """follow, mute, or empty: what was said last of any letter of the topic."""
        return wish_of(self.membership.user_id, self.letter.thread_id)


def follow_or_mute(asker: Asker) -> Outcome:
    """+follow and +mute."""
    topic = of_token(asker.address.token) if asker.address.token else _answered(asker)
    if asker.membership is None and not asker.address.token:
        asker.answer_stranger("not_a_member")
        return asker.done("The address is not a member.")
    if topic is None:
        return _which(asker)
    to = topic.membership.mail_address
    if asker.is_disowned and not asker.address.token:
        return ask_first(asker, topic.membership, _token(topic, asker.command), ASKED_TO[asker.command])
    if not asker.may_be_answered(to):
        return asker.ignored(
            "So many commands came from this address today that it could not be told of another change."
        )
    wish(topic, asker.command)
    return asker.done(f"Wants to {asker.command} the topic “{topic.letter.subject}”.")


def _which(asker: Asker) -> Outcome:
    membership = asker.membership
    if membership is not None and asker.may_be_answered(membership.mail_address):
        asker.answer("which_topic", membership.mail_address, {"command": asker.command})
    return asker.done("It does not say which topic is meant.")


def _answered(asker: Asker) -> Topic | None:
    """The topic of the letter that this one answers: the last of its references that the archive has."""
    ids = asker.incoming.letter.references[-MOST_REFERENCES:]
    if not ids or asker.membership is None:
        return None
    rows = Message.objects.filter(group=asker.group, message_id_key__among=[key_of(each) for each in ids])
    found = {row.message_id: row for row in rows.filter(hidden_at__isnull=True)}
    letter = next((found[each] for each in reversed(ids) if each in found), None)
    return _with_group(letter, asker.membership) if letter is not None else None


def of_token(token: str) -> Topic | None:
    """The topic of a footer's link, for as long as its reader is a member."""
    numbers = unseal("mute", token)
    return of_numbers(*numbers) if numbers and len(numbers) == 2 else None


def of_numbers(user: int, message: int) -> Topic | None:
    letter = Message.objects.select_related("group").filter(pk=message, hidden_at__isnull=True).first()
    if letter is None:
        return None
    members = Membership.objects.filter(user=user, group=letter.group_id, user__is_active=True)
    membership = members.select_related("user", "group").first()
    return Topic(letter, membership) if membership is not None else None


def _with_group(letter: Message, membership: Membership) -> Topic:
    letter.group = membership.group
    return Topic(letter, membership)


@transaction.atomic
def wish(topic: Topic, wanted: str) -> str:
    """Follow, mute, or (empty) neither; tells the member, with the way back. Returns what it was before."""
    before = topic.wish
    if before == wanted:
        return before
    choose(topic.membership.user, topic.letter, wanted)
    _tell(topic, before, wanted)
    return before


def _token(topic: Topic, wanted: str) -> str:
    return tokens.to_confirm(Yes.TOPIC, topic.membership.user_id, topic.letter.pk, WISHES.index(wanted))


def _tell(topic: Topic, before: str, wanted: str) -> None:
    group, token = topic.membership.group, _token(topic, before)
    notices.send(
        "topic_choice",
        topic.membership.mail_address,
        {"group": group, "subject": topic.letter.subject, "wish": wanted, **tokens.ways(token)},
        sender_name=group.name,
        reply_to=site_address("confirm", token),
    )
