"""Letters go in once, get a number for ever, and end up in the right thread whatever order they come in."""

import random

import pytest

from archive.actions.removing import hide_letters, remove_letters, show_letters
from archive.actions.storing import store_letters
from archive.models import Archive, Author, Content, Day, Ghost, IndexJob, Message, Thread
from archive.prepare import Letter
from groups.models import Group
from tests.archive.letters import prepared
from tests.builders import make_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return make_group("gardeners")


def threads(group: Group) -> set[frozenset[str]]:
    return {
        frozenset(thread.messages.values_list("message_id", flat=True)) for thread in Thread.objects.filter(group=group)
    }


def tree(group: Group) -> dict[str, str | None]:
    letters = {message.pk: message for message in Message.objects.filter(group=group)}
    return {
        message.message_id: letters[message.parent_id].message_id if message.parent_id else None
        for message in letters.values()
    }


def test_a_letter_is_stored_with_its_content_and_counted(group):
    stored = store_letters(group, [prepared(1)])
    message = Message.objects.get(pk=stored.letters[0][0])
    assert (message.number, message.subject, message.from_name) == (1, "Seed swap", "Marta Berg")
    assert message.content.text.strip() == "Forty packets are left."
    assert b"Forty packets" in message.content.raw_bytes
    archive = Archive.objects.get(group=group)
    assert (archive.message_count, archive.thread_count, archive.monthly) == (1, 1, {"2004-05": 1})
    assert Day.objects.get(group=group).count == 1
    assert Author.objects.get(group=group).message_count == 1


def test_the_same_letter_again_is_a_duplicate_and_changes_nothing(group):
    store_letters(group, [prepared(1)])
    version = Archive.objects.get(group=group).version
    again = store_letters(group, [prepared(1), prepared(1)])
    assert (again.duplicates, again.letters) == (2, [])
    assert Archive.objects.get(group=group).version == version


def test_the_same_message_id_with_another_body_is_kept_as_a_letter_of_its_own(group):
    store_letters(group, [prepared(1), prepared(1, body="Something else entirely.")])
    assert Message.objects.filter(group=group, message_id="m1@example.org").count() == 2


def test_the_same_letter_may_stand_in_two_groups(group):
    other = make_group("other")
    store_letters(group, [prepared(1)])
    assert len(store_letters(other, [prepared(1)]).letters) == 1


def test_an_answer_joins_the_thread_of_what_it_answers(group):
    store_letters(group, [prepared(1)])
    store_letters(group, [prepared(2, subject="Re: Seed swap", refs=(1,))])
    assert tree(group) == {"m1@example.org": None, "m2@example.org": "m1@example.org"}
    thread = Thread.objects.get(group=group)
    assert (thread.message_count, thread.number, thread.last_number) == (2, 1, 2)


def test_a_late_parent_claims_its_children(group):
    store_letters(group, [prepared(2, refs=(1,), subject="Something"), prepared(3, refs=(1,), subject="Other")])
    assert Thread.objects.filter(group=group).count() == 1
    assert Ghost.objects.filter(group=group).count() == 1
    store_letters(group, [prepared(1)])
    assert tree(group)["m2@example.org"] == tree(group)["m3@example.org"] == "m1@example.org"
    assert Ghost.objects.filter(group=group).count() == 0


def test_a_letter_that_joins_two_threads_keeps_the_lower_address(group):
    store_letters(group, [prepared(1, subject="One"), prepared(2, subject="Two")])
    first = Thread.objects.get(group=group, number=1)
    store_letters(group, [prepared(3, subject="Both", refs=(1, 2))])
    assert Thread.objects.get(group=group) == first
    assert Archive.objects.get(group=group).thread_count == 1


