"""Mallory holds a copy of the whole database after everybody has voted in turn, and tries to find out whose ballot is whose.

They know who voted when (page logs, letters, whoever told them): so anything that stands in the order of voting joins ballots to
voters. They read every table, in the order of rowid, ctid and xmin, and every value, packed or not.
"""

import json
import re
import zlib
from itertools import pairwise

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from groups.models import Membership
from groups.polls.actions import close_poll
from groups.polls.casting import cast_ballot
from groups.polls.models import Ballot, Option, Poll
from groups.polls.receipts import mark_of
from tests.builders import make_user
from tests.groups.polls.builders import make_poll

VOTERS = 24


def every_row() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, the oldest first; with its place and age."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT {place_in(table)}, t.* FROM {name} t ORDER BY 1, 2")
            found[table] = cursor.fetchall()
    return found


def place_in(table: str) -> str:
    """Age and place of a row, as far as its table keeps them."""
    if connection.vendor == "postgresql":
        return "xmin::text::bigint, ctid::text"
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        return "0, 0" if "WITHOUT ROWID" in cursor.fetchone()[0] else "0, rowid"


def unpacked(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        try:
            return zlib.decompress(bytes(value)).decode()
        except (zlib.error, UnicodeDecodeError):
            return bytes(value).hex()
    return str(value)


def holding(rows: dict[str, list[tuple[object, ...]]], *needles: str) -> set[str]:
    """Tables with a row in which one of these stands."""
    return {
        table
        for table, found in rows.items()
        for row in found
        if any(needle in unpacked(value) for value in row for needle in needles)
    }


@pytest.fixture
def election(transactional_db, group, alice) -> tuple[Poll, list[int], list[str]]:
    """Everybody votes on the web, one after the other, each in transactions of their own."""
    poll = make_poll(group, alice, anonymous=True, write_ins=True)
    voters, receipts = [], []
    for place in range(VOTERS):
        voter = make_user(f"Voter{place}")
        Membership.objects.create(group=group, user=voter)
        voters.append(voter)
    for place, voter in enumerate(voters):
        page = Client()
        page.force_login(voter)
        drawn = re.search(r'name="receipt" value="([^"]+)"', page.get(poll.get_absolute_url()).content.decode())
        assert drawn
        sent = {"choice": "other", "other": "Figs"} if place == 7 else {"choice": str(1 + place % 3)}
        page.post(poll.get_absolute_url(), sent | {"receipt": drawn[1], "vote": "1"})
        receipts.append(drawn[1])
    return Poll.objects.get(), [voter.pk for voter in voters], receipts


def test_nobody_with_the_database_joins_ballots_to_voters(election, alice):
    poll, voters, receipts = election
    marks = [mark_of(receipt) for receipt in receipts]
    rows = every_row()
    assert poll.voted == VOTERS
    assert holding(rows, *marks) == {"polls_ballotbox"}, "a mark stands beside something else"
    assert holding(rows, *receipts, *(receipt.replace("-", "") for receipt in receipts)) == set()
    assert holding(rows, "Figs") == {"polls_ballotbox"}, "what was written in shows when it was"
    assert Option.objects.count() == 3
    assert not Ballot.objects.exists()
    (row,) = rows["polls_ballotbox"]  # one row for all of them: nothing to order, no age but that of the last
    roll, ballots = (json.loads(unpacked(value)) for value in row[-2:])
    assert roll == sorted(voters)
    assert list(ballots) == sorted(marks)
    assert list(ballots) != marks
    assert all(isinstance(value, int) for ballot in ballots.values() for value in ballot.values())
    close_poll(poll=poll, by=alice)
    (closed,) = every_row()["polls_ballotbox"]
    assert bytes(closed[-2]) == b"", "who has voted is kept longer than it is needed"


def test_a_vote_touches_no_row_but_the_poll_s_own(transactional_db, group, alice, bob):
    """So that no other row is as young as the roll, whoever compares ages (PostgreSQL's xmin) or times."""
    poll = make_poll(group, alice, anonymous=True)
    before = every_row()
    cast_ballot(poll=poll, voter=bob, choices={1: 1})
    after = every_row()
    touched = {table for table in after if after[table] != before[table]}
    assert touched == {"polls_poll", "polls_ballotbox"}
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_moments_of_votes_are_not_kept(group, alice, bob):
    poll = make_poll(group, alice, anonymous=True)
    began = timezone.now()
    cast_ballot(poll=poll, voter=bob, choices={1: 1})
    kept = Poll.objects.values().get()
    times = [value for value in kept.values() if hasattr(value, "year") and value >= began]
    assert not times


@pytest.mark.django_db
def test_sqlite_overwrites_what_the_box_held_before(group, alice, bob):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps old versions of rows until VACUUM; no query shows them.")
    poll = make_poll(group, alice, anonymous=True)
    cast_ballot(poll=poll, voter=bob, choices={1: 1})
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)


def test_marks_are_spread_evenly_so_their_order_tells_nothing():
    marks = [mark_of(f"{place:05}-00000-00000-00000") for place in range(400)]
    rising = sum(one < other for one, other in pairwise(marks))
    assert 150 < rising < 250
