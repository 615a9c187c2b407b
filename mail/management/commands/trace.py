"""manage.py trace MESSAGE_ID EMAIL : why somebody did or did not get a letter."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from archive.models import Message
from archive.views.messages import has_id
from common.commands import HouseCommand
from mail.delivery.explain import Event, never_archived, story


class Command(HouseCommand):
    help = "Tell the whole story of one letter and one address: accepted, held, muted, sent, deferred, bounced."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("message_id", metavar="MESSAGE_ID", help="with or without angle brackets")
        parser.add_argument("email", metavar="EMAIL", help="an address of the person")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        message_id = options["message_id"].strip().removeprefix("<").removesuffix(">")
        address = options["email"].strip()
        if "@" not in address:
            raise CommandError(f"{address!r} is no address.")
        letters = Message.objects.filter(has_id(message_id)).select_related("group", "thread").order_by("pk")
        stories = [(letter.group.slug, letter.number, story(letter, address)) for letter in letters[:20]]
        lost = [] if stories else never_archived(None, message_id)
        if not stories and not lost:
            raise CommandError(f"No letter <{message_id}> has come in.")
        told = [(group, event) for group, _, events in stories for event in events] + [("", event) for event in lost]
        data = {
            "message_id": message_id,
            "address": address,
            "letters": [{"group": group, "number": number} for group, number, _ in stories],
            "events": [{**event.as_json(), "group": group} for group, event in told],
        }
        self.answer(data, as_json=options["json"], text="\n".join(_line(group, event) for group, event in told))


def _line(group: str, event: Event) -> str:
    when = f"{event.at:%Y-%m-%d %H:%M:%S}" if event.at else "now"
    words = f"{when:<20} {group:<16} {event.what:<16} {event.sentence}"
    return f"{words}  [{event.detail}]" if event.detail else words
