"""Which engine answers: SEARCH_ENGINE, one object a process and folder."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from archive.search.engine import Engine


def engine() -> Engine:
    """The engine of this house. Cheap; opens nothing."""
    return make_engine(settings.SEARCH_ENGINE, Path(settings.SEARCH_INDEX_DIR), settings.SEARCH_WRITER_MEMORY)


@lru_cache(maxsize=8)
def make_engine(name: str, folder: Path, memory: int) -> Engine:
    """tantivy, whoosh or postgres. An engine's library is loaded only where it is used."""
    if name == "postgres":
        from archive.search.postgres import PostgresEngine

        return PostgresEngine()
    if name == "whoosh":
        from archive.search.whoosh import WhooshEngine

        return WhooshEngine(folder, memory)
    from archive.search.tantivy import TantivyEngine

    return TantivyEngine(folder, memory)
