"""The dry run: what an import would bring, in numbers a person can judge by, without storing anything."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone

from archive.actions.transfers import ClaimLost, beat, claim, forget_upload, held, in_language_of
from archive.importers.forecast import Topics
from archive.importers.pipeline import quarantine_hash, scratch_folder
from archive.importers.problems import explain
from archive.importers.readers.types import Damaged, Entry
from archive.importers.recognise import UnknownFormat, open_all
from archive.keys import key_of
from archive.models import Message, Quarantined, Transfer, TransferState
from archive.parsing.types import DateSource
from archive.prepare import Hints, Letter, prepare, take_neighbours_date
from common.chunks import chunks
from common.text import storable
from groups.models import Group

logger = logging.getLogger(__name__)

SAMPLES = 5
CHUNK = 500
Progress = Callable[[int, int, int], object]  # done bytes, total bytes, letters


@dataclass
class Report:
    """Counts of one look through. `years` is {"2004": letters}; `problems` are samples with offset, number and reason."""

    format: str = ""
    messages: int = 0
    new: int = 0
    duplicates: int = 0
    quarantined: int = 0
    corrected_dates: int = 0
    repaired_charsets: int = 0
    suspicious_splits: int = 0
    attachments: int = 0
    threads: int = 0
    years: Counter[str] = field(default_factory=Counter)
    date_sources: Counter[str] = field(default_factory=Counter)
    samples: list[dict[str, Any]] = field(default_factory=list)
    corrected_samples: list[dict[str, Any]] = field(default_factory=list)
    suspicious_samples: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {name: _storable(value) for name, value in vars(self).items()}

    def as_text(self) -> str:
        span = f", {min(self.years)} to {max(self.years)}" if self.years else ""
        return (
            f"{self.format}: {self.messages} letters in about {self.threads} topics{span}. {self.new} are new, "
            f"{self.duplicates} are there already, {self.quarantined} cannot be read. {self.corrected_dates} dates and "
            f"{self.repaired_charsets} character sets would be mended; {self.suspicious_splits} suspicious lines "
            f'that begin with "From ".'
        )


def _storable(value: Any) -> Any:
    """Lines of files nobody has read yet may hold what a database refuses."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): _storable(inner) for name, inner in value.items()}
    return [_storable(inner) for inner in value] if isinstance(value, list) else value


def check_sources(group: Group, paths: Sequence[Path], *, progress: Progress | None = None) -> Report:
    """Look through every source. Raises UnknownFormat where one cannot be recognised. Memory: 400 bytes a letter."""
    sources = open_all(paths, scratch_folder())
    look = _Look(group, Report(format=", ".join(dict.fromkeys(source.format for source in sources))))
    total = sum(source.total_bytes for source in sources)
    before = 0
    for source in sources:
        for entries in chunks(source.reader.entries(), CHUNK):
            look.at(entries)
            if progress:
                progress(before + source.reader.done_bytes(), total, look.report.messages)
        before += source.total_bytes
    look.report.threads = look.topics.count()
    return look.report


