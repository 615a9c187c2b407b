"""Running an import: read, prepare (in other processes where there are cores), store, index; resumable at every batch.

The reader runs in this process and the preparing of letters in IMPORT_PROCESSES others, so that a machine with two cores
uses both. Each batch is one transaction that also moves the transfer's cursor: killed anywhere, a new run goes on behind
the last whole batch, and what is sent twice is recognised as a duplicate.
"""

import hashlib
import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import zstandard
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from archive.actions.blobs import blobs_locked
from archive.actions.storing import Stored, store_letters
from archive.actions.tagging import tag_imported
from archive.actions.transfers import ClaimLost, beat, claim, finish, finish_cancelled, held, in_language_of
from archive.importers import blobs
from archive.importers.helpers import Begun, Helpers
from archive.importers.problems import SourceGone, explain
from archive.importers.readers.types import Damaged, Entry
from archive.importers.recognise import Source, UnknownFormat, open_all
from archive.models import (
    Attachment,
    Author,
    Content,
    Day,
    Ghost,
    Message,
    Quarantined,
    Thread,
    Transfer,
    TransferState,
)
from archive.parsing.types import DateSource
from archive.prepare import Failure, Hints, Letter, prepare_batch, take_neighbours_date
from archive.search.indexer import direct_writer, document_of
from common import bulk
from common.memory import collecting_seldom
from common.text import storable

logger = logging.getLogger(__name__)

MANY = 1000  # letters after which the database should look at its tables anew
BATCH_BYTES = 8 * 1024 * 1024
WAITING_BYTES = 40 * 1024 * 1024  # read ahead
Progress = Callable[[Transfer], None]


@dataclass(slots=True)
class Batch:
    """Some entries in a row of one source, and where to go on behind them."""

    entries: list[Entry | Damaged]
    cursor: dict[str, Any]
    done_bytes: int
    weight: int = 0  # bytes of the letters


def open_sources(transfer: Transfer) -> list[Source]:
    """Every source of the transfer, recognised by content. Raises SourceGone or UnknownFormat with a plain sentence."""
    paths = [Path(source) for source in transfer.sources]
    for path in paths:
        if not path.exists():
            raise SourceGone(_("%(name)s is not there any more.") % {"name": path.name})
    return open_all(paths, scratch_folder())


def scratch_folder() -> Path:
    """Where compressed trees are unpacked while they are read: beside the data, not in a small /tmp."""
    folder = Path(settings.VAR) / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def batches(transfer: Transfer, sources: list[Source]) -> Iterator[Batch]:
    """Cut what is left of the sources into batches, from the transfer's cursor on."""
    start = int(transfer.cursor.get("source", 0))
    before = sum(source.total_bytes for source in sources[:start])
    resume = (int(transfer.cursor.get("position", 0)), int(transfer.cursor.get("number", 1)))
    for place, source in enumerate(sources[start:], start):
        entries: list[Entry | Damaged] = []
        weight = 0
        for entry in source.reader.entries(*(resume if place == start else (0, 1))):
            entries.append(entry)
            weight += len(entry.raw)
            if len(entries) >= settings.IMPORT_BATCH or weight >= BATCH_BYTES:
                cursor = {"source": place, "position": entry.next_position, "number": entry.number + 1}
                yield Batch(entries, cursor, before + source.reader.done_bytes(), weight)
                entries, weight = [], 0
        before += source.total_bytes
        yield Batch(entries, {"source": place + 1, "position": 0, "number": 1}, before, weight)


def prepared_batches(
    stream: Iterator[Batch], arrival: datetime, processes: int
) -> Iterator[tuple[Batch, list[Letter | Failure]]]:
    """Prepare batches ahead in other processes, at most two batches waiting a process (fewer where letters are huge), and
    yield them in order."""
    if processes <= 0:
        for batch in stream:
            yield batch, prepare_batch(_items(batch, arrival))
        return
    with Helpers(processes) as helpers:
        waiting: deque[tuple[Batch, Begun]] = deque()
        for batch in stream:
            waiting.append((batch, helpers.submit(_items(batch, arrival))))
            while len(waiting) > processes + 1 or sum(waits.weight for waits, _ in waiting) > WAITING_BYTES:
                ready, begun = waiting.popleft()
                yield ready, helpers.result(begun)
        while waiting:
            ready, begun = waiting.popleft()
            yield ready, helpers.result(begun)


