"""The queue's pages: deciding from the list, in bulk, claims, notes, saved answers, how one hears of it."""

import pytest
from django.core import mail as outbox
from django.test import Client

from groups.models import Answer, Ban, JoinRequest, LogEntry, Membership, Right, Role, Waiting, WaitingNote
from groups.moderation import queue
from mail.inbound.posts import LETTER
from mail.models import Inbound, InboundState
from tests.builders import make_group, make_user
from tests.mail.waiting import ask_to_join, hold, row_of

pytestmark = pytest.mark.django_db
URL = "/g/gardeners/moderation/"


@pytest.fixture
def browser(signed_in, alice, group):
    return signed_in(alice)


@pytest.fixture
def mo(group):
    mo = make_user("Mo")
    Membership.objects.create(group=group, user=mo, role=Role.MODERATOR)
    return mo


def page_of(thing) -> str:
    return f"{URL}{row_of(thing).pk}/"


def states() -> list[str]:
    return list(Inbound.objects.order_by("pk").values_list("state", flat=True))


def test_decided_on_the_list_one_goes_on_with_the_next_there(browser, group, bob):
    first, second = hold(group), hold(group, "<2@x>")
    page = browser.get(URL).content.decode()
    assert f'name="then" value="{row_of(second).pk}"' in page
    where = browser.post(page_of(first), {"decision": "approve", "next": URL, "then": row_of(second).pk})["Location"]
    assert where == f"{URL}#w{row_of(second).pk}"
    assert states() == [InboundState.ARCHIVED, InboundState.HELD]


def test_nobody_is_sent_to_another_site(browser, group, bob):
    where = browser.post(page_of(hold(group)), {"decision": "approve", "next": "https://evil.example/"})["Location"]
    assert where == URL


def test_ticked_ones_are_decided_together(browser, group, bob):
    rows = [row_of(hold(group, f"<{n}@x>", body=f"{n}\n")).pk for n in range(3)]
    page = browser.post("/moderation/decide/", {"waiting": rows[:2], "decision": "approve", "next": URL}, follow=True)
    assert "2 done." in page.content.decode()
    assert states() == [InboundState.ARCHIVED, InboundState.ARCHIVED, InboundState.HELD]


def test_in_bulk_too_only_what_one_may_decide_and_nobody_else_is_at(signed_in, group, mo, alice, bob):
    letter, other, request = hold(group), hold(group, "<2@x>"), ask_to_join(group)
    Membership.objects.filter(user=mo).update(rights=[Right.POSTS])
    queue.claim(row_of(other), alice)
    rows = [row_of(thing).pk for thing in (letter, other, request)]
    page = signed_in(mo).post("/moderation/decide/", {"waiting": rows, "decision": "discard"}, follow=True)
    assert "1 done, 1 left alone" in page.content.decode()
    assert states() == [InboundState.DISCARDED, InboundState.HELD]
    assert JoinRequest.objects.get().state == "pending"


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_in_bulk_strangers_and_members_decide_nothing(signed_in, request, group, charlie, bob, who):
    row = row_of(hold(group))
    signed_in(request.getfixturevalue(who)).post("/moderation/decide/", {"waiting": row.pk, "decision": "approve"})
    assert states() == [InboundState.HELD]


def test_who_claims_is_seen_and_others_must_take_over(signed_in, browser, group, mo, bob):
    letter = hold(group)
    browser.post(f"{page_of(letter)}claim/", {"wanted": "claim"})
    other = signed_in(mo)
    assert "Alice Owner</bdi> is at it" in other.get(URL).content.decode()
    other.post(page_of(letter), {"decision": "approve"})
    assert states() == [InboundState.HELD]
    other.post(f"{page_of(letter)}claim/", {"wanted": "take"})
    other.post(page_of(letter), {"decision": "approve"})
    assert states() == [InboundState.ARCHIVED]


def test_moderators_leave_each_other_notes(browser, signed_in, group, mo, bob):
    letter = hold(group)
    browser.post(f"{page_of(letter)}note/", {"text": "I know him, <b>fine</b>."})
    page = signed_in(mo).get(page_of(letter)).content.decode()
    assert "I know him, &lt;b&gt;fine" in page and WaitingNote.objects.get().by_name == "Alice Owner"


def test_a_saved_answer_is_what_the_author_reads(browser, group, bob):
    browser.post(f"{URL}answers/", {"title": "Gardens", "text": "Gardens only, please."})
    answer = Answer.objects.get()
    browser.post(page_of(hold(group)), {"decision": "reject", "answer": answer.pk})
    assert "Gardens only, please." in outbox.outbox[0].body
    browser.post(f"{URL}answers/{answer.pk}/", {"delete": "1"})
    assert not Answer.objects.exists()


