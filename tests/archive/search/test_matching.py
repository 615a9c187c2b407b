"""Everything that matches, for exports: all of it, in chunks, and only what may be read at that moment."""

import sys
from datetime import UTC, datetime

import pytest

from archive.models import Message
from archive.search import matching
from groups.models import Membership
from tests.builders import make_message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(sys.modules["archive.search.matching"], "KEYS_AT_ONCE", 4)
    monkeypatch.setattr(sys.modules["archive.search.matching"], "LETTERS_AT_ONCE", 2)


def keys(text, **options):
    return [pk for chunk in matching(text, **{"user": None, **options}) for pk in chunk.keys]


@pytest.mark.parametrize("engine", ["tantivy", "whoosh", "database"])
def test_all_letters_are_listed_in_the_order_they_came(group, index, settings, engine):
    settings.SEARCH_ENGINE = "tantivy" if engine == "database" else engine
    letters = [make_message(group, sent_at=datetime(2020 - n, 1, 1, tzinfo=UTC)).pk for n in range(9)]
    make_message(group, subject="x", body="x")
    if engine != "database":
        index()
    assert keys("seed swap") == keys("seed", group=group) == letters
    assert keys("seed -swap") == keys("") == keys("(((") == []


def test_hidden_letters_are_left_out_before_the_index_knows(group, index):
    letters = [make_message(group).pk for _ in range(3)]
    index()
    Message.objects.filter(pk=letters[1]).update(hidden_at=datetime.now(UTC))
    assert keys("seed") == [letters[0], letters[2]]


def test_letters_for_members_are_for_members(group, members_group, bob, charlie, index):
    outside, inside = make_message(group).pk, make_message(members_group).pk
    index()
    assert keys("seed") == keys("seed", user=charlie) == [outside]
    assert keys("seed", user=bob) == [outside, inside]
    assert keys("seed", user=charlie, group=members_group) == []


def test_who_leaves_a_group_meanwhile_gets_no_more_of_it(members_group, bob, index):
    letters = [make_message(members_group).pk for _ in range(9)]
    index()
    chunks = matching("seed", user=bob)
    assert next(chunks).keys == letters[:2]
    Membership.objects.filter(user=bob).delete()
    assert list(chunks) == []


def test_addresses_are_for_those_who_may_see_them(group, members_group, bob, charlie, index):
    first, second = make_message(group).pk, make_message(members_group).pk
    index()
    assert [chunk.masked for chunk in matching("seed", user=charlie)] == [{first}]
    assert [(chunk.keys, chunk.masked) for chunk in matching("seed", user=bob)] == [([first, second], frozenset())]
