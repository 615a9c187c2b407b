"""A topic goes to another group and back; its old addresses lead where it is."""

import pytest

from archive.actions import moving
from archive.actions.storing import store_letters
from archive.actions.topics import TopicRefused, rename, thread_with
from archive.models import Archive, Attachment, Author, Day, Departure, IndexJob, Message, Thread
from groups.models import Action, LogEntry
from tests.archive.letters import prepared
from tests.builders import make_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def hedges(alice, bob):
    return make_group("hedges", owner=alice, members=[bob], name="Hedges")


@pytest.fixture
def moved(group, hedges, alice):
    """1 <- 2 about seeds go to a group that has one letter; 3 stays."""
    store_letters(hedges, [prepared(8, subject="Box")])
    store_letters(group, [prepared(1), prepared(2, refs=(1,), subject="Re: Seed swap", sender="Jun <jun@x.example>")])
    store_letters(group, [prepared(3, subject="Another")])
    rename(thread_with(group, 1), "Seeds", by=alice)
    return moving.move(thread_with(group, 1), hedges, by=alice)


def counts(group) -> tuple[int, int, int, int]:
    archive = Archive.objects.get(group=group)
    days = sum(Day.objects.filter(group=group).values_list("count", flat=True))
    authors = sum(Author.objects.filter(group=group).values_list("message_count", flat=True))
    return archive.message_count, archive.thread_count, days, authors


def test_letters_authors_and_counters_go_along(group, hedges, moved):
    thread = thread_with(hedges, 2)
    assert (thread.subject, thread.message_count, thread.group) == ("Seeds", 2, hedges)
    assert list(thread.messages.order_by("number").values_list("number", flat=True)) == [2, 3]
    assert counts(group) == (1, 1, 1, 1) and counts(hedges) == (3, 2, 3, 3)
    assert set(thread.messages.values_list("author__group", flat=True)) == {hedges.pk}
    assert not Attachment.objects.exclude(group=hedges).exists() and IndexJob.objects.count() > 3
    assert LogEntry.objects.filter(action=Action.TOPIC_MOVED).count() == 2


def test_the_old_addresses_lead_there_for_ever(client, moved):
    for url, target in (
        ("/g/gardeners/message/2/", "/g/hedges/m/m2@example.org/"),
        ("/g/gardeners/m/m2@example.org/", "/g/hedges/m/m2@example.org/"),
        ("/g/gardeners/topic/1/", "/g/hedges/topic/2/#n2"),
    ):
        response = client.get(url)
        assert (response.status_code, response["Location"]) == (301, target), url


def test_who_may_not_read_there_learns_nothing_but_that_it_was_moved(client, hedges, moved):
    hedges.archive_access, hedges.visibility = "members", "private"
    hedges.save()
    response = client.get("/g/gardeners/message/2/")
    assert response.status_code == 404 and "was moved" in response.content.decode()
    assert "hedges" not in response.content.decode().lower()


def test_an_import_does_not_bring_it_back(group, moved):
    stored = store_letters(group, [prepared(1), prepared(4, refs=(1,), subject="Re: Seed swap")])
    assert stored.duplicates == 1 and stored.members[0].number == 4
    assert not Message.objects.filter(group=group, number=1).exists()


def test_what_comes_later_in_the_new_group_joins_the_topic(hedges, moved):
    store_letters(hedges, [prepared(5, refs=(1, 2))])
    assert thread_with(hedges, 2).message_count == 3


def test_it_comes_back_with_its_numbers_and_its_name(client, group, hedges, alice, moved):
    moving.undo(moved, by=alice)
    thread = thread_with(group, 1)
    assert (thread.number, thread.subject, thread.message_count) == (1, "Seeds", 2)
    assert counts(group) == (3, 2, 3, 3) and counts(hedges) == (1, 1, 1, 1)
    assert client.get("/g/hedges/message/2/")["Location"] == "/g/gardeners/m/m1@example.org/"
    assert not Departure.objects.filter(group=group).exists() and Thread.objects.count() == 3
    with pytest.raises(TopicRefused, match="already"):
        moving.undo(moved, by=alice)


def test_it_is_not_moved_where_a_copy_of_it_is(group, hedges, alice):
    store_letters(group, [prepared(1)])
    store_letters(hedges, [prepared(1)])
    with pytest.raises(TopicRefused, match="already: 1"):
        moving.move(thread_with(group, 1), hedges, by=alice)
