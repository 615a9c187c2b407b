"""manage.py import_archive GROUP SOURCE… : bring an archive into a group."""

import logging
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from accounts.models import User
from archive.actions.transfers import plan_import
from archive.importers.check import check_sources
from archive.importers.pipeline import run_import, summary, unfinished
from archive.importers.problems import explain
from archive.importers.recognise import UnknownFormat, not_empty, refuse_hopeless
from archive.models import Transfer, TransferState
from common.commands import HouseCommand
from common.progress import ProgressBar
from groups.actions.groups import start_group
from groups.models import Group


class Command(HouseCommand):
    help = (
        "Import archives (mbox, Maildir, MH, .eml, pipermail, Yahoo, Takeout, groups.io; packed or not) into a group."
    )
    interrupted = "Interrupted. The same command again goes on from here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("group", metavar="GROUP", help="the group's short name, as in its address")
        parser.add_argument("sources", metavar="SOURCE", nargs="+", type=Path, help="files or folders, in order")
        parser.add_argument("--create", action="store_true", help="start the group if it does not exist")
        parser.add_argument(
            "--owner", metavar="ADDRESS", help="who owns the group that --create starts; has an account here"
        )
        parser.add_argument("--dry-run", action="store_true", help="look through the sources and report; store nothing")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")
        parser.add_argument("--processes", type=int, default=None, help="helper processes (default: IMPORT_PROCESSES)")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = [_found(path) for path in options["sources"]]
        if not options["traceback"]:
            logging.getLogger("archive.importers").setLevel(logging.CRITICAL)  # its sentence is all that is to be said
        self._look_at(sources)
        group = self._group(options)
        if options["dry_run"]:
            self._check(group, sources, as_json=options["json"])
        else:
            self._import(group, sources, options)

    def _look_at(self, sources: list[Path]) -> None:
        """A file that cannot be read is said before a group is started for it."""
        try:
            for path in not_empty(sources):
                refuse_hopeless(path)
        except (UnknownFormat, OSError) as error:
            raise CommandError(explain(error)) from None

    def _group(self, options: dict[str, Any]) -> Group:
        slug, owner = options["group"], _person(options["owner"])
        group = Group.objects.filter(slug=slug).first()
        if group is not None:
            return group
        if not options["create"]:
            raise CommandError(f"There is no group {slug!r}. Add --create to start it.")
        try:
            Group(slug=slug, name=slug).clean_fields()
        except ValidationError as error:
            raise CommandError(f"{slug!r} cannot be a group's short name. {' '.join(error.messages)}") from None
        return Group(slug=slug, name=slug) if options["dry_run"] else start_group(slug=slug, name=slug, by=owner)

    def _check(self, group: Group, sources: list[Path], *, as_json: bool) -> None:
        try:
            with ProgressBar("Looking through", sys.stderr) as bar:
                report = check_sources(group, sources, progress=bar.update)
        except (UnknownFormat, OSError) as error:
            raise CommandError(explain(error)) from None
        told = {"dry_run": True, **report.as_json(), "imported": report.new}
        self.answer(told, as_json=as_json, text=report.as_text())

    def _import(self, group: Group, sources: list[Path], options: dict[str, Any]) -> None:
        transfer = unfinished(group.pk, [str(path) for path in sources])
        if transfer is not None:
            self.stderr.write(
                f"Going on with import {transfer.pk}, which was interrupted after {transfer.messages} letters."
            )
        transfer = transfer or plan_import(group=group, sources=sources)
        with ProgressBar("Importing", sys.stderr) as bar:
            done = run_import(
                transfer,
                progress=lambda now: bar.update(now.done_bytes, now.total_bytes, now.messages),
                processes=options["processes"],
            )
        if not done or transfer.state in (TransferState.READING, TransferState.WAITING):
            raise CommandError(f"Import {transfer.pk} is being run by another process.")
        if transfer.state == TransferState.FAILED:
            raise CommandError(transfer.error)
        if transfer.state != TransferState.DONE:
            raise CommandError(f"Import {transfer.pk} was cancelled after {transfer.messages} letters.")
        self.answer(dict(summary(transfer)), as_json=options["json"], text=_sentence(transfer))


def _person(address: str | None) -> User | None:
    if not address:
        return None
    user = User.objects.filter(email__iexact=address, is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody here has the address {address}. They can make an account at {settings.SITE_URL}/.")
    return user


def _found(path: Path) -> Path:
    """The whole path of a source that is there; CommandError says what is wrong with one that is not."""
    shown = str(path).encode("utf-8", "backslashreplace").decode()
    if shown != str(path):
        raise CommandError(f"The name {shown} is not UTF-8 and cannot be written down; rename it first.")
    try:
        path.stat()
        return path.resolve(strict=True)
    except FileNotFoundError:
        raise CommandError(f"{path} does not exist.") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise CommandError(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}.") from None


def _sentence(transfer: Transfer) -> str:
    return (
        f"{transfer.messages} letters read: {transfer.imported} imported in {transfer.threads} new topics, "
        f"{transfer.duplicates} there already, {transfer.quarantined} in quarantine, "
        f"{transfer.corrected_dates} dates corrected. {transfer.seconds:.1f} s. "
        f"Undo with: manage.py undo_import {transfer.pk}\n"
        f"Read them at {settings.SITE_URL}{transfer.group.get_absolute_url()}"
    )
