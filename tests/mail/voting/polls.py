"""A poll in a group whose members have mailboxes: what arrives there, and what they answer."""

from datetime import timedelta
from email.message import Message

from django.core import mail as outbox
from django.utils import timezone

from groups.models import Group
from groups.polls import actions
from groups.polls.models import Ballot, Poll
from mail.inbound import pipeline, spool
from mail.models import Door
from tests.mail.voting import clients
from tests.mail.world import World

DRINKS = ("Tea", "Coffee", "Milk, warm")


def open_poll(group: Group, kind: str = "multiple", options=DRINKS, **choices) -> Poll:
    owner = group.memberships.order_by("pk").first().user
    days = choices.pop("days", 7)
    closes = timezone.now() + timedelta(days=days) if days else None
    draft = actions.Draft("What do we drink?", kind, options, "At the feast.", closes, choices)
    return actions.open_poll(group=group, by=owner, draft=draft)


def copy_to(address: str, world: World | None = None) -> Message:
    """What arrives at the address now."""
    world = world or World()
    world.run()
    return world.to(address)[-1]


def send(raw: bytes, to: str, *, envelope: str = "bob@example.org") -> None:
    spool.accept(raw, envelope, [to], door=Door.LMTP)
    while pipeline.process_waiting():
        pass


def vote(asked: Message, words: str, *, envelope: str | None = None, **about) -> None:
    """Answer the mail, to wherever its Reply-To says."""
    raw = clients.answer(asked.as_bytes(), words, **about)
    sender = about.get("sender", "bob@example.org").rpartition("<")[2].strip("> ")
    send(raw, str(asked["Reply-To"]), envelope=sender if envelope is None else envelope)


def choices_of(poll: Poll, name: str = "Bob Member") -> dict[int, int] | None:
    ballot = Ballot.objects.filter(poll=poll, voter__name=name).first()
    return ballot.numbers if ballot else None


def told(address: str = "bob@example.org") -> list:
    return [each for each in outbox.outbox if each.to == [address]]
