"""Moderators ask for what takes longer than a page may: it is done behind it, goes on after a crash, and can be stopped."""

import pytest

from archive.actions import chores, moving
from archive.models import Chore, ChoreState, Departure, Message, TopicChange
from tests.builders import make_group, make_message, make_thread

pytestmark = pytest.mark.django_db
TOPIC = "/g/gardeners/topic/1/"


@pytest.fixture(autouse=True)
def _four_letters_are_many(monkeypatch):
    monkeypatch.setattr(chores, "SMALL", 3)
    monkeypatch.setattr(chores, "A_STEP", 2)
    monkeypatch.setattr(chores, "REWRITTEN_A_STEP", 2)


@pytest.fixture
def topic(group):
    make_thread(group, 5, subject="Plans")
    return Message.objects.first().thread


def asked_for(client, path, **fields) -> Chore:
    """The form leads to the page of the work."""
    response = client.post(path, fields)
    chore = Chore.objects.latest("pk")
    assert response["Location"] == f"/g/gardeners/work/{chore.pk}/"
    assert b"Waits for a worker" in client.get(response["Location"]).content
    return chore


def after(chore: Chore) -> Chore:
    chores.do_waiting()
    chore.refresh_from_db()
    assert chore.asked == {} and chore.finished_at, "nothing is kept of what it was about"
    return chore


def test_a_topic_is_destroyed_step_by_step(group, topic, alice, signed_in):
    client = signed_in(alice)
    chore = after(asked_for(client, f"{TOPIC}destroy/", sure="5"))
    assert (chore.state, chore.done, chore.total) == ("done", 5, 5)
    assert not group.messages.exists() and Departure.objects.count() == 5
    assert b"5 of 5 letters" in client.get(f"/g/gardeners/work/{chore.pk}/").content


def test_few_letters_are_destroyed_at_once(group, alice, signed_in):
    make_thread(group, 2)
    signed_in(alice).post(f"{TOPIC}destroy/", {"sure": "2"})
    assert not group.messages.exists() and not Chore.objects.exists()


def test_it_can_be_stopped_between_two_steps_and_what_is_done_stays_done(group, topic, alice, signed_in, monkeypatch):
    client = signed_in(alice)
    chore = asked_for(client, f"{TOPIC}destroy/", sure="5")

    def and_stop(doing):
        step = chores._destroy(doing)
        client.post(f"/g/gardeners/work/{chore.pk}/stop/")
        return step

    monkeypatch.setitem(chores.STEPS, Chore.Kind.DESTROY, and_stop)
    assert (after(chore).state, chore.done, group.messages.count()) == ("cancelled", 2, 3)


def test_before_it_begins_it_is_as_if_nobody_had_asked(group, topic, alice, signed_in):
    client = signed_in(alice)
    chore = asked_for(client, f"{TOPIC}destroy/", sure="5")
    client.post(f"/g/gardeners/work/{chore.pk}/stop/")
    assert (after(chore).state, group.messages.count()) == ("cancelled", 5)


def test_another_worker_goes_on_where_one_died(group, topic, alice, signed_in, monkeypatch):
    chore = asked_for(signed_in(alice), f"{TOPIC}destroy/", sure="5")

    def dies(doing):
        if doing.done:
            raise KeyboardInterrupt
        return chores._destroy(doing)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setitem(chores.STEPS, Chore.Kind.DESTROY, dies)
        chores.do_waiting()
    assert group.messages.count() == 3
    assert chores.do_waiting() == 0, "it may live yet"
    Chore.objects.update(claim="nowhere:1:1", beat_at="2020-01-01T00:00Z")
    assert (after(chore).done, group.messages.count()) == (5, 0)


def test_a_topic_is_moved_as_a_whole_and_brought_back(group, topic, alice, signed_in):
    club, client = make_group("club", owner=alice), signed_in(alice)
    chore = after(asked_for(client, f"{TOPIC}move/", to="club"))
    assert (chore.state, chore.done, chore.leads_to) == ("done", 5, "/g/club/topic/1/")
    assert club.messages.count() == 5
    change = TopicChange.objects.get()
    chore = after(asked_for(client, f"/g/gardeners/topics/changes/{change.pk}/undo/"))
    assert (chore.leads_to, group.messages.count()) == ("/g/gardeners/topic/1/", 5)


def test_why_it_cannot_be_moved_is_said_on_its_page(group, topic, alice, signed_in):
    club, client = make_group("club", owner=alice), signed_in(alice)
    chore = asked_for(client, f"{TOPIC}move/", to="club")
    make_message(club, message_id=topic.messages.first().message_id)
    assert after(chore).state == ChoreState.FAILED
    assert b"club has some of these letters already" in client.get(f"/g/gardeners/work/{chore.pk}/").content.lower()
    assert group.messages.count() == 5 and not moving.TopicChange.objects.exists()


def test_a_person_of_many_letters_is_erased_behind_the_page(group, alice, signed_in, monkeypatch):
    monkeypatch.setattr("archive.actions.erasing.AT_ONCE", 2)
    for number in range(6):
        make_message(group, subject=f"Plot {number}", sender="Eve Berg <eve@example.net>", body="Greetings, Eve\n")
    author = group.messages.first().author
    erase = f"/g/gardeners/authors/{author.pk}/erase/"
    chore = after(asked_for(signed_in(alice), erase, names="Eve Berg\neve@example.net"))
    assert chore.state == "done" and not chore.said
    assert not any("Eve" in f"{one.from_name}{one.content.text}" for one in group.messages.select_related("content"))
