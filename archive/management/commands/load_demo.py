"""manage.py load_demo : make the demonstration site."""

import sys
from argparse import ArgumentParser
from typing import Any

from archive.demo import load_demo
from common.commands import HouseCommand
from common.progress import ProgressBar


class Command(HouseCommand):
    help = "Make the demonstration groups and import their letters. Can be run again: what is there stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        with ProgressBar("Importing", sys.stderr) as bar:
            letters = load_demo(progress=bar.update)
        self.answer(
            {"letters": letters}, as_json=options["json"], text=f"{letters} letters in the demonstration groups."
        )