def test_answers_of_another_group_are_not_used(browser, group, bob):
    other = Answer.objects.create(group=make_group("other"), title="x", text="Secret words")
    browser.post(page_of(hold(group)), {"decision": "reject", "answer": other.pk})
    assert "Secret words" not in outbox.outbox[0].body


def test_a_request_to_join_is_accepted_where_letters_are(browser, group, bob):
    request = ask_to_join(group)
    JoinRequest.objects.update(answers=[["Which plot?", "Number 31."]])
    page = browser.get(page_of(request)).content.decode()
    assert "dora@example.net" in page and "Which plot?" in page and "Number 31." in page
    browser.post(page_of(request), {"decision": "approve"})
    assert group.memberships.filter(user__email="dora@example.net").exists()
    assert LogEntry.objects.filter(action="queue.request-accepted").exists()


def test_to_ban_one_needs_the_right_to(signed_in, group, mo, bob):
    Membership.objects.filter(user=mo).update(rights=[Right.POSTS])
    letter = hold(group)
    assert signed_in(mo).post(page_of(letter), {"decision": "ban"}).status_code == 404
    Membership.objects.filter(user=mo).update(rights=[Right.POSTS, Right.BANS])
    signed_in(mo).post(page_of(letter), {"decision": "ban"})
    assert Ban.objects.get().value == "bob@example.org" and states() == [InboundState.DISCARDED]


def test_what_one_may_not_decide_one_does_not_see(signed_in, group, mo, bob):
    Membership.objects.filter(user=mo).update(rights=[Right.MEMBERS])
    letter = hold(group)
    client = signed_in(mo)
    assert "Seed swap" not in client.get(URL).content.decode()
    assert client.get(page_of(letter)).status_code == 404
    assert client.get(f"{page_of(letter)}edit/").status_code == 403


def test_all_groups_stand_on_one_page_and_the_header_counts(signed_in, group, members_group, alice, bob):
    hold(group)
    hold(members_group, "<2@x>", to=members_group.address)
    page = signed_in(alice).get("/moderation/").content.decode()
    assert "2 wait for you" in page and "Riverside Gardeners" in page and "The Committee" in page
    assert "<b>2</b>" in page.split("</header>")[0]
    one = signed_in(alice).get("/moderation/?group=committee").content.decode()
    assert "1 waits for you" in one


def test_who_moderates_nothing_is_told_so_and_sees_no_count(signed_in, charlie, group):
    page = signed_in(charlie).get("/moderation/").content.decode()
    assert "You moderate no group" in page and "waiting-count" not in page
    assert Client().get("/moderation/").status_code == 302


def test_how_a_moderator_hears_of_it_is_their_choice(browser, group, alice, bob):
    browser.post(f"{URL}mail/", {"moderator_mail": "never"})
    assert Membership.objects.get(user=alice).moderator_mail == "never"
    browser.post(f"{URL}mail/", {"moderator_mail": "nonsense"})
    assert Membership.objects.get(user=alice).moderator_mail == "never"


def test_the_policy_is_said_on_the_page_and_at_the_thing(browser, group, bob):
    letter = hold(group)
    assert "within 14 days is closed" in " ".join(browser.get(URL).content.decode().split())
    assert "closes by itself on" in browser.get(page_of(letter)).content.decode()


def test_edited_and_approved_from_the_page(browser, group, bob):
    letter = hold(group, body="Forty packets are left.\nMy phone is 555.\n")
    assert "My phone is 555." in browser.get(f"{page_of(letter)}edit/").content.decode()
    browser.post(f"{page_of(letter)}edit/", {"subject": "Seed swap", "text": "Forty packets are left.", "approve": "1"})
    assert states() == [InboundState.ARCHIVED]
    assert "-My phone is 555." in browser.get(page_of(letter)).content.decode()


def test_a_page_of_the_queue_costs_the_same_for_one_and_for_many(browser, group, bob, django_assert_max_num_queries):
    rows = [queue.wait(LETTER, n, group, title=f"{n}", who="x@example.org", person=bob.pk) for n in range(300)]
    queue.wait_all(rows)
    browser.get(URL)
    for path in (URL, f"{URL}?kind=letter&claimed=free", "/moderation/"):
        with django_assert_max_num_queries(8):
            assert browser.get(path).content.decode().count("data-key-item") == 40


def test_looking_changes_nothing(browser, group, bob):
    letter = hold(group)
    before = list(Waiting.objects.values()), states()
    for path in (URL, page_of(letter), f"{page_of(letter)}?do=reject", f"{page_of(letter)}edit/"):
        assert browser.get(path).status_code == 200
    for path in (f"{page_of(letter)}claim/", f"{page_of(letter)}note/", "/moderation/decide/", f"{URL}mail/"):
        assert browser.get(path).status_code == 405
    assert before == (list(Waiting.objects.values()), states())
