"""manage.py undo_import BATCH : take everything that an import brought out again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from archive.actions.transfers import TransferRefused, ask_for_undo, undo
from archive.models import Transfer, TransferState
from common.commands import HouseCommand


class Command(HouseCommand):
    help = "Undo an import as one batch: its letters, threads and quarantine go; other letters stay as they are."
    interrupted = "Interrupted. The same command again goes on from here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", metavar="BATCH", type=int, help="the number import_archive printed")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        transfer = Transfer.objects.select_related("group").filter(pk=options["batch"]).first()
        if transfer is None:
            raise CommandError(f"There is no import {options['batch']}.")
        try:
            if transfer.state != TransferState.UNDOING:
                ask_for_undo(transfer)
            removed = undo(transfer)
        except TransferRefused as error:
            raise CommandError(str(error)) from None
        self.answer(
            {"batch": transfer.pk, "removed": removed}, as_json=options["json"], text=f"{removed} letters removed."
        )