def test_the_order_of_arrival_does_not_matter():
    rng = random.Random(7)
    letters = [
        prepared(
            number,
            subject=rng.choice(["Seeds", "Re: Seeds", "Fence", "Re: Fence", "Pond"]),
            refs=tuple(sorted(rng.sample(range(1, 40), rng.randint(0, 3)))),
            days=rng.choice([0, 1, 10, 50]),
        )
        for number in range(1, 40)
    ]
    whole = make_group("whole")
    store_letters(whole, letters)
    for attempt in range(3):
        group = make_group(f"attempt-{attempt}")
        shuffled = rng.sample(letters, len(letters))
        for start in range(0, len(shuffled), 4):
            store_letters(group, shuffled[start : start + 4])
        assert threads(group) == threads(whole)
        assert tree(group) == tree(whole)
        assert Archive.objects.get(group=group).thread_count == len(threads(whole))


def test_numbers_people_already_cite_are_kept_where_they_are_free(group):
    first, second, third = prepared(1), prepared(2), prepared(3)
    first.legacy_number, third.legacy_number = 18204, 18204
    store_letters(group, [first, second, third])
    assert list(Message.objects.filter(group=group).order_by("pk").values_list("number", flat=True)) == [
        18204,
        18205,
        18206,
    ]


def test_every_change_is_written_down_for_the_index(group):
    stored = store_letters(group, [prepared(1), prepared(2)])
    job = IndexJob.objects.get(pk__in=stored.jobs)
    assert (job.first_id, job.last_id) == (stored.letters[0][0], stored.letters[1][0])


def test_a_hidden_letter_is_counted_out_and_an_import_does_not_bring_it_back(group):
    store_letters(group, [prepared(1), prepared(2, refs=(1,))])
    hide_letters(group, [Message.objects.get(group=group, number=1).pk])
    store_letters(group, [prepared(1)])
    thread = Thread.objects.get(group=group)
    assert (thread.message_count, Archive.objects.get(group=group).message_count) == (1, 1)
    assert Message.objects.get(group=group, number=1).hidden_at is not None


def test_a_hidden_letter_can_be_shown_again(group):
    store_letters(group, [prepared(1)])
    hide_letters(group, [Message.objects.get(group=group).pk])
    show_letters(group, [Message.objects.get(group=group).pk])
    archive = Archive.objects.get(group=group)
    assert (archive.message_count, archive.monthly, Author.objects.get(group=group).message_count) == (
        1,
        {"2004-05": 1},
        1,
    )


def test_removed_letters_leave_no_trace_and_their_threads_fall_apart(group):
    store_letters(
        group, [prepared(1, subject="A"), prepared(2, subject="B", refs=(1,)), prepared(3, subject="C", refs=(1, 2))]
    )
    gone = Message.objects.get(group=group, number=2).pk
    assert remove_letters(group, [gone]) == 1
    assert not Content.objects.filter(pk=gone).exists()
    assert tree(group) == {"m1@example.org": None, "m3@example.org": "m1@example.org"}
    assert Archive.objects.get(group=group).message_count == 2


def test_removing_everything_leaves_an_empty_archive(group):
    store_letters(group, [prepared(number) for number in range(1, 6)])
    remove_letters(group, list(Message.objects.filter(group=group).values_list("pk", flat=True)))
    archive = Archive.objects.get(group=group)
    assert (archive.message_count, archive.thread_count, archive.next_number, archive.last_at) == (0, 0, 1, None)
    assert not Thread.objects.filter(group=group).exists()
    assert not Author.objects.filter(group=group).exists()


def test_a_thread_known_by_the_import_holds_letters_that_do_not_refer_to_each_other(group):
    letters: list[Letter] = [prepared(1, subject="A"), prepared(2, subject="B")]
    for one in letters:
        one.thread_key = "yahoo:7"
    store_letters(group, letters[:1])
    store_letters(group, letters[1:])
    assert Thread.objects.filter(group=group).count() == 1


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(group, django_assert_max_num_queries):
    with django_assert_max_num_queries(45):
        store_letters(group, [prepared(number) for number in range(1, 60)])
