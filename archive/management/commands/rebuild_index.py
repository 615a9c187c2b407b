"""manage.py rebuild_index [GROUP] : make the search index anew."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from archive.search.engines import engine
from archive.search.indexer import rebuild
from common.commands import HouseCommand, get_group
from common.locks import Busy
from common.progress import ProgressBar
from groups.models import Group

PAUSE = 0.5  # seconds between two looks at a rebuild of somebody else


class Command(HouseCommand):
    help = "Make the search index anew, or one group's part of it. Searching goes on; an interrupted run is resumed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("group", metavar="GROUP", nargs="?", help="the short name of one group")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        group = get_group(options["group"]) if options["group"] else None
        started = time.monotonic()
        done = self._rebuild(group)
        seconds = round(time.monotonic() - started, 3)
        data = {"messages": done, "seconds": seconds, "engine": engine().name}
        self.answer(data, as_json=options["json"], text=f"{done:,} letters indexed in {seconds:.1f} s.")

    def _rebuild(self, group: Group | None) -> int:
        with ProgressBar("Indexing", sys.stderr) as bar:
            while True:
                try:
                    return rebuild(group, bar.update)
                except Busy:
                    # A worker noticed that the index was missing and is making it: ours comes after.
                    self.say("Another process is rebuilding the index; waiting for it.")
                    time.sleep(PAUSE)
