"""Keeping the index in line with the database. One writer at a time; killed anywhere, nothing is lost.

Whoever changes letters writes IndexJob rows in the same transaction. Rows go only when the index has been committed, so a
crash means that some ranges are indexed twice. While a new index is built beside the live one, the ranges are noted for it
before the rows go (archive.search.places).
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from django.db.models import Count, F, Min
from django.utils import timezone

from archive.models import IndexJob, Message
from archive.search.documents import documents_between
from archive.search.engine import Document, Engine, EngineError, Writer, document_of
from archive.search.engines import engine as current_engine
from archive.search.health import INDEX_TASK, needs_rebuild, report_writing_failure
from archive.search.rebuilding import rebuild
from common.chunks import chunks
from common.doorbell import ring
from common.locks import Busy

__all__ = ["DirectWriter", "Lag", "direct_writer", "document_of", "enqueue", "index_pending", "lag", "rebuild"]

READ_AT_ONCE = 500  # letters
BATCH = 2000  # letters between two commits
SESSION = 5.0  # seconds that the lock is held in a row
RUN = 20.0  # seconds of one call
DIRECT_EVERY = 10.0  # seconds between two commits of an import
DIRECT_BATCH = 50_000  # or so many letters
OTHERS_EVERY = 3.0  # seconds between two looks at what others changed
LOCK_PATIENCE = 2.0

logger = logging.getLogger(__name__)
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the index is behind: age of the oldest change that is not in it, and how many there are."""

    seconds: float
    jobs: int


