"""manage.py read_bounce FILE : what a letter that came back says, and about whom."""

from argparse import ArgumentParser
from typing import Any

from archive.management.commands.parse_message import read_input
from common.commands import HouseCommand
from mail.bounces.report import read


class Command(HouseCommand):
    help = "Read a delivery report, complaint or automatic answer (RFC 5322 bytes): category, addresses, status, diagnostic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the letter, or - for standard input")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        report = read(read_input(options["file"]))
        answer = {
            "category": report.category.value,
            "addresses": list(report.addresses),
            "status": report.status,
            "diagnostic": report.diagnostic,
        }
        words = f"{report.category.value}: {', '.join(report.addresses) or 'no address'}  {report.status} {report.diagnostic}"
        self.answer(answer, as_json=options["json"], text=words.rstrip())