def _items(batch: Batch, arrival: datetime) -> list[tuple[bytes, Hints]]:
    return [
        (
            entry.raw,
            Hints(
                envelope_date=entry.envelope_date,
                arrival=arrival,
                thread_key=entry.thread_key,
                legacy_number=entry.legacy_number,
                author_key=entry.author_key,
                author_name=entry.author_name,
                hidden=entry.hidden,
            ),
        )
        for entry in batch.entries
        if isinstance(entry, Entry)
    ]


def run_import(transfer: Transfer, *, progress: Progress | None = None, processes: int | None = None) -> bool:
    """Import a transfer to its end, or go on with one that was interrupted.

    Returns False when another worker is at it. Errors of the sources end it as failed with a sentence in `error`;
    everything that was stored until then stays, and can be undone.
    """
    if not claim(transfer):
        return False
    with held(transfer):
        try:
            state, error = _outcome(
                _Run(transfer, progress, settings.IMPORT_PROCESSES if processes is None else processes)
            )
            finish(transfer, state, error=error)
        except ClaimLost:
            finish_cancelled(transfer)
    return True


def _outcome(run: "_Run") -> tuple[TransferState, str]:
    with in_language_of(run.transfer.owner):  # in which the sources say what is wrong with them
        try:
            run.run()
        except ClaimLost:
            raise
        except (SourceGone, UnknownFormat) as error:
            return TransferState.FAILED, explain(error, run.transfer.sources)
        except Exception as error:
            logger.exception("Import %s failed", run.transfer.pk)
            return TransferState.FAILED, explain(error, run.transfer.sources)
    return TransferState.DONE, ""


@dataclass(slots=True)
class _Run:
    transfer: Transfer
    progress: Progress | None
    processes: int
    previous_date: datetime | None = None
    started: float = field(default_factory=monotonic)

    def run(self) -> None:
        transfer = self.transfer
        sources = open_sources(transfer)
        self._begin(sources)
        before = transfer.seconds
        with collecting_seldom(), bulk.unmapped(), direct_writer() as index:
            for batch, prepared in prepared_batches(batches(transfer, sources), transfer.created_at, self.processes):
                transfer.seconds = before + monotonic() - self.started
                with _lock_for(batch):
                    stored = self._store(batch, prepared)
                index.add_stored(_documents(transfer, stored), stored.jobs)
                if self.progress:
                    self.progress(transfer)
        if transfer.imported >= MANY:
            bulk.refresh_statistics(Message, Content, Thread, Author, Attachment, Ghost, Day)
        transfer.seconds = before + monotonic() - self.started  # the last letters are searchable only now
        beat(transfer, seconds=transfer.seconds)

    def _begin(self, sources: list[Source]) -> None:
        """Note what it is. Files that changed since the interruption are read from the start: what is known is skipped."""
        transfer = self.transfer
        total = sum(source.total_bytes for source in sources)
        if total != transfer.total_bytes:
            transfer.cursor = {}
        transfer.format = ", ".join(dict.fromkeys(source.format for source in sources))[:100]
        transfer.total_bytes = total
        beat(transfer, format=transfer.format, total_bytes=total)
        previous = transfer.cursor.get("previous")
        self.previous_date = datetime.fromisoformat(previous) if previous else None

    @transaction.atomic
    def _store(self, batch: Batch, prepared: list[Letter | Failure]) -> Stored:
        letters, broken = self._sort(batch, prepared)
        stored = store_letters(self.transfer.group, letters, transfer=self.transfer)
        tag_imported(self.transfer.group, stored)
        known = self._quarantine(broken)
        transfer = self.transfer
        transfer.messages += len(batch.entries)
        transfer.imported += len(stored.letters)
        transfer.duplicates += stored.duplicates + known
        transfer.quarantined += len(broken) - known
        transfer.corrected_dates += sum(letter.date_source != DateSource.DATE for _, letter in stored.letters)
        transfer.threads += stored.new_threads
        previous = self.previous_date
        transfer.cursor = {**batch.cursor, "previous": previous.isoformat() if previous else ""}
        transfer.done_bytes = batch.done_bytes
        beat(transfer, **{name: getattr(transfer, name) for name in _PROGRESS})
        return stored

    def _sort(
        self, batch: Batch, prepared: list[Letter | Failure]
    ) -> tuple[list[Letter], list[tuple[Entry | Damaged, str]]]:
        letters: list[Letter] = []
        broken: list[tuple[Entry | Damaged, str]] = []
        results = iter(prepared)
        for entry in batch.entries:
            result = next(results) if isinstance(entry, Entry) else Failure(entry.reason)
            if isinstance(result, Failure):
                broken.append((entry, result.reason))
                continue
            take_neighbours_date(result, self.previous_date)
            self.previous_date = result.sent_at
            if isinstance(entry, Entry) and entry.attachments:
                result.detached = blobs.keep(entry.attachments)
            letters.append(result)
        return letters, broken

    def _quarantine(self, broken: list[tuple[Entry | Damaged, str]]) -> int:
        """Keep what could not be read; returns how many of them had been kept before."""
        if not broken:
            return 0
        hashes = [quarantine_hash(entry, reason) for entry, reason in broken]
        group = self.transfer.group
        known = {
            bytes(value)
            for value in Quarantined.objects.filter(group=group, raw_hash__in=hashes).values_list("raw_hash", flat=True)
        }
        fresh: dict[bytes, Quarantined] = {}
        for (entry, reason), raw_hash in zip(broken, hashes, strict=True):
            if raw_hash not in known:
                fresh.setdefault(raw_hash, self._quarantined(entry, reason, raw_hash))
        Quarantined.objects.bulk_create(fresh.values())
        return len(broken) - len(fresh)

    def _quarantined(self, entry: Entry | Damaged, reason: str, raw_hash: bytes) -> Quarantined:
        return Quarantined(
            transfer=self.transfer,
            group=self.transfer.group,
            position=entry.position,
            number=entry.number,
            reason=storable(reason)[:300],
            raw_hash=raw_hash,
            raw=zstandard.compress(entry.raw),
        )