def lag() -> Lag:
    found = IndexJob.objects.aggregate(oldest=Min("created_at"), jobs=Count("pk"))
    age = (timezone.now() - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return Lag(max(0.0, age), found["jobs"])


def enqueue(first_id: int, last_id: int) -> int:
    """Order, in the caller's transaction, that messages first_id…last_id be indexed anew; returns the job's key."""
    job = IndexJob.objects.create(first_id=first_id, last_id=last_id)
    ring(INDEX_TASK)
    return job.pk


def index_pending(seconds: float = RUN) -> int:
    """Do what stands in IndexJob rows, for about so long. Returns how many letters were looked at; 0 where another
    process is at it. An index that is missing or damaged is made anew first."""
    engine = current_engine()
    done = 0
    try:
        if needs_rebuild(engine):
            done += rebuild()
        deadline = time.monotonic() + seconds
        while IndexJob.objects.exists() and time.monotonic() < deadline:
            done += _session(engine, min(deadline, time.monotonic() + SESSION))
    except Busy:
        pass
    except EngineError as error:
        report_writing_failure(engine, error)
    return done


def _session(engine: Engine, deadline: float) -> int:
    """Hold the lock for a while, and work."""
    done = 0
    with engine.lock(0), engine.writer() as writer:
        batch = next_batch()
        while batch:
            done += _do(engine, writer, batch)
            batch = next_batch() if time.monotonic() < deadline else []
    if engine.places is not None and engine.places.is_wanted():
        time.sleep(0.2)  # somebody waits: let them have it
    return done


@dataclass(frozen=True, slots=True)
class Job:
    """An IndexJob, or the part of a long one that is done now."""

    pk: int
    first: int
    last: int
    whole: bool = True


def next_batch(without: Iterable[int] = (), most: int = BATCH) -> list[Job]:
    """Jobs for about `most` letters: short ones first, so that a letter of today need not wait for an import."""
    rows = IndexJob.objects.annotate(size=F("last_id") - F("first_id")).order_by("size", "pk")
    left_out = set(without)
    batch: list[Job] = []
    room = most
    for pk, first, last in rows.values_list("pk", "first_id", "last_id")[: most + len(left_out)].iterator():
        if pk in left_out:
            continue
        if last - first >= room:
            if not batch:
                batch.append(Job(pk, first, first + most - 1, whole=False))
            break
        batch.append(Job(pk, first, last))
        room -= last - first + 1
    return batch


def _do(engine: Engine, writer: Writer, batch: Sequence[Job]) -> int:
    ranges = merged((job.first, job.last) for job in batch)
    done = sum(bring_in_line(writer, first, last) for first, last in ranges)
    writer.commit()
    forget(engine, batch)
    return done


def bring_in_line(writer: Writer, first: int, last: int) -> int:
    """Index messages first…last as they are in the database now. Does not commit. Returns how many can be found."""
    found = 0
    for start in range(first, last + 1, READ_AT_ONCE):
        end = min(last, start + READ_AT_ONCE - 1)
        documents = documents_between(start, end)
        writer.delete(start, end)
        writer.add(documents)
        found += len(documents)
    return found


def forget(engine: Engine, jobs: Sequence[Job]) -> None:
    """The index has these: note them for a rebuild under way, then let the rows go."""
    if engine.places is not None:
        engine.places.note_changes((job.first, job.last) for job in jobs)
    for some in chunks((job.pk for job in jobs if job.whole), READ_AT_ONCE):
        IndexJob.objects.filter(pk__in=some).delete()
    for job in jobs:
        if not job.whole:
            IndexJob.objects.filter(pk=job.pk).update(first_id=job.last + 1)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Ranges in order, those that touch made one."""
    whole: list[Range] = []
    for first, last in sorted(ranges):
        if whole and first <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(last, whole[-1][1]))
        else:
            whole.append((first, last))
    return whole


@contextmanager
def direct_writer() -> Iterator["DirectWriter"]:
    """For an import: index letters from what is in hand, as they are stored. What cannot be indexed now (another
    writer, a slow engine, no index) simply keeps its IndexJob rows."""
    direct = DirectWriter(current_engine())
    direct.open(LOCK_PATIENCE)
    try:
        yield direct
    except Exception:
        direct.close(commit=True)  # what was added is stored and stays
        raise
    except BaseException:
        direct.close(commit=False)
        raise
    direct.close(commit=True)


@dataclass(slots=True)
class DirectWriter:
    """Holds the writer's lock while it can, and does other people's pending changes along the way."""

    engine: Engine
    clock: Callable[[], float] = time.monotonic
    held: ExitStack = field(default_factory=ExitStack)
    writer: Writer | None = None
    added: set[int] = field(default_factory=set)
    jobs: set[int] = field(default_factory=set)
    committed_at: float = 0.0
    looked_at: float = 0.0

    def open(self, timeout: float = 0) -> bool:
        if self.writer is not None:
            return True
        if not self.engine.keeps_up:
            return False
        try:
            self.held.enter_context(self.engine.lock(timeout))
            self._make_first_index()
            self.writer = self.held.enter_context(self.engine.writer())
        except (Busy, EngineError):
            self.held.close()
            return False
        self.committed_at = self.looked_at = self.clock()
        return True

    def _make_first_index(self) -> None:
        """A new house: nothing to rebuild, so begin. Otherwise a missing index is index_pending's affair."""
        places = self.engine.places
        if places is not None and places.current() is None and not Message.objects.exists():
            with self.engine.writer(places.start_empty()) as writer:
                writer.commit()

    def add_stored(self, documents: Sequence[Document], jobs: Iterable[int]) -> None:
        """Index letters that have just been stored; `jobs` are the IndexJob rows written with them."""
        if not self.open() or self.writer is None:
            return
        try:
            self.writer.add(documents)
            self.added.update(document.id for document in documents)
            self.jobs.update(jobs)
            self._commit_if_due()
        except EngineError as error:
            logger.error("Indexing during the import failed; it is left for later: %s", error)
            self._let_go()

    def _commit_if_due(self) -> None:
        now = self.clock()
        due = now - self.committed_at > DIRECT_EVERY or len(self.added) >= DIRECT_BATCH
        if not due and now - self.looked_at > OTHERS_EVERY:
            self.looked_at = now
            due = bool(next_batch(self.jobs, 1))
        if due:
            self.commit()

    def commit(self) -> None:
        """Make all findable that was added, and what others changed."""
        if self.writer is None:
            return
        own = self._own_jobs()
        for job in own:
            self._index_rest_of(self.writer, job)
        others = next_batch(self.jobs)
        for first, last in merged((job.first, job.last) for job in others):
            bring_in_line(self.writer, first, last)
        self.writer.commit()
        forget(self.engine, [*own, *others])
        self.added.clear()
        self.jobs.clear()
        self.committed_at = self.looked_at = self.clock()
        self._give_way()

    def _own_jobs(self) -> list[Job]:
        return [
            Job(*row)
            for some in chunks(self.jobs, READ_AT_ONCE)
            for row in IndexJob.objects.filter(pk__in=some).values_list("pk", "first_id", "last_id")
        ]

    def _index_rest_of(self, writer: Writer, job: Job) -> None:
        """A job may name letters that were there before and moved to another thread: these are read again."""
        rest = [pk for pk in range(job.first, job.last + 1) if pk not in self.added]
        for first, last in merged((pk, pk) for pk in rest):
            bring_in_line(writer, first, last)

    def _give_way(self) -> None:
        """Let somebody who waits for the lock (a finished rebuild) have it; the next letters take it again."""
        places = self.engine.places
        if places is not None and places.is_wanted():
            self._let_go()
            time.sleep(0.2)

    def _let_go(self) -> None:
        self.writer = None
        self.added.clear()
        self.jobs.clear()
        try:
            self.held.close()
        except EngineError as error:
            logger.error("Closing the index failed: %s", error)

    def close(self, *, commit: bool) -> None:
        try:
            if commit:
                self.commit()
        except EngineError as error:
            logger.error("Indexing during the import failed; it is left for later: %s", error)
        self._let_go()
