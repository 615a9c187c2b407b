"""manage.py export_archive GROUP -o FILE : take a group's letters out as one mbox."""

import gzip
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import CommandError

from archive.exporters.letters import letters_of, write_mbox
from common.commands import HouseCommand, get_group


class Command(HouseCommand):
    help = (
        "Write every visible letter of a group as mbox (mboxrd), packed where FILE ends in .gz; - is standard output."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("group", metavar="GROUP", help="the group's short name")
        parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the file to write, or -")
        parser.add_argument(
            "--json", action="store_true", help="end with one line of JSON (on standard error for -o -)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        group = get_group(options["group"])
        name = options["output"]
        try:
            with _open(name) as out:
                count = write_mbox(out, letters_of(group))
        except OSError as error:
            raise CommandError(f"{name} cannot be written: {error.strerror}.") from None
        if name == "-":
            self.stderr.write(f"{count} letters written.")
        else:
            self.answer(
                {"messages": count, "file": name}, as_json=options["json"], text=f"{count} letters written to {name}."
            )


def _open(name: str) -> BinaryIO:
    if name == "-":
        return sys.stdout.buffer
    # No time in the header: the same letters give the same file.
    return gzip.GzipFile(name, "wb", mtime=0) if name.endswith(".gz") else Path(name).open("wb")  # type: ignore[return-value]
