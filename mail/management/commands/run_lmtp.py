"""manage.py run_lmtp : the door for the mail server."""

import asyncio
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from common.commands import HouseCommand
from common.memory import few_arenas
from mail.inbound.listening import Place, serve
from mail.inbound.outage import be_impatient


class Command(HouseCommand):
    help = "Take letters from the mail server by LMTP until SIGTERM or Ctrl-C; transactions under way are finished."
    interrupted = "Stopped."
    requires_system_checks = ()  # they would load every page of the site

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.LMTP_HOST, help="address to listen on (LMTP_HOST)")
        parser.add_argument("--port", type=int, default=settings.LMTP_PORT, help="port (LMTP_PORT); 0: any free one")
        parser.add_argument("--socket", type=Path, metavar="PATH", help="a Unix socket instead of host and port")

    def handle(self, *args: Any, **options: Any) -> None:
        few_arenas()
        be_impatient()
        place = Place(options["host"], options["port"], options["socket"])
        try:
            asyncio.run(serve(place, lambda where: self.say(f"LMTP on {where}")))
        except (OSError, OverflowError) as problem:
            words = getattr(problem, "strerror", None) or str(problem)
            raise CommandError(f"Cannot listen on {place}: {words}.") from None
