"""The pages behind the links in mail: looking changes nothing, a press acts at once, and the member is told."""

import pytest
from django.apps import apps
from django.core import mail as outbox
from django.test import Client

from groups.actions.joining import begin_waiting
from groups.models import (
    Delivery,
    Invitation,
    Joining,
    JoinRequest,
    JoinState,
    Membership,
    PastMember,
    Posting,
    Role,
)
from mail import tokens
from mail.addressing import seal
from mail.inbound import pipeline
from mail.models import InboundState, Mailbox, TopicChoice
from mail.tokens import Case, Yes
from tests.builders import make_message
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db
BOBS = "bob@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def browser():
    """A mail program, or a browser without cookies that checks for forged forms."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def membership(group, bob):
    return Membership.objects.get(group=group, user=bob)


@pytest.fixture
def held(group, membership):
    Membership.objects.filter(pk=membership.pk).update(posting=Posting.MODERATED)
    inbound = arrived(group, raw(body="Forty packets are left.\n"))
    pipeline.process(inbound.pk)
    outbox.outbox.clear()
    return inbound


def leave_page(membership):
    return f"/mail/leave/{seal('leave', membership.pk)}/"


def page(name, token):
    return f"/mail/{name}/{token}/"


def yes_page(*numbers):
    return page("confirm", tokens.to_confirm(*numbers))


def everything():
    """All rows of all tables."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in apps.get_models()}


def every_page(group, bob, alice, membership, held):
    letter = make_message(group, subject="Seed swap")
    asked = JoinRequest.objects.create(group=group, address="dora@example.net")
    waits = JoinRequest.objects.create(group=group, address="eve@example.net", state=JoinState.PENDING)
    begin_waiting(waits)
    past = PastMember.objects.create(group=group, user=bob, address=BOBS, joined_at=membership.joined_at, how="mail")
    mailbox = Mailbox.objects.create(address=BOBS, state="suspended", score=3)
    invited = Invitation.objects.create(group=group, address="fay@example.net", by=alice, by_name="Alice")
    yes = [
        (Yes.JOIN, asked.pk),
        (Yes.COME_BACK, past.pk),
        (Yes.DELIVERY, membership.pk, 1),
        (Yes.LEAVE, membership.pk),
        (Yes.TOPIC, bob.pk, letter.pk, 2),
        (Yes.DAILY, bob.pk, 1),
        (Yes.MAILBOX, mailbox.pk),
        (Yes.INVITATION, invited.pk),
    ]
    return [
        *(yes_page(*numbers) for numbers in yes),
        leave_page(membership),
        page("invitation", tokens.to_confirm(Yes.INVITATION, invited.pk)),
        page("mute", seal("mute", bob.pk, letter.pk)),
        page("daily", seal("daily", bob.pk)),
        page("moderate", tokens.to_moderate(Case.LETTER, held.pk, alice.pk)),
        page("moderate", tokens.to_moderate(Case.JOINING, waits.pk, alice.pk)),
    ]


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(browser, group, bob, alice, membership, held, method):
    pages = every_page(group, bob, alice, membership, held)
    assert {Yes(number) for number in range(len(Yes))} == set(Yes) and len(pages) == len(Yes) + 6
    before = everything()
    for address in pages:
        response = getattr(browser, method)(address)
        assert response.status_code == 200, address
        assert "no-store" in response["Cache-Control"] and not response.cookies, address
    assert everything() == before and outbox.outbox == []


def test_no_page_shows_a_whole_address_of_a_member(browser, group, bob, alice, membership, held):
    for address in every_page(group, bob, alice, membership, held):
        if "/moderate/" not in address:
            assert BOBS not in browser.get(address).content.decode(), address


@pytest.mark.parametrize("name", ["confirm", "invitation", "leave", "mute", "daily", "moderate"])
@pytest.mark.parametrize("token", ["-", "aaaaaaaaaaaaaaaaaaaaaaaa", "x" * 300, "%C3%A9"])
def test_what_is_no_token_has_ended(browser, db, name, token):
    for method in (browser.get, browser.post):
        assert method(page(name, token)).status_code == 410


def test_a_token_is_good_for_its_own_page_only(browser, group, membership):
    assert browser.post(page("daily", seal("leave", membership.pk))).status_code == 410


def test_one_click_leaves_at_once_and_bob_gets_the_way_back(browser, group, membership):
    assert browser.post(leave_page(membership), ONE_CLICK).status_code == 200
    assert not Membership.objects.filter(pk=membership.pk).exists()
    (mail,) = outbox.outbox
    assert (mail.to, PastMember.objects.get().how) == ([BOBS], "one-click")
    assert browser.post(leave_page(membership), ONE_CLICK).status_code == 200  # a program may ask twice
    assert len(outbox.outbox) == 1


def test_the_undo_page_brings_him_back(browser, group, membership):
    Membership.objects.filter(pk=membership.pk).update(delivery=Delivery.DIGEST)
    browser.post(leave_page(membership), {"wanted": "leave"})
    back = yes_page(Yes.COME_BACK, PastMember.objects.get().pk)
    assert "Come back" in browser.get(back).content.decode()
    assert "member again" in browser.post(back).content.decode()
    assert Membership.objects.get(group=group, user__email=BOBS).delivery == Delivery.DIGEST


