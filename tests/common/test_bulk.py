"""What is peculiar to writing many rows; that they arrive is seen by every import."""

import pytest
from django.db import connection

from common import bulk

pytestmark = pytest.mark.django_db


def setting(name: str) -> int:
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a way of SQLite's")
def test_the_file_is_mapped_again_afterwards():
    before = setting("mmap_size"), setting("cache_size")
    with pytest.raises(ZeroDivisionError), bulk.unmapped():
        assert (setting("mmap_size"), setting("cache_size")) == (0, -bulk.UNMAPPED_CACHE)
        raise ZeroDivisionError
    assert (setting("mmap_size"), setting("cache_size")) == before
    assert before[0] > 0
