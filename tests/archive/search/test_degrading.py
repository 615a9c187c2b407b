"""Without a usable index the database is searched: the same people find the same letters, and nothing raises."""

from datetime import UTC, datetime

import pytest

from archive.models import Message
from archive.search import fallback, matching, search
from archive.search.engines import engine, make_engine
from archive.search.indexer import index_pending
from tests.archive.search.conftest import look
from tests.builders import make_group, make_message, make_transfer

pytestmark = pytest.mark.django_db


def numbers(text, **options):
    results = look(text, **options)
    assert results.degraded
    return [hit.message.number for hit in results.hits]


@pytest.fixture
def letters(group):
    make_message(group, subject="Compost", body="First.\n", sent_at=datetime(2003, 1, 1, tzinfo=UTC))
    make_message(group, body="About compost & more.\n", sender="Ann <ann@x.example>", files=[("a.pdf", "a/b", b"x")])
    make_message(group, subject="Plums", body="Nothing.\n", list_id="gardeners.lists.example")
    return group


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("compost", [2, 1]),
        ("COMPOST -first", [2]),
        ("plums OR subject:compost", [3, 1]),
        ('"about compost"', [2]),
        ("from:ann", [2]),
        ("from:ann@x.example", [2]),
        ("body:compost", [2]),
        ("has:attachment", [2]),
        ("filename:a.pdf", [2]),
        ("list-id:gardeners.lists", [3]),
        ("date:2003", [1]),
        ("after:2004 -date:2003", [3, 2]),
        ("in:gardeners compost", [2, 1]),
        ("in:nowhere compost", []),
        ("thread:3 in:gardeners", [3]),
        ("to:ann", []),
        ("com*", [2, 1]),
        ("100% _", []),
    ],
)
def test_the_query_language_is_kept_as_far_as_it_goes(letters, typed, found):
    assert numbers(typed) == found


def test_sorting_grouping_and_passages_are_kept(letters, group):
    make_message(group, parent=Message.objects.get(number=2), subject="Re: x", body="Compost!\n")
    assert numbers("compost", sort="oldest") == [1, 2, 4]
    results = search("compost", user=None)
    assert (len(results.hits), results.count, results.engine) == (2, 3, "database")
    assert "<mark>Compost</mark>" in results.hits[0].snippet_html


def test_permissions_are_kept(members_group, private_group, bob, charlie):
    make_message(members_group)
    make_message(private_group)
    make_message(members_group, transfer=make_transfer(members_group, staged=True))
    assert numbers("seed") == numbers("seed", user=charlie) == []
    assert len(numbers("seed", user=bob)) == 2
    assert numbers("seed", user=None, group=private_group) == []
    assert [len(chunk.keys) for chunk in matching("seed", user=bob)] == [2]


def test_unread_is_kept(letters, bob):
    bob.memberships.update(joined_at=datetime(2004, 1, 1, tzinfo=UTC))
    assert numbers("is:unread", user=bob) == [3, 2]


def test_time_is_bounded(letters, monkeypatch):
    monkeypatch.setattr(fallback, "CHUNK", 1)
    ticks = iter([0.0, 0.0, 5.0])
    planned = fallback.TextPlanner(None, letters, scope := _scope(letters)).plan(_parse("compost"))
    found = fallback.search_database(planned.node, letters, scope, clock=lambda: next(ticks))
    assert found.count == 0


def test_chunks_cover_all_letters(letters, monkeypatch):
    monkeypatch.setattr(fallback, "CHUNK", 1)
    for group in (None, letters):
        assert numbers("compost", group=group) == [2, 1]
        assert numbers("compost", group=group, sort="oldest") == [1, 2]


def _scope(group):
    from archive.search.scope import reader_of

    return reader_of(None, group).scope


def _parse(text):
    from archive.search.language import parse

    return parse(text)


@pytest.mark.parametrize("name", ["tantivy", "whoosh"])
@pytest.mark.parametrize("damage", ["rubbish", "empty", "half", "gone", "no pointer"])
def test_a_damaged_index_is_noticed_and_made_anew(letters, index, settings, name, damage):
    settings.SEARCH_ENGINE = name
    index()
    _spoil(engine().places, damage)
    make_engine.cache_clear()
    results = look("compost")
    assert [hit.message.number for hit in results.hits] == [2, 1]
    assert results.degraded
    index_pending()
    results = look("compost")
    assert ([hit.message.number for hit in results.hits], results.degraded) == ([2, 1], False)


def _spoil(places, damage):
    if damage == "no pointer":
        (places.root / "CURRENT").unlink()
        return
    for file in places.current().iterdir():
        content = file.read_bytes()
        if damage == "gone":
            file.unlink()
        elif content:
            file.write_bytes(
                {"rubbish": b"\xffrubbish" * 9, "empty": b"", "half": content[: len(content) // 2]}[damage]
            )


def test_a_query_that_always_fails_does_not_rebuild_a_healthy_index(letters, index, monkeypatch):
    index()

    def fail(*args, **options):
        raise ValueError("this query only")

    monkeypatch.setattr("archive.search.tantivy._Reader.search", fail)
    assert look("compost").degraded
    assert not engine().places.damaged.exists()


def test_a_group_of_its_own_is_searched_along_its_dates(letters, monkeypatch):
    other = make_group("choir")
    make_message(other, subject="Compost")
    assert numbers("compost", group=letters) == [2, 1]
    assert numbers("compost", group=other) == [1]