def test_a_friend_who_got_the_link_passed_on_cannot_hide_it(browser, group, membership):
    shown = browser.get(leave_page(membership)).content.decode()
    assert "b…@example.org" in shown and "Not your address" not in shown
    browser.post(leave_page(membership), {"wanted": "leave"})
    assert outbox.outbox[0].to == [BOBS]


def test_a_digest_instead(browser, membership):
    browser.post(leave_page(membership), {"wanted": "digest"})
    membership.refresh_from_db()
    assert membership.delivery == Delivery.DIGEST
    assert "has changed" in outbox.outbox[0].subject


def test_what_nobody_offered_is_asked_again(browser, membership):
    assert "Leave the group" in browser.post(leave_page(membership), {"wanted": "everything"}).content.decode()
    assert outbox.outbox == []


def test_the_only_owner_is_told_why_not(browser, group, alice):
    owning = Membership.objects.get(group=group, user=alice)
    assert "no owner left" in browser.post(leave_page(owning), ONE_CLICK).content.decode()
    assert Membership.objects.filter(pk=owning.pk).exists()


def test_mute_and_undo(browser, group, bob):
    letter = make_message(group, subject="Seed swap")
    browser.post(page("mute", seal("mute", bob.pk, letter.pk)), {"wanted": "mute"})
    assert TopicChoice.objects.get(user=bob).wish == "mute"
    browser.post(yes_page(Yes.TOPIC, bob.pk, letter.pk, 0))
    assert not TopicChoice.objects.exists()


def test_who_left_the_group_reads_no_subject_behind_an_old_link(browser, private_group, bob):
    letter = make_message(private_group, subject="Secret")
    Membership.objects.filter(user=bob, group=private_group).delete()
    response = browser.get(page("mute", seal("mute", bob.pk, letter.pk)))
    assert response.status_code == 410 and "Secret" not in response.content.decode()


@pytest.mark.parametrize("data", [ONE_CLICK, {}])
def test_the_daily_mail_stops(browser, bob, data):
    bob.daily_mail = True
    bob.save()
    browser.post(page("daily", seal("daily", bob.pk)), data)
    bob.refresh_from_db()
    assert not bob.daily_mail and outbox.outbox[0].to == [BOBS]


def test_confirming_on_the_page_joins(browser, group):
    request = JoinRequest.objects.create(group=group, address="dora@example.net")
    browser.post(yes_page(Yes.JOIN, request.pk))
    assert Membership.objects.filter(group=group, user__email="dora@example.net").exists()


def test_a_mailbox_is_woken(browser, db):
    mailbox = Mailbox.objects.create(address=BOBS, state="suspended", score=3)
    browser.post(yes_page(Yes.MAILBOX, mailbox.pk))
    mailbox.refresh_from_db()
    assert mailbox.state == "normal"


def test_alice_reads_the_letter_and_approves(browser, held, alice):
    address = page("moderate", tokens.to_moderate(Case.LETTER, held.pk, alice.pk))
    assert "Forty packets" in browser.get(address).content.decode()
    browser.post(address, {"decision": "approve"})
    held.refresh_from_db()
    assert (held.state, held.decided_by) == (InboundState.ARCHIVED, alice)
    assert "Decided already" in browser.post(address, {"decision": "discard"}).content.decode()


def test_a_letter_is_shown_as_text(browser, group, membership, alice):
    Membership.objects.filter(pk=membership.pk).update(posting=Posting.MODERATED)
    inbound = arrived(group, raw(subject="<script>1</script>", body="<script>alert(2)</script>\n"))
    pipeline.process(inbound.pk)
    shown = browser.get(page("moderate", tokens.to_moderate(Case.LETTER, inbound.pk, alice.pk))).content.decode()
    assert "<script>1" not in shown and "<script>alert" not in shown


@pytest.mark.parametrize("role", [Role.MEMBER, None])
def test_who_moderates_no_longer_sees_and_decides_nothing(browser, held, alice, role):
    mine = Membership.objects.filter(user=alice)
    mine.update(role=role) if role else mine.delete()
    address = page("moderate", tokens.to_moderate(Case.LETTER, held.pk, alice.pk))
    assert "Forty packets" not in browser.get(address).content.decode()
    assert browser.post(address, {"decision": "approve"}).status_code == 410


def test_a_wish_to_join_is_refused_in_words(browser, group, alice):
    group.joining = Joining.APPROVAL
    group.save()
    request = JoinRequest.objects.create(group=group, address="dora@example.net", state=JoinState.PENDING)
    begin_waiting(request)
    address = page("moderate", tokens.to_moderate(Case.JOINING, request.pk, alice.pk))
    browser.post(address, {"decision": "reject", "reason": "Locals only."})
    request.refresh_from_db()
    assert request.state == JoinState.REFUSED and "Locals only" in outbox.outbox[0].body


def test_after_a_choice_the_way_leads_to_the_group_unless_it_is_private(browser, membership, private_group, bob):
    hidden = Membership.objects.get(group=private_group, user=bob)
    pages = [browser.post(leave_page(each), {"wanted": "digest"}).content.decode() for each in (membership, hidden)]
    assert [each.group.get_absolute_url() in page for each, page in zip((membership, hidden), pages, strict=True)] == [
        True,
        False,
    ]
