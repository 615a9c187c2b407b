import pytest

from archive.models import GroupMark, Thread
from tests.builders import FIRST_DATE, make_message, make_thread, make_transfer

pytestmark = pytest.mark.django_db


def test_the_latest_activity_stands_first(client, group):
    make_message(group, subject="Older")
    make_message(group, subject="Newer")
    page = client.get("/g/gardeners/topics/").content.decode()
    assert page.index("Newer") < page.index("Older")


def test_a_topic_shows_letters_last_author_and_snippet(client, group):
    make_thread(group, 4, body="The pond has frozen over.", sender="Jun Okafor <jun@river.example>")
    page = client.get("/g/gardeners/topics/").content.decode()
    assert "4 letters" in page and "Jun Okafor" in page and "The pond has frozen over." in page


def test_strangers_cost_three_queries_and_get_no_cookie(client, group, django_assert_num_queries):
    for _ in range(5):
        make_message(group)
    with django_assert_num_queries(3):
        response = client.get("/g/gardeners/topics/")
    assert not response.cookies


def test_signed_in_readers_cost_seven_queries_at_most(signed_in, bob, group, django_assert_max_num_queries):
    bob.memberships.update(joined_at=FIRST_DATE)
    for _ in range(5):
        make_thread(group, 3)
    browser = signed_in(bob)
    browser.get("/g/gardeners/topics/")
    with django_assert_max_num_queries(7):
        response = browser.get("/g/gardeners/topics/")
    assert "3 new" in response.content.decode()


def test_what_was_sent_before_somebody_joined_is_not_new(signed_in, bob, group):
    make_message(group)
    assert "1 new" not in signed_in(bob).get("/g/gardeners/topics/").content.decode()


def test_all_letters_can_be_marked_as_read(signed_in, bob, group):
    bob.memberships.update(joined_at=FIRST_DATE)
    make_thread(group, 3)
    browser = signed_in(bob)
    assert "3 new" in browser.get("/g/gardeners/topics/").content.decode()
    browser.post("/g/gardeners/topics/read/", {"number": "3"})
    make_message(group, parent=Thread.objects.get().messages.first())
    assert "1 new" in browser.get("/g/gardeners/topics/").content.decode()


def test_marking_cannot_reach_letters_that_do_not_exist_yet(signed_in, bob, group):
    make_message(group)
    signed_in(bob).post("/g/gardeners/topics/read/", {"number": "99999"})
    assert GroupMark.objects.get().number == 1


def test_marking_needs_a_post_and_a_person(client, group):
    assert client.get("/g/gardeners/topics/read/").status_code == 405
    assert client.post("/g/gardeners/topics/read/").status_code == 302
    assert not GroupMark.objects.exists()


def test_pages_follow_each_other_without_gap_or_overlap(client, group, monkeypatch):
    monkeypatch.setattr("archive.views.topics.TOPICS_A_PAGE", 2)
    for number in range(5):
        make_message(group, subject=f"Topic {number}", sent_at=FIRST_DATE)
    seen, query = [], ""
    while True:
        page = client.get(f"/g/gardeners/topics/{query}").context["page"]
        seen += [thread.subject for thread in page.rows]
        if not page.next:
            break
        query = page.next
    assert seen == [f"Topic {number}" for number in (4, 3, 2, 1, 0)]
    back = client.get(f"/g/gardeners/topics/{page.previous}").context["page"]
    assert [thread.subject for thread in back.rows] == ["Topic 2", "Topic 1"]


@pytest.mark.parametrize("cursor", ["x", "1.2.3", "zz.1", "ffffffffffffffffffff.1", "-", "1.", "%00"])
def test_a_broken_cursor_is_a_page_that_does_not_exist(client, group, cursor):
    assert client.get(f"/g/gardeners/topics/?before={cursor}").status_code == 404


def test_a_group_without_letters_says_so(client, group):
    assert "No letters yet" in client.get("/g/gardeners/topics/").content.decode()


def test_topics_of_an_import_under_way_are_not_there(signed_in, alice, group):
    make_message(group, subject="Not yet", transfer=make_transfer(group, staged=True))
    assert "Not yet" not in signed_in(alice).get("/g/gardeners/topics/").content.decode()


def test_addresses_in_names_subjects_and_snippets_are_for_members(client, signed_in, bob, group):
    make_message(
        group, subject="Ask jun@river.example", body="or ann@hill.example", sender='"me@home.example" <me@home.example>'
    )
    page = client.get("/g/gardeners/topics/").content.decode()
    assert not [word for word in ("river.example", "hill.example", "home.example") if word in page]
    assert "jun@river.example" in signed_in(bob).get("/g/gardeners/topics/").content.decode()


def test_a_stranger_who_has_the_page_gets_304_until_a_letter_comes(client, group):
    make_message(group)
    first = client.get("/g/gardeners/topics/")
    again = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    assert client.get("/g/gardeners/topics/", **again).status_code == 304
    make_message(group)
    assert client.get("/g/gardeners/topics/", **again).status_code == 200


def test_pinned_topics_stand_above_the_first_page_and_on_no_other(client, group, monkeypatch):
    monkeypatch.setattr("archive.views.topics.TOPICS_A_PAGE", 2)
    for number in range(5):
        make_message(group, subject=f"Topic {number}", sent_at=FIRST_DATE)
    Thread.objects.filter(subject="Topic 1").update(pinned=True)
    first = client.get("/g/gardeners/topics/").context["page"]
    second = client.get(f"/g/gardeners/topics/{first.next}").context["page"]
    shown = [[thread.subject for thread in page.rows] for page in (first, second)]
    assert shown == [["Topic 1", "Topic 4", "Topic 3"], ["Topic 2", "Topic 0"]]
    assert not second.next and client.get(f"/g/gardeners/topics/{second.previous}").context["page"].previous == ""
