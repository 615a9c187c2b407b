"""The pages with what moderators do to topics and letters: who may, and that each form does what it says."""

import pytest

from archive.actions import topics
from archive.models import Departure, Message, Thread, TopicChange
from groups.models import Membership, Right, Role
from tests.builders import make_group, make_message, make_thread

pytestmark = pytest.mark.django_db

TOPIC = ("settings", "merge", "move", "destroy")
LETTER = ("split", "edit", "redact", "history", "destroy")


@pytest.fixture
def letters(group) -> list[Message]:
    """1 <- 2, 3 <- 4 in one topic; 5 in another."""
    return [*make_thread(group, 4), make_message(group, subject="Hedges")]


@pytest.fixture
def owner(signed_in, alice, letters):
    return signed_in(alice)


def pages() -> list[str]:
    return [
        *(f"topic/1/{name}/" for name in TOPIC),
        *(f"message/2/{name}/" for name in LETTER),
        "topics/changes/",
        "hidden/",
    ]


@pytest.mark.parametrize("path", pages())
def test_a_page_costs_little_and_is_for_moderators_alone(
    owner, client, signed_in, bob, path, django_assert_max_num_queries
):
    with django_assert_max_num_queries(15):
        assert owner.get(f"/g/gardeners/{path}").status_code == 200
    assert signed_in(bob).get(f"/g/gardeners/{path}").status_code == 403
    assert client.get(f"/g/gardeners/{path}").status_code == 403


def test_each_right_opens_its_own_doors(letters, group, bob, signed_in):
    Membership.objects.filter(user=bob).update(role=Role.MODERATOR, rights=[Right.LETTERS.value])
    browser = signed_in(bob)
    assert browser.get("/g/gardeners/message/2/edit/").status_code == 200
    assert browser.get("/g/gardeners/message/2/split/").status_code == 403
    assert browser.post("/g/gardeners/message/2/destroy/", {"sure": "1"}).status_code == 403
    page = browser.get("/g/gardeners/message/2/").content.decode()
    assert "Black out words" in page and "Split off" not in page and "Destroy" not in page


def test_members_see_no_tools(letters, bob, signed_in, client):
    for browser in (signed_in(bob), client):
        assert "Tools" not in browser.get("/g/gardeners/topic/1/").content.decode()


def test_strangers_cost_three_queries_on_a_topic(client, letters, django_assert_num_queries):
    client.get("/g/gardeners/topic/1/")
    with django_assert_num_queries(3):
        client.get("/g/gardeners/topic/1/?view=tree")


def test_the_settings_of_a_topic_are_saved_and_shown(owner, client):
    form = {"title": "Late blight", "pinned": "on", "locked": "on", "lock_reason": "All said.", "reach": "nobody"}
    owner.post("/g/gardeners/topic/1/settings/", form)
    page = client.get("/g/gardeners/topic/1/").content.decode()
    assert (
        '<h1 dir="auto">Late blight</h1>' in page and "locked: it takes no more replies. <bdi>All said.</bdi>" in page
    )
    listed = client.get("/g/gardeners/topics/").content.decode()
    assert listed.index("Late blight") < listed.index("Hedges") and "pinned" in listed


def test_two_topics_are_merged_by_words_a_number_or_a_link_and_taken_back(owner, group):
    for wanted in (
        "hedge",
        "#5",
        "5",
        "https://x.example/g/gardeners/topic/5/",
        "/g/gardeners/m/letter-5@gardeners.example/",
    ):
        page = owner.get("/g/gardeners/topic/1/merge/", {"into": wanted})
        assert [thread.subject for thread in page.context["found"]] == ["Hedges"], wanted
    done = owner.post("/g/gardeners/topic/1/merge/", {"chosen": "5"}, follow=True)
    assert done.redirect_chain[0][0] == "/g/gardeners/topic/1/" and "Take it back" in done.content.decode()
    assert Thread.objects.count() == 1
    change = TopicChange.objects.get()
    assert change.sentence in owner.get("/g/gardeners/topics/changes/").content.decode().replace("&quot;", '"')
    owner.post(f"/g/gardeners/topics/changes/{change.pk}/undo/")
    assert {thread.message_count for thread in Thread.objects.all()} == {4, 1}
    again = owner.post(f"/g/gardeners/topics/changes/{change.pk}/undo/", follow=True)
    assert "taken back already" in again.content.decode()


