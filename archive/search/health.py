"""Noticing that the index is missing or damaged, and having it made anew, without asking an operator."""

import logging
import time

from archive.search.engine import Engine, EngineError, IndexMissing
from archive.search.places import Places
from common.doorbell import ring

logger = logging.getLogger(__name__)

INDEX_TASK = "archive.tasks.index_pending"
AGAIN_AFTER = 3600.0  # seconds between two rebuilds of an index that looks healthy but failed somebody
_told: dict[str, float] = {}


def report_failure(engine: Engine, error: EngineError) -> None:
    """A search failed: leave word for the indexer when the index itself is to blame. Never raises."""
    if not _is_time(f"{engine.name} {engine.places and engine.places.root}"):
        return
    logger.error("The search index did not answer (%s); the database was searched instead.", error)
    places = engine.places
    if places is not None and not isinstance(error, IndexMissing) and _is_to_blame(engine, places):
        places.report_damage(str(error))
    ring(INDEX_TASK)


def report_writing_failure(engine: Engine, error: EngineError) -> None:
    """Indexing failed: where the index cannot be read either, it has to be made anew."""
    logger.error("Indexing failed, and will be tried again: %s", error)
    if engine.places is not None and engine.exists() and not engine.healthy():
        engine.places.report_damage(str(error))


def _is_time(key: str) -> bool:
    """At most once in ten seconds and process: a broken index must not fill the log and the queue."""
    now = time.monotonic()
    if now - _told.get(key, -60.0) < 10.0:
        return False
    _told[key] = now
    return True


def _is_to_blame(engine: Engine, places: Places) -> bool:
    """A query that always fails must not have the index rebuilt for ever."""
    return not engine.healthy() or places.age() > AGAIN_AFTER


def needs_rebuild(engine: Engine) -> bool:
    places = engine.places
    return not engine.exists() or (places is not None and places.damaged.exists())
