"""Every test here has an index of its own."""

from collections.abc import Callable

import pytest

from archive.models import IndexJob, Message
from archive.search import health, indexer
from archive.search import search as search_letters
from archive.search.searching import Results


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.SEARCH_ENGINE = "tantivy"
    health._told.clear()


@pytest.fixture
def index() -> Callable[[], int]:
    """index() brings the index in line with every letter there is."""

    def bring() -> int:
        newest = Message.objects.order_by("pk").last()
        IndexJob.objects.create(first_id=1, last_id=newest.pk if newest else 1)
        return indexer.index_pending()

    return bring


@pytest.fixture
def find(index) -> Callable[..., list[int]]:
    """find("words", user=…) indexes everything and gives the numbers of the letters found."""

    def numbers(text: str, **options) -> list[int]:
        index()
        return [hit.message.number for hit in look(text, **options).hits]

    return numbers


def look(text: str, **options) -> Results:
    """A search by a stranger, letter by letter, newest first, unless told otherwise."""
    return search_letters(text, **{"user": None, "sort": "date", "group_threads": False, **options})