def test_nothing_found_is_said(owner):
    assert "No other topic" in owner.get("/g/gardeners/topic/1/merge/?into=zebra").content.decode()


def test_a_letter_is_split_off_with_its_answers(owner, group):
    owner.post("/g/gardeners/message/2/split/", {"title": "Copper"})
    assert topics.thread_with(group, 2).subject == "Copper" and topics.thread_with(group, 1).subject == "Blight again"


def test_a_topic_is_moved_to_a_group_that_one_moderates_too(owner, alice, bob, group):
    hedges = make_group("hedges", owner=alice, name="Hedges")
    make_group("elsewhere", owner=bob, members=[alice])
    page = owner.get("/g/gardeners/topic/5/move/")
    assert page.context["groups"] == [hedges]
    assert owner.post("/g/gardeners/topic/5/move/", {"to": "elsewhere"}).status_code == 200
    moved = owner.post("/g/gardeners/topic/5/move/", {"to": "hedges"})
    assert moved["Location"] == "/g/hedges/topic/1/"
    change = TopicChange.objects.get()
    back = owner.post(f"/g/gardeners/topics/changes/{change.pk}/undo/")
    assert back["Location"] == "/g/gardeners/topic/5/"


def test_a_letter_and_a_topic_are_hidden_and_shown_again(owner, client):
    owner.post("/g/gardeners/message/2/hide/", {"reason": "Off topic."})
    assert client.get("/g/gardeners/message/2/").status_code == 404
    assert "Blight again" in owner.get("/g/gardeners/hidden/").content.decode()
    owner.post("/g/gardeners/message/2/show/")
    owner.post("/g/gardeners/topic/1/hide/")
    assert client.get("/g/gardeners/topic/1/").status_code == 404
    owner.post("/g/gardeners/message/1/show/", {"whole": "1"})
    assert Thread.objects.get(number=1).message_count == 4


def test_a_letter_is_edited_and_its_history_is_for_moderators(owner, client):
    page = owner.post(
        "/g/gardeners/message/5/edit/", {"subject": "Hedges", "text": "Cut in May.\r\n", "reason": "Typo."}
    )
    assert page.status_code == 302
    shown = client.get("/g/gardeners/message/5/").content.decode()
    assert "Cut in May." in shown and "Edited by a moderator" in shown and "Forty packets" not in shown
    history = owner.get("/g/gardeners/message/5/history/").content.decode()
    assert "Forty packets are left." in history and "Typo." in history


def test_words_are_blacked_out_after_a_look_at_where_they_stand(owner, client):
    url = "/g/gardeners/message/1/redact/"
    look = owner.post(url, {"passages": "Forty packets"})
    assert "1 time" in look.content.decode() and {one.number for one in look.context["quoting"]} >= {2, 3, 4}
    assert "Forty packets" in client.get("/g/gardeners/message/1/").content.decode()
    owner.post(url, {"passages": "Forty packets", "also": ["2"], "confirm": "1"})
    said = [client.get(f"/g/gardeners/message/{number}/").content.decode() for number in (1, 2, 3)]
    assert ["Forty packets" in page for page in said] == [False, False, True]


def test_nothing_is_destroyed_before_somebody_is_sure(owner, client):
    assert "Write 4 into" in owner.post("/g/gardeners/topic/1/destroy/", {"sure": "yes"}).content.decode()
    assert owner.post("/g/gardeners/topic/1/destroy/", {"sure": "4"}).status_code == 302
    assert Departure.objects.count() == 4
    assert client.get("/g/gardeners/topic/1/").status_code == 410
    assert owner.post("/g/gardeners/message/5/destroy/", {"sure": "1"}).status_code == 302


@pytest.mark.parametrize("name", ["hide", "show"])
def test_a_get_changes_nothing(owner, name):
    assert owner.get(f"/g/gardeners/message/2/{name}/").status_code == 405
    assert not Message.objects.filter(hidden_at__isnull=False).exists()
