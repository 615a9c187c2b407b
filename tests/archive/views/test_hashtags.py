"""Topics by hashtag: lists, filters, and tagging by moderators."""

import pytest

from archive.actions.tagging import tag_arrivals, tag_topic, untag_topic
from archive.models import Tagging, Thread
from groups.models import Action, Role
from tests.builders import make_message, make_thread

pytestmark = pytest.mark.django_db
TAGS = "/g/gardeners/tags/"


@pytest.fixture
def moderator(signed_in, group, bob):
    group.memberships.filter(user=bob).update(role=Role.MODERATOR)
    return signed_in(bob)


def arrived(group, subject, **fields):
    letter = make_message(group, subject=subject, **fields)
    tag_arrivals(group, [letter])
    return letter


def test_a_letter_tags_its_topic_and_the_topic_is_found_by_the_tag(client, group):
    arrived(group, "#Harvest Potatoes are in")
    make_message(group, subject="Slugs")
    assert "#harvest" in client.get(TAGS).content.decode()
    page = client.get(f"{TAGS}harvest/").content.decode()
    assert "Potatoes are in" in page and "Slugs" not in page
    for path in ("/g/gardeners/topics/", "/g/gardeners/topic/1/"):
        assert f'href="{TAGS}harvest/"' in client.get(path).content.decode()


def test_an_answer_with_a_tag_tags_the_topic_once(group):
    first = arrived(group, "Potatoes")
    arrived(group, "Re: Potatoes #harvest", parent=first)
    arrived(group, "Re: Potatoes #harvest", parent=first)
    assert Tagging.objects.count() == 1


def test_a_group_may_not_want_that(group):
    group.hashtags_in_subjects = False
    arrived(group, "#harvest")
    assert not Tagging.objects.exists()


def test_a_moderator_tags_and_untags_and_the_log_tells(moderator, client, group):
    make_message(group, subject="Potatoes")
    moderator.post("/g/gardeners/topic/1/tag/", {"add": "#Early bed"})
    assert "Potatoes" in client.get(f"{TAGS}early-bed/").content.decode()
    moderator.post("/g/gardeners/topic/1/tag/", {"remove": "early-bed"})
    assert client.get(f"{TAGS}early-bed/").status_code == 404
    lines = group.log.filter(action=Action.TOPIC_CHANGED).order_by("pk").values_list("details", flat=True)
    assert list(lines) == [{"hashtag": ["", "#early-bed"]}, {"hashtag": ["#early-bed", ""]}]


def test_a_tag_that_was_taken_off_does_not_come_back_with_the_next_letter(group, alice):
    first = arrived(group, "#harvest Potatoes")
    untag_topic(group=group, thread=first.thread, name="harvest", by=alice)
    arrived(group, "Re: #harvest Potatoes", parent=first)
    assert not Tagging.objects.filter(holds=True).exists()
    assert tag_topic(group=group, thread=first.thread, name="harvest", by=alice)


def test_the_tag_goes_with_its_letter_when_topics_are_merged(client, group):
    tagged, other = arrived(group, "#harvest Potatoes"), make_message(group, subject="Beans")
    tagged.thread.messages.update(thread=other.thread)
    assert "Beans" in client.get(f"{TAGS}harvest/").content.decode()


def test_the_tag_of_a_hidden_letter_is_no_tag(client, group):
    letter = arrived(group, "#harvest Potatoes")
    make_message(group, subject="Answer", parent=letter)
    letter.hidden_at = letter.created_at
    letter.save()
    assert client.get(f"{TAGS}harvest/").status_code == 404
    assert "harvest" not in client.get(TAGS).content.decode()


@pytest.mark.parametrize("who", ["bob", "charlie", None])
def test_others_do_not_tag(signed_in, client, request, group, who):
    make_message(group)
    browser = signed_in(request.getfixturevalue(who)) if who else client
    assert browser.post("/g/gardeners/topic/1/tag/", {"add": "harvest"}).status_code in (302, 403)
    assert not Tagging.objects.exists()


def test_what_is_no_tag_is_told(moderator, group):
    make_message(group)
    page = moderator.post("/g/gardeners/topic/1/tag/", {"add": "!!!"}, follow=True).content.decode()
    assert "A hashtag is one word" in page


def test_tags_of_letters_for_members_are_theirs(client, signed_in, bob, members_group):
    arrived(members_group, "#harvest Potatoes")
    for path in ("", "harvest/"):
        assert client.get(f"/g/committee/tags/{path}").status_code == 403
        assert signed_in(bob).get(f"/g/committee/tags/{path}").status_code == 200


def test_many_topics_cost_what_few_cost(client, group, django_assert_num_queries):
    def queries(count):
        for path in ("/g/gardeners/topics/", f"{TAGS}harvest/", TAGS):
            with django_assert_num_queries(count[path]):
                client.get(path)

    for number in range(3):
        arrived(group, f"#harvest Row {number}")
    few = {"/g/gardeners/topics/": 4, f"{TAGS}harvest/": 5, TAGS: 2}
    queries(few)
    for number in range(60):
        arrived(group, f"#harvest #row{number} Row {number}")
    queries(few)


def test_the_topics_of_a_common_tag_are_those_of_a_rare_one(client, group, monkeypatch):
    for number in range(3):
        arrived(group, f"#harvest Row {number}")
    make_message(group, subject="Slugs")
    rare = client.get(f"{TAGS}harvest/").content
    monkeypatch.setattr("archive.views.hashtags.COMMON", 2)
    common = client.get(f"{TAGS}harvest/?x").content
    assert rare.count(b"Row ") == common.count(b"Row ") > 0 and b"Slugs" not in common


def test_a_group_without_tags_is_not_asked_for_any(client, group, django_assert_num_queries):
    make_thread(group, 3)
    with django_assert_num_queries(3):
        client.get("/g/gardeners/topics/")
    assert Thread.objects.count() == 1