def _lock_for(batch: Batch) -> AbstractContextManager[None]:
    with_files = any(isinstance(entry, Entry) and entry.attachments for entry in batch.entries)
    return blobs_locked() if with_files else nullcontext()


def quarantine_hash(entry: Entry | Damaged, reason: str) -> bytes:
    """By what a letter in quarantine is known again; where not one byte could be read, its place and the reason."""
    return hashlib.sha256(entry.raw or f"{entry.position} {reason}".encode("utf-8", "replace")).digest()


_PROGRESS = (
    "messages",
    "imported",
    "duplicates",
    "quarantined",
    "corrected_dates",
    "threads",
    "cursor",
    "done_bytes",
    "seconds",
)


def _documents(transfer: Transfer, stored: Stored) -> list[Any]:
    """Index documents of letters just stored, made from what is in hand rather than read again."""
    return [
        document_of(
            id=member.id,
            group_id=transfer.group_id,
            thread_id=member.thread_id,
            number=member.number,
            sent_at=member.sent_at,
            author_id=member.author_id,
            transfer_id=transfer.pk,
            from_text=f"{letter.from_name} {letter.from_address}",
            to_text=letter.to_text,
            subject=letter.subject,
            body=f"{letter.visible}\n{letter.signature}",
            quoted=letter.quoted,
            filenames=[part.filename for part in letter.attachments] + [blob.filename for blob in letter.detached],
            list_id=letter.list_id,
        )
        for member, (_, letter) in zip(stored.members, stored.letters, strict=True)
        if not letter.hidden
    ]


def summary(transfer: Transfer) -> dict[str, int | float]:
    """The figures of a finished import, as `--json` prints them."""
    return {
        "messages": transfer.messages,
        "imported": transfer.imported,
        "duplicates": transfer.duplicates,
        "quarantined": transfer.quarantined,
        "threads": transfer.threads,
        "corrected_dates": transfer.corrected_dates,
        "seconds": round(transfer.seconds, 3),
        "batch": transfer.pk,
    }


def unfinished(group_id: int, sources: list[str]) -> Transfer | None:
    """An import of the same files into the same group that was interrupted, or never came to begin."""
    states = (TransferState.READING, TransferState.WAITING)
    return Transfer.objects.filter(group_id=group_id, sources=sources, state__in=states).order_by("-pk").first()
