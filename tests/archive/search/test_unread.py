"""is:unread finds exactly the letters that pages mark as new, however their reader has been reading."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from archive.actions.marks import mark_group_read, mark_thread_read
from archive.models import Archive, Message, Thread
from archive.search import matching
from archive.unread import count_new, marks_of, with_marks
from groups.models import Membership
from tests.archive.search.conftest import look
from tests.builders import make_group, make_message, make_thread

pytestmark = pytest.mark.django_db
JOINED = datetime(2026, 3, 2, 9, 0, 0, 400_000, tzinfo=UTC)
ENGINES = ["tantivy", "whoosh", "postgres", "database"]


@pytest.fixture(params=ENGINES)
def indexed(request, settings, index):
    """indexed() brings the index of this engine in line; the last of them is no index at all."""
    if request.param == "postgres" and connection.vendor != "postgresql":
        pytest.skip("postgres needs the server profile")
    settings.SEARCH_ENGINE = "tantivy" if request.param == "database" else request.param
    return (lambda: None) if request.param == "database" else index


@pytest.fixture
def read_in_many_ways(group, bob):
    """Letters from before Bob came and after, in topics that he read to the end, in part, or never; and news in some."""
    bob.memberships.filter(group=group).update(joined_at=JOINED)
    second = JOINED.replace(microsecond=0)
    make_message(group, subject="Before", sent_at=second - timedelta(days=400))
    make_message(group, subject="In the very second, before", sent_at=second)
    make_message(group, subject="A second later", sent_at=second + timedelta(seconds=1))
    whole, partly, never, forgotten = (make_thread(group, 4, subject=f"Topic {n}") for n in range(4))
    mark_thread_read(user=bob, thread=whole[0].thread, number=whole[-1].number)
    mark_thread_read(user=bob, thread=partly[0].thread, number=partly[1].number)
    mark_thread_read(user=bob, thread=never[0].thread, number=0)
    mark_group_read(user=bob, group=group, number=3)
    make_message(group, parent=whole[-1])
    make_message(group, parent=whole[-1], hidden=True)
    make_message(group, parent=forgotten[-1], sent_at=second - timedelta(days=1))
    return group


def new_on_pages(user, group):
    """The numbers of the letters that the pages of topics mark as new."""
    letters = Message.objects.filter(group=group, hidden_at__isnull=True).order_by("number")
    return [
        letter.number
        for letter in letters
        if marks_of(user, group, letter.thread_id).is_new(letter.number, letter.sent_at)
    ]


def unread(user, **options):
    return sorted(hit.message.number for hit in look("is:unread", user=user, limit=200, **options).hits)


def test_search_and_pages_agree(read_in_many_ways, indexed, bob, alice, charlie):
    group = read_in_many_ways
    Membership.objects.filter(user=alice).update(joined_at=JOINED - timedelta(days=500))
    indexed()
    for user in (bob, alice, charlie):
        new = new_on_pages(user, group)
        assert unread(user, group=group) == unread(user) == new
        read = {hit.message.number for hit in look("is:read", user=user, limit=200).hits}
        assert read == {letter.number for letter in group.messages.filter(hidden_at=None)} - set(new)
        assert sorted(pk for chunk in matching("is:unread", user=user) for pk in chunk.keys) == sorted(
            group.messages.filter(number__in=new).values_list("pk", flat=True)
        )
    assert 3 < len(new_on_pages(bob, group)) < len(new_on_pages(alice, group))


def test_counts_beside_topics_agree(read_in_many_ways, indexed, bob):
    group = read_in_many_ways
    indexed()
    threads = with_marks(Thread.objects.filter(group=group), bob)
    counts = count_new(threads, marks_of(bob, group), Archive.of(group), bob)
    for thread in threads:
        found = look(f"is:unread thread:{thread.number}", user=bob, group=group)
        assert found.count == counts.get(thread.pk, 0), thread.subject


def test_each_group_counts_from_its_own_day(read_in_many_ways, indexed, bob):
    choir = make_group("choir", members=[bob])
    make_thread(choir, 3, sent_at=JOINED + timedelta(days=2))
    bob.memberships.filter(group=choir).update(joined_at=JOINED + timedelta(days=1))
    mark_group_read(user=bob, group=choir, number=1)
    indexed()
    assert unread(bob, group=choir) == new_on_pages(bob, choir) == [2, 3]
    assert unread(bob) == sorted([*new_on_pages(bob, choir), *new_on_pages(bob, read_in_many_ways)])


def test_many_topics_read_to_the_end_and_many_in_part(group, indexed, bob):
    bob.memberships.update(joined_at=JOINED - timedelta(days=1))
    for _ in range(25):
        letters = make_thread(group, 2)
        mark_thread_read(user=bob, thread=letters[0].thread, number=letters[1].number)
        letters = make_thread(group, 2)
        mark_thread_read(user=bob, thread=letters[0].thread, number=letters[0].number)
    indexed()
    assert unread(bob) == new_on_pages(bob, group)
    assert look("-is:unread", user=bob).count == 75
