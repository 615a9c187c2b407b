"""manage.py judge FILE --group G --from ADDR : what the rules would say about a letter. Changes nothing, asks no network."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from archive.management.commands.parse_message import read_input
from common.commands import HouseCommand, get_group
from mail.addressing import list_address
from mail.inbound.authentication import authenticate
from mail.inbound.facts import gather
from mail.inbound.incoming import Incoming
from mail.models import Door, Inbound, Spooled
from mail.rules import Action, every_answer, judge


class Command(HouseCommand):
    help = "Show what becomes of a letter to a group: the verdict, and what each rule says. Nothing is stored or sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the letter as a file, or - for standard input")
        parser.add_argument("--group", metavar="G", required=True, help="the group it is sent to")
        parser.add_argument(
            "--from", dest="sender", metavar="ADDR", required=True, help='the envelope sender; "<>" for none'
        )
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        sender = options["sender"].strip().strip("<>")
        if sender and "@" not in sender:
            raise CommandError(f"{sender!r} is no address.")
        group = get_group(options["group"])
        raw = read_input(options["file"])
        if not raw.strip():
            raise CommandError(f"{options['file']} is empty.")
        found = authenticate(raw, "", "", sender, None, trusted=settings.TRUSTED_AUTHSERV_IDS)
        spooled = Spooled(size=len(raw), envelope_from=sender, door=Door.PIPE, authentication=found.as_json())
        post = gather(Incoming(Inbound(spooled=spooled, recipient=list_address(group), group=group), raw))
        verdict, answers = judge(post), every_answer(post)
        described = {
            "verdict": str(verdict.action),
            "rule": verdict.rule,
            "reason": verdict.reason,
            "rules": [{"rule": each.rule, "answer": str(each.answer), "reason": each.reason} for each in answers],
        }
        self.answer(described, as_json=options["json"], text=_as_text(described))


def _as_text(described: dict[str, Any]) -> str:
    lines = [f"{each['rule']:20} {each['answer']:8} {each['reason']}".rstrip() for each in described["rules"]]
    by = "" if described["verdict"] == Action.ACCEPT else f" ({described['rule']})"
    return "\n".join([*lines, "", f"{described['verdict']}{by}: {described['reason']}"])
