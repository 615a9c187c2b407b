"""manage.py receive_mail : the door for a mail server that starts a program for each letter.

Ends with the codes of sysexits.h, by which Postfix, Exim and Sendmail know whether to try again or to send it back.
"""

import os
import sys
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import CommandError

from common.commands import HouseCommand
from mail.inbound import pipe


class Command(HouseCommand):
    help = (
        "Take one letter from standard input. Its envelope: options, or what the mail server puts into the environment."
    )
    requires_system_checks = ()  # a warning about something else is no reason to refuse a letter

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", nargs="+", metavar="ADDR", default=[], help="envelope recipients (else RECIPIENT)")
        parser.add_argument("--from", dest="sender", metavar="ADDR", help='envelope sender (else SENDER); "" for <>')

    def _refuse(self, sentence: str, status: int = 1) -> NoReturn:
        """Whatever goes wrong here is ours: the mail server keeps the letter and comes again."""
        super()._refuse(sentence, status if status in pipe.FOR_GOOD else pipe.EX_TEMPFAIL)

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(settings.MAIL_SIZE_LIMIT + 1)
        try:
            pipe.take(raw, options["sender"], options["to"], os.environ)
        except pipe.NotTaken as refusal:
            raise CommandError(str(refusal), returncode=refusal.code) from None