class _Look:
    def __init__(self, group: Group, report: Report) -> None:
        self.group = group
        self.report = report
        self.seen: set[tuple[int, int]] = set()  # (id key, content key)
        self.topics = Topics()
        self.previous_date = None
        self.in_quarantine: set[bytes] | None = None  # by quarantine_hash; read when the first damage is met

    def at(self, entries: list[Entry | Damaged]) -> None:
        letters = []
        for entry in entries:
            self.report.messages += 1
            if isinstance(entry, Damaged):
                self._damaged(entry, entry.reason)
                continue
            letter = self._prepare(entry)
            if letter is not None:
                letters.append((entry, letter))
        for entry, letter, is_new in self._sorted_out(letters):
            self._count(entry, letter, is_new=is_new)

    def _prepare(self, entry: Entry) -> Letter | None:
        hints = Hints(envelope_date=entry.envelope_date, thread_key=entry.thread_key, author_name=entry.author_name)
        try:
            return prepare(entry.raw, hints)
        except Exception as error:  # the import itself would put it into quarantine
            self._damaged(entry, f"{type(error).__name__}: {error}")
            return None

    def _damaged(self, entry: Entry | Damaged, reason: str) -> None:
        if self.in_quarantine is None:
            kept = Quarantined.objects.filter(group=self.group) if self.group.pk else Quarantined.objects.none()
            self.in_quarantine = {bytes(value) for value in kept.values_list("raw_hash", flat=True)}
        identity = quarantine_hash(entry, reason)
        if identity in self.in_quarantine:
            self.report.duplicates += 1
            return
        self.in_quarantine.add(identity)
        self.report.quarantined += 1
        if len(self.report.problems) < SAMPLES:
            self.report.problems.append({"number": entry.number, "position": entry.position, "reason": reason})

    def _sorted_out(self, letters: list[tuple[Entry, Letter]]) -> list[tuple[Entry, Letter, bool]]:
        keys = [letter.message_id_key for _, letter in letters]
        stored = set()
        if self.group.pk:
            stored = {
                (key, int.from_bytes(bytes(content_hash)[:8], "big"))
                for key, content_hash in Message.objects.filter(group=self.group, message_id_key__in=keys).values_list(
                    "message_id_key", "content_hash"
                )
            }
        self._note_topics(letters, {key for key, _ in stored})
        sorted_out = []
        for entry, letter in letters:
            identity = (letter.message_id_key, int.from_bytes(letter.content_hash[:8], "big"))
            sorted_out.append((entry, letter, identity not in stored and identity not in self.seen))
            self.seen.add(identity)
        return sorted_out

    def _note_topics(self, letters: list[tuple[Entry, Letter]], stored: set[int]) -> None:
        """What belongs together: by the key of the archive they come from, else by references (as in archive.threader)."""
        referred = {letter.message_id_key: [key_of(mid) for mid in letter.references] for _, letter in letters}
        if self.group.pk:
            wanted = {key for keys in referred.values() for key in keys}
            known = Message.objects.filter(group=self.group, message_id_key__in=wanted)
            self.topics.note_stored(known.values_list("message_id_key", flat=True))
        for _, letter in letters:
            own = letter.message_id_key
            together = [key_of(letter.thread_key)] if letter.thread_key else referred[own]
            self.topics.add(own, together, is_stored=own in stored)

    def _count(self, entry: Entry, letter: Letter, *, is_new: bool) -> None:
        report = self.report
        take_neighbours_date(letter, self.previous_date)
        self.previous_date = letter.sent_at  # type: ignore[assignment]
        report.new += is_new
        report.duplicates += not is_new
        report.years[f"{letter.sent_at.year:04}"] += 1
        report.date_sources[letter.date_source] += 1
        report.repaired_charsets += "charset" in letter.defects
        report.attachments += len(letter.attachments) + len(entry.attachments)
        sample = {
            "number": entry.number,
            "subject": letter.subject[:200],
            "from": letter.from_name,
            "date": letter.sent_at.isoformat(),
        }
        if len(report.samples) < SAMPLES:
            report.samples.append(sample)
        if is_new and letter.date_source != DateSource.DATE:
            report.corrected_dates += 1
            if len(report.corrected_samples) < SAMPLES:
                report.corrected_samples.append({**sample, "raw": letter.date_raw, "source": letter.date_source})
        for suspicion in entry.suspicious:
            report.suspicious_splits += 1
            if len(report.suspicious_samples) < SAMPLES:
                report.suspicious_samples.append(
                    {
                        "number": entry.number,
                        "position": suspicion.offset,
                        "line": suspicion.line,
                        "split": suspicion.split,
                    }
                )


def run_check(transfer: Transfer) -> bool:
    """The dry run of a transfer, by a worker: progress while it runs, the report when it is done. False: another is at it."""
    if not claim(transfer, states=(TransferState.CHECKING,), to=TransferState.CHECKING):
        return False

    def progress(done: int, total: int, letters: int) -> None:
        beat(transfer, done_bytes=done, total_bytes=total, messages=letters)

    with held(transfer):
        try:
            state, values = _outcome(transfer, progress)
        except ClaimLost:
            state, values = TransferState.CANCELLED, {"finished_at": timezone.now()}
        mine = Transfer.objects.filter(pk=transfer.pk, claim=transfer.claim)
        mine.update(state=state, claim="", cancel_requested=False, done_bytes=0, messages=0, **values)
    transfer.refresh_from_db()
    if transfer.state == TransferState.CANCELLED:
        forget_upload(transfer.pk)
    return True


def _outcome(transfer: Transfer, progress: Progress) -> tuple[TransferState, dict[str, Any]]:
    with in_language_of(transfer.owner):  # in which the sources say what is wrong with them
        try:
            report = check_sources(transfer.group, [Path(name) for name in transfer.sources], progress=progress)
        except ClaimLost:
            raise
        except UnknownFormat as error:
            return TransferState.FAILED, {"error": explain(error, transfer.sources)}
        except Exception as error:
            logger.exception("Looking through import %s failed", transfer.pk)
            return TransferState.FAILED, {"error": explain(error, transfer.sources)}
    return TransferState.CHECKED, {"report": report.as_json(), "format": report.format[:100]}
