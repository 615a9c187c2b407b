"""What moderators do with topics: it stays as they want it, whatever comes later, and can be taken back."""

import pytest

from archive.actions import topics
from archive.actions.marks import mark_thread_read
from archive.actions.removing import remove_letters
from archive.actions.storing import store_letters
from archive.actions.topics import TopicRefused, merge, rename, set_state, split, undo
from archive.models import Archive, IndexJob, Message, Thread, ThreadMark, TopicChange, TopicPlace
from archive.prepare import Hints, prepare
from groups.models import Action, LogEntry
from tests.archive.letters import letter, prepared

pytestmark = pytest.mark.django_db


def store(group, *letters):
    return store_letters(group, list(letters))


def topic(group, number: int) -> Thread:
    found = topics.thread_with(group, number)
    assert found is not None
    return found


def parts(group) -> set[frozenset[int]]:
    """Numbers of letters, topic by topic."""
    return {
        frozenset(thread.messages.values_list("number", flat=True)) for thread in Thread.objects.filter(group=group)
    }


@pytest.fixture
def two_topics(group):
    """1 <- 2 about seeds, 3 <- 4 about hedges."""
    store(group, prepared(1), prepared(2, refs=(1,), subject="Re: Seed swap"))
    store(group, prepared(3, subject="Hedges"), prepared(4, refs=(3,), subject="Re: Hedges"))
    return group


def test_a_merged_topic_keeps_the_name_and_the_state_of_the_one_it_went_into(two_topics, alice):
    group = two_topics
    set_state(topic(group, 3), by=alice, pinned=True)
    merge(topic(group, 1), topic(group, 3), by=alice)
    (thread,) = Thread.objects.filter(group=group)
    assert (thread.number, thread.subject, thread.message_count, thread.pinned) == (1, "Hedges", 4, True)
    assert Archive.objects.get(group=group).thread_count == 1
    assert set(IndexJob.objects.values_list("first_id", flat=True)) >= {topic(group, 3).messages.get(number=3).pk}
    assert LogEntry.objects.filter(action=Action.TOPIC_MERGED, by=alice).exists()


def test_a_merge_can_be_taken_back_with_name_and_state(two_topics, alice):
    group = two_topics
    set_state(topic(group, 1), by=alice, locked=True, lock_reason="Done.")
    change = merge(topic(group, 1), topic(group, 3), by=alice)
    assert not topic(group, 1).locked
    undo(change, by=alice)
    assert parts(group) == {frozenset({1, 2}), frozenset({3, 4})}
    assert (topic(group, 1).subject, topic(group, 1).locked, topic(group, 1).lock_reason) == (
        "Seed swap",
        True,
        "Done.",
    )
    assert (topic(group, 3).subject, topic(group, 3).locked) == ("Hedges", False)
    assert not TopicPlace.objects.exists() and Archive.objects.get(group=group).thread_count == 2


def test_what_comes_later_goes_where_the_moderator_put_the_topic(two_topics, alice):
    group = two_topics
    merge(topic(group, 1), topic(group, 3), by=alice)
    store(group, prepared(5, refs=(1, 2)), prepared(6, subject="Re: Hedges", refs=(3, 4)))
    assert parts(group) == {frozenset({1, 2, 3, 4, 5, 6})}
    assert Thread.objects.get(group=group).subject == "Hedges"


def test_a_late_parent_does_not_undo_a_split(group, alice):
    store(group, prepared(1), prepared(2, refs=(1, 9)), prepared(3, refs=(1, 9, 2)), prepared(4, refs=(1,)))
    number = Message.objects.get(message_id="m2@example.org").number
    split(Message.objects.get(group=group, number=number), by=alice)
    assert parts(group) == {frozenset({1, 4}), frozenset({2, 3})}
    store(group, prepared(9, refs=(1,)), prepared(5, refs=(3,)))
    names = {
        frozenset(thread.messages.values_list("message_id", flat=True)) for thread in Thread.objects.filter(group=group)
    }
    assert names == {
        frozenset({"m1@example.org", "m4@example.org", "m9@example.org"}),
        frozenset({"m2@example.org", "m3@example.org", "m5@example.org"}),
    }


