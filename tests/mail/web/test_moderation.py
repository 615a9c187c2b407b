"""Letters that wait, and what moderators do with them."""

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils.html import escape

from archive.models import Message
from groups.models import Membership, Posting, Role, Waiting
from mail.inbound import pipeline
from mail.models import Inbound, InboundState
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db
URL = "/g/gardeners/moderation/"


@pytest.fixture
def held(group, bob):
    return hold(group)


def hold(group, message_id="<swap-1@example.org>", **fields) -> Inbound:
    Membership.objects.filter(user__email="bob@example.org").update(posting=Posting.MODERATED)
    inbound = arrived(group, raw(message_id=message_id, **fields))
    pipeline.process(inbound.pk)
    inbound.refresh_from_db()
    assert inbound.state == InboundState.HELD
    outbox.outbox.clear()
    return inbound


def address(inbound) -> str:
    """Of its page in the queue."""
    return f"{URL}{Waiting.objects.get(kind='letter', target=inbound.pk).pk}/"


@pytest.fixture
def browser(signed_in, alice, group):
    return signed_in(alice)


def decide(browser, inbound, decision, **more):
    return browser.post(address(inbound), {"decision": decision, **more})


def test_a_moderator_sees_what_waits_and_why(browser, held):
    page = browser.get(URL).content.decode()
    assert "1 waits" in page and "Seed swap" in page and escape(held.reason) in page


def test_the_letter_is_shown_with_the_reason_on_top_and_the_author_s_record(browser, held, bob):
    Membership.objects.filter(user=bob).update(approved_posts=3, rejected_posts=1)
    page = browser.get(address(held)).content.decode()
    assert page.index(escape(held.reason)) < page.index("<h1") < page.index("Forty packets are left.")
    assert "3 approved, 1 sent back" in page


def test_hostile_html_is_harmless_here_too(browser, group, bob):
    letter = raw(message_id="<h@x>").replace(b'text/plain; charset="utf-8"', b"text/html")
    letter = letter.replace(b"Forty packets are left.", b"<script>alert(1)</script><img src=x onerror=alert(1)>hello")
    Membership.objects.filter(user=bob).update(posting=Posting.MODERATED)
    inbound = arrived(group, letter)
    pipeline.process(inbound.pk)
    page = browser.get(address(inbound)).content.decode()
    assert "hello" in page and "alert(1)" not in page


def test_approved_it_is_published(browser, held):
    assert decide(browser, held, "approve")["Location"] == URL
    assert Message.objects.get().subject == "Seed swap"


def test_approved_and_trusted_its_author_waits_no_more(browser, held, bob, group):
    decide(browser, held, "trust")
    assert Membership.objects.get(user=bob).posting == Posting.TRUSTED
    assert pipeline.process(arrived(group, raw(message_id="<2@x>")).pk) == InboundState.ARCHIVED


def test_a_stranger_cannot_be_trusted_for_there_is_nobody_to_trust(browser, group):
    inbound = arrived(group, raw(sender="eve@example.org"), envelope_from="eve@example.org")
    pipeline.process(inbound.pk)
    page = browser.get(address(inbound)).content.decode()
    assert "Not a member" in page and "Approve and trust" not in page


def test_sent_back_with_a_reason(browser, held):
    decide(browser, held, "reject", words="Gardens only, please.")
    assert "Gardens only, please." in outbox.outbox[0].body
    assert not Message.objects.exists()


def test_dropped_nobody_hears(browser, held):
    decide(browser, held, "discard")
    held.refresh_from_db()
    assert (held.state, outbox.outbox) == (InboundState.DISCARDED, [])


def test_the_next_one_that_waits_comes_up(browser, held, group):
    second = hold(group, "<2@x>")
    assert decide(browser, held, "approve")["Location"] == address(second)


def test_who_comes_second_reads_who_was_first(browser, held, alice):
    decide(browser, held, "discard")
    page = browser.post(address(held), {"decision": "approve"}, follow=True).content.decode()
    assert "Somebody else has decided" in page and "Alice Owner decided" in page
    assert not Message.objects.exists()


def test_a_link_decides_nothing(browser, held):
    browser.get(address(held) + "?decision=approve")
    held.refresh_from_db()
    assert held.state == InboundState.HELD


def test_a_decision_that_does_not_exist_is_refused(browser, held):
    assert decide(browser, held, "burn").status_code == 404


def test_of_another_group_nothing_is_seen_or_decided(browser, members_group, held, alice):
    Membership.objects.filter(group=members_group, user=alice).delete()
    other = hold(members_group, "<3@x>", to=members_group.address)
    assert browser.get(address(other)).status_code == decide(browser, other, "approve").status_code == 404


def test_what_was_archived_without_a_moderator_is_not_shown_here(browser, group):
    inbound = arrived(group, raw(sender="alice@example.org"), envelope_from="alice@example.org")
    assert pipeline.process(inbound.pk) == InboundState.ARCHIVED
    assert not Waiting.objects.exists()


@pytest.mark.parametrize("who", ["bob", "charlie", None])
def test_others_see_nothing_and_decide_nothing(signed_in, request, charlie, held, who):
    client = signed_in(request.getfixturevalue(who)) if who else Client()
    assert client.get(URL).status_code == 403
    assert decide(client, held, "approve").status_code == 403


def test_a_moderator_who_is_no_owner_does(signed_in, charlie, group, held):
    group.memberships.create(user=charlie, role=Role.MODERATOR)
    assert decide(signed_in(charlie), held, "approve").status_code == 302
    assert Message.objects.exists()


def test_a_long_queue_costs_as_much_as_a_short_one(browser, group, bob, django_assert_max_num_queries):
    for number in range(45):
        hold(group, f"<{number}@x>")
    browser.get(URL)
    with django_assert_max_num_queries(7):
        page = browser.get(URL).content.decode()
    assert page.count('class="why"') == 40 and "45 wait" in page and 'rel="next"' in page
    with django_assert_max_num_queries(19):
        browser.get(address(Inbound.objects.first()))
