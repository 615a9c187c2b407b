"""manage.py replay_inbound [ID… | --all] : give letters that our code failed on another try."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from common.commands import HouseCommand
from mail.inbound import pipeline
from mail.models import Inbound, InboundState


class Command(HouseCommand):
    help = "Give letters that were set aside another try. Without ids: show them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", metavar="ID", type=int, nargs="*", help="numbers of letters that failed")
        parser.add_argument("--all", action="store_true", help="every letter that failed")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        ids, everything = options["ids"], options["all"]
        if ids and everything:
            raise CommandError("Give ids or --all, not both.")
        if not ids and not everything:
            return self._show(options["json"])
        count = pipeline.replay(None if everything else ids)
        if count < len(set(ids)):
            self.say(f"{len(set(ids)) - count} of these are not among the letters that failed.")
        return self.answer({"replayed": count}, as_json=options["json"], text=f"{count} letters are tried again.")

    def _show(self, as_json: bool) -> None:
        failed: list[dict[str, Any]] = [
            {
                "id": row.pk,
                "recipient": row.recipient,
                "received_at": row.received_at.isoformat(),
                "error": _last_line(row),
            }
            for row in Inbound.objects.filter(state=InboundState.FAILED).order_by("received_at")[:1000]
        ]
        lines = [f"{row['id']}  {row['received_at'][:16]}  {row['recipient']}  {row['error']}" for row in failed]
        self.answer({"failed": failed}, as_json=as_json, text="\n".join(lines) or "No letter failed.")


def _last_line(row: Inbound) -> str:
    return (row.error.strip().splitlines() or [""])[-1]
