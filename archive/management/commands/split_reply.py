"""manage.py split_reply FILE : what the author wrote, what they quoted, and their signature."""

from argparse import ArgumentParser
from typing import Any

from archive.management.commands.parse_message import read_input
from archive.rendering import split_reply
from common.commands import HouseCommand


class Command(HouseCommand):
    help = "Split a text body (UTF-8) into what the author wrote, what is quoted, and the signature."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a text file, or - for standard input")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        text = read_input(options["file"]).decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        reply = split_reply(text)
        parts = {"visible": reply.visible, "quoted": reply.quoted, "signature": reply.signature}
        self.answer(parts, as_json=options["json"], text=reply.visible)
