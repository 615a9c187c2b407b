"""Making the whole index anew, or one group's part of it. Killed anywhere, the next call goes on where this one was.

An index in a folder is built beside the live one, which goes on answering and learning; what changes meanwhile is noted in
the new one's journal and done before they change places. The table of `postgres` is written in place, row by row.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Max

from archive.models import IndexJob, Message
from archive.search.documents import documents_between
from archive.search.engine import Engine, EngineError, Writer
from archive.search.engines import engine as current_engine
from archive.search.places import Places
from common.chunks import chunks
from groups.models import Group

if TYPE_CHECKING:
    from archive.search.postgres import PostgresEngine

READ_AT_ONCE = 500  # letters
COMMIT_AFTER = 20_000  # letters
SWITCH_PATIENCE = 120.0  # seconds to wait for the writer's lock at the end
HIGHEST = 2**62

Progress = Callable[[int, int, int], None]  # place reached, last place, letters


def rebuild(group: Group | None = None, progress: Progress = lambda *_: None) -> int:
    """Index all letters (of one group) anew; returns how many. Raises common.locks.Busy while somebody else does."""
    engine = current_engine()
    if group is not None:
        return _in_place(engine, group, progress)
    if engine.places is None:
        return _fill_table(engine, progress)  # type: ignore[arg-type]
    with engine.places.rebuilding():
        return _beside(engine, engine.places, progress)


def _ranges(start: int, group: Group | None) -> Iterator[tuple[int, int, int]]:
    """(first, last, highest) of chunks that cover all keys from `start` on, without gaps, to the very end."""
    letters = Message.objects.all() if group is None else Message.objects.filter(group=group)
    highest = letters.aggregate(highest=Max("pk"))["highest"] or 0
    first = start
    while True:
        keys = letters.filter(pk__gte=first).order_by("pk").values_list("pk", flat=True)
        last = next(iter(keys[READ_AT_ONCE - 1 : READ_AT_ONCE]), HIGHEST)
        yield first, last, max(highest, 1)
        if last == HIGHEST:
            return
        first = last + 1


def _writer_beside(engine: Engine, places: Places) -> tuple[Path, Writer]:
    """Go on with the half-built index; where it cannot be opened, with a new one."""
    path = places.start_building()
    try:
        return path, engine.writer(path)
    except EngineError:
        places.remove_building()
    path = places.start_building()
    return path, engine.writer(path)


def _beside(engine: Engine, places: Places, progress: Progress) -> int:
    path, opened = _writer_beside(engine, places)
    state = places.progress(path)
    covered = _orders() if not state["last"] else []
    with opened as writer:
        writer.delete(state["last"] + 1, HIGHEST)  # what was added after the last safe point
        uncommitted = 0
        for first, last, highest in _ranges(state["last"] + 1, None):
            found = _copy(writer, first, last, None)
            state["done"] += found
            uncommitted += found
            progress(min(last, highest), highest, state["done"])
            if uncommitted >= COMMIT_AFTER:
                writer.commit()
                uncommitted = 0
                places.save_progress(path, {**state, "last": last})
        noted = _catch_up(places, path, 0, writer)
        writer.commit()
    _switch(engine, places, path, noted)
    _strike(covered)
    return state["done"]


def _orders() -> list[int]:
    """Changes that stand written down before a rebuild reads its first letter: it will see all of them. One that only goes on
    may have read their letters before they changed."""
    return list(IndexJob.objects.values_list("pk", flat=True))


def _strike(orders: list[int]) -> None:
    for some in chunks(orders, READ_AT_ONCE):
        IndexJob.objects.filter(pk__in=some).delete()


def _copy(writer: Writer, first: int, last: int, group: Group | None) -> int:
    documents = documents_between(first, last, group)
    writer.add(documents)
    return len(documents)


def _catch_up(places: Places, path: Path, noted: int, writer: Writer) -> int:
    """Do what the journal says from `noted` on, as often as it has grown; returns how far it was read."""
    while True:
        ranges, noted = places.changes(path, noted)
        if not ranges:
            return noted
        for first, last in dict.fromkeys(ranges):
            for start in range(first, last + 1, READ_AT_ONCE):
                end = min(last, start + READ_AT_ONCE - 1)
                writer.delete(start, end)
                _copy(writer, start, end, None)


def _switch(engine: Engine, places: Places, path: Path, noted: int) -> None:
    """With the writers stopped for a moment, the last changes, then the new index is the index."""
    with engine.lock(SWITCH_PATIENCE):
        with engine.writer(path) as writer:
            _catch_up(places, path, noted, writer)
            writer.commit()
        places.switch_to(path)
    places.remove_old()


def _in_place(engine: Engine, group: Group, progress: Progress) -> int:
    """Every committed step is right by itself, so there is nothing to resume: the next call begins again."""
    done = 0
    for first, last, highest in _ranges(0, group):
        with engine.lock(SWITCH_PATIENCE), engine.writer() as writer:
            writer.delete(first, last, group.pk)
            done += _copy(writer, first, last, group)
            writer.commit()
        progress(min(last, highest), highest, done)
    return done


def _fill_table(engine: "PostgresEngine", progress: Progress) -> int:
    done = 0
    with engine.rebuilding():
        reached = engine.progress()
        covered = _orders() if not reached else []
        for first, last, highest in _ranges(reached + 1, None):
            with engine.lock(SWITCH_PATIENCE), engine.writer() as writer:
                writer.delete(first, last)
                done += _copy(writer, first, last, None)
                writer.commit()
            engine.save_progress(last if last < HIGHEST else 0)
            progress(min(last, highest), highest, done)
        engine.save_progress(0, filled=True)
    _strike(covered)
    return done
