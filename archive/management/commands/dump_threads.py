"""manage.py dump_threads GROUP : every thread with its letters and their parents."""

import json
from argparse import ArgumentParser
from itertools import groupby
from typing import Any

from archive.models import Archive, Message
from common.commands import HouseCommand, get_group


class Command(HouseCommand):
    help = (
        "Print a group's threads, one line each, oldest first: the thread's number, then [Message-ID, parent or null]…"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("group", metavar="GROUP", help="the group's short name")
        parser.add_argument("--json", action="store_true", help="one JSON object a line on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        group = get_group(options["group"])
        letters = (
            Message.objects.filter(group=group)
            .visible(Archive.of(group))
            .order_by("thread__number", "sent_at", "id")
            .values_list("thread__number", "id", "message_id", "parent_id")
        )
        for number, rows in groupby(letters.iterator(chunk_size=5000), key=lambda row: row[0]):
            self.stdout.write(_line(number, list(rows), as_json=options["json"]))


def _line(number: int, rows: list[tuple[int, int, str, int | None]], *, as_json: bool) -> str:
    """Parents are always in the same thread; a hidden parent counts as none."""
    ids = {pk: message_id for _, pk, message_id, _ in rows}
    pairs = [[message_id, ids.get(parent) if parent else None] for _, _, message_id, parent in rows]
    if as_json:
        return json.dumps({"thread": number, "messages": pairs}, ensure_ascii=False)
    return "\n".join([f"Topic {number}", *(f"  {mid}" + (f"  <- {parent}" if parent else "") for mid, parent in pairs)])