def test_a_split_gives_a_new_topic_a_name_and_can_be_taken_back(two_topics, alice):
    group = two_topics
    change = split(Message.objects.get(group=group, number=4), by=alice, title="Box hedges")
    assert (topic(group, 4).number, topic(group, 4).subject, topic(group, 3).subject) == (4, "Box hedges", "Hedges")
    assert Message.objects.get(group=group, number=4).parent_id is None
    undo(change, by=alice)
    assert (topic(group, 4).number, topic(group, 4).subject) == (3, "Hedges")
    assert Message.objects.get(group=group, number=4).parent.number == 3


def test_there_is_nothing_to_split_a_whole_topic_from(two_topics, alice):
    with pytest.raises(TopicRefused, match="nothing to split"):
        split(Message.objects.get(group=two_topics, number=1), by=alice)


def test_an_import_that_comes_again_finds_the_merge(two_topics, alice):
    group = two_topics
    merge(topic(group, 1), topic(group, 3), by=alice)
    remove_letters(group, list(Message.objects.filter(group=group).values_list("pk", flat=True)))
    store(group, prepared(1), prepared(3, subject="Hedges"))
    assert len(parts(group)) == 1


def test_letters_of_an_imports_thread_follow_it_into_the_merge_and_out_of_it(group, alice):
    keyed = [prepare(letter(number, subject=f"S{number}"), Hints(thread_key="yahoo:1")) for number in (1, 2)]
    store(group, *keyed, prepared(3, subject="Hedges"))
    change = merge(topic(group, 1), topic(group, 3), by=alice)
    store(group, prepare(letter(4, subject="S4"), Hints(thread_key="yahoo:1")))
    assert parts(group) == {frozenset({1, 2, 3, 4})}
    undo(change, by=alice)
    assert parts(group) == {frozenset({1, 2, 4}), frozenset({3})}


def test_changes_on_top_of_each_other_are_taken_back_in_their_order(two_topics, alice):
    group = two_topics
    first = merge(topic(group, 1), topic(group, 3), by=alice)
    second = split(Message.objects.get(group=group, number=4), by=alice)
    with pytest.raises(TopicRefused, match="Take that back first"):
        undo(first, by=alice)
    undo(second, by=alice)
    undo(first, by=alice)
    assert parts(group) == {frozenset({1, 2}), frozenset({3, 4})}
    with pytest.raises(TopicRefused, match="already"):
        undo(first, by=alice)
    assert not TopicChange.objects.filter(undone_at=None).exists()


def test_nothing_unread_becomes_read_and_what_was_read_stays_so(two_topics, alice, bob):
    group = two_topics
    mark_thread_read(user=bob, thread=topic(group, 1), number=2)
    mark_thread_read(user=bob, thread=topic(group, 3), number=3)
    change = merge(topic(group, 1), topic(group, 3), by=alice)
    assert ThreadMark.objects.get(user=bob).number == 3
    undo(change, by=alice)
    assert set(ThreadMark.objects.filter(user=bob).values_list("thread__number", "number")) == {(1, 2), (3, 3)}


def test_a_kept_name_survives_new_letters_and_can_be_taken_back(two_topics, alice):
    group = two_topics
    change = rename(topic(group, 1), "Swap of seeds, 2026", by=alice)
    store(group, prepared(5, refs=(1,)))
    assert topic(group, 1).subject == "Swap of seeds, 2026"
    assert Message.objects.get(group=group, number=1).subject == "Seed swap"
    undo(change, by=alice)
    assert topic(group, 1).subject == "Seed swap"


def test_a_topic_is_pinned_and_locked_once_and_the_log_says_so(two_topics, alice):
    thread = topic(two_topics, 1)
    assert set_state(thread, by=alice, pinned=True, locked=True, lock_reason="Decided.")
    assert not set_state(thread, by=alice, pinned=True)
    entry = LogEntry.objects.get(action=Action.TOPIC_CHANGED)
    assert entry.details["pinned"] == [False, True] and entry.reason == "Decided."


def test_there_is_an_end_to_pinning(two_topics, alice, monkeypatch):
    monkeypatch.setattr(topics, "MOST_PINNED", 1)
    set_state(topic(two_topics, 1), by=alice, pinned=True)
    with pytest.raises(TopicRefused, match="1 topics are pinned"):
        set_state(topic(two_topics, 3), by=alice, pinned=True)
