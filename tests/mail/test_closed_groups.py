"""What becomes of letters to closed groups, of answers to announcements, and of answers to old topics; by mail and on the web."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.utils import timezone

from archive.models import Message, Thread
from groups.actions.closing import lock, retire
from groups.actions.groups import change_settings
from groups.models import Group, Role
from mail import review
from mail.inbound import pipeline
from mail.models import Delivery, Inbound, InboundState, Kind, Outgoing
from tests.builders import make_message
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db


def sent(group: Group, content: bytes | None = None, **fields) -> Inbound:
    inbound = arrived(group, content, **fields)
    pipeline.process(inbound.pk)
    inbound.refresh_from_db()
    return inbound


def answer_to(letter: Message, sender: str = "Bob <bob@example.org>") -> bytes:
    return raw(sender=sender, message_id="<answer@example.org>", In_Reply_To=f"<{letter.message_id}>")


@pytest.fixture
def browser(signed_in, bob):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    return signed_in(bob)


# Closed


@pytest.mark.parametrize("sender", ["bob@example.org", "alice@example.org"])
def test_a_letter_to_a_locked_group_comes_back_with_the_reason_whoever_sends_it(group, alice, sender):
    lock(group=group, by=alice, reason="We meet on Saturday instead.")
    inbound = sent(group, raw(sender=sender), envelope_from=sender)
    assert (inbound.state, inbound.rule) == (InboundState.REJECTED, "closed")
    assert "We meet on Saturday instead." in " ".join(outbox.outbox[0].body.split())
    assert outbox.outbox[0].subject == "Your letter to Riverside Gardeners: the group is closed"


def test_strangers_who_are_told_nothing_are_told_nothing(group, alice):
    change_settings(group=group, by=alice, strangers="discard")
    lock(group=group, by=alice)
    inbound = sent(group, raw(sender="x@example.net"), envelope_from="x@example.net")
    assert (inbound.state, outbox.outbox) == (InboundState.DISCARDED, [])


def test_nobody_writes_to_it_on_the_web(browser, group, alice):
    lock(group=group, by=alice, reason="Elections are over.")
    page = browser.get("/g/gardeners/post/")
    assert page.status_code == 403 and "Elections are over." in page.content.decode()


def test_what_waited_when_a_group_retired_is_archived_and_not_sent(group, alice):
    change_settings(group=group, by=alice, moderation="all")
    inbound = sent(group)
    retire(group=group, by=alice)
    assert review.approve(Inbound.objects.select_related("spooled", "group").get(pk=inbound.pk), alice)
    assert Message.objects.exists() and not Delivery.objects.filter(outgoing__kind=Kind.POST).exists()


# Announcements


@pytest.fixture
def announced(group, alice) -> Message:
    change_settings(group=group, by=alice, posting="moderators", answers_to_owners=True, reply_to="moderators")
    sent(group, raw(sender="alice@example.org"), envelope_from="alice@example.org")
    return Message.objects.get()


def test_a_members_answer_to_an_announcement_reaches_the_owners(group, announced):
    copy = message_from_bytes(Outgoing.objects.get(kind=Kind.POST).template_bytes)
    assert "gardeners+owner@posthouse.localhost" in copy["Reply-To"]
    answers = [
        sent(group, answer_to(announced), recipient="gardeners+owner@posthouse.localhost"),  # who presses Reply
        sent(group, answer_to(announced)),  # who presses Reply to all
    ]
    assert [each.state for each in answers] == [InboundState.COMMAND] * 2
    passed_on = Delivery.objects.filter(outgoing__kind=Kind.FORWARD).values_list("address", flat=True)
    assert list(passed_on) == ["alice@example.org"] * 2
    assert Message.objects.count() == 1 and not outbox.outbox


def test_a_members_new_topic_comes_back(group, announced):
    assert sent(group, raw(message_id="<new@example.org>")).state == InboundState.REJECTED


def test_a_strangers_answer_is_a_strangers_letter(group, announced):
    content = answer_to(announced, sender="x@example.net")
    assert sent(group, content, envelope_from="x@example.net").rule == "strangers"


def test_the_page_to_write_says_where_an_answer_goes_and_it_goes_there(browser, announced):
    url = f"/g/gardeners/message/{announced.number}/reply/"
    assert "Answers to announcements go to the owners" in browser.get(url).content.decode()
    letter = {"address": "bob@example.org", "subject": "Re: Seed swap", "text": "Thank you!", "send": "1"}
    page = browser.post(url, letter, follow=True)
    assert "Your answer went to the owners of the group." in page.content.decode()
    assert Delivery.objects.filter(outgoing__kind=Kind.FORWARD).count() == 1


def test_owners_who_hear_members_only_do_not_hear_strangers(group, alice):
    change_settings(group=group, by=alice, owners_hear="members")
    owner = "gardeners+owner@posthouse.localhost"
    assert sent(group, recipient=owner).state == InboundState.COMMAND
    inbound = sent(group, raw(sender="x@example.net"), envelope_from="x@example.net", recipient=owner)
    assert inbound.state == InboundState.DISCARDED
    assert outbox.outbox[0].to == ["x@example.net"]


# Old topics


@pytest.fixture
def old(group) -> Message:
    letter = make_message(group)
    Thread.objects.update(last_at=timezone.now() - timedelta(days=400))
    return letter


@pytest.mark.parametrize(
    ("policy", "state"),
    [("open", InboundState.ARCHIVED), ("moderate", InboundState.HELD), ("lock", InboundState.REJECTED)],
)
def test_an_answer_to_an_old_topic(group, alice, old, policy, state):
    change_settings(group=group, by=alice, old_topics=policy)
    assert sent(group, answer_to(old)).state == state


def test_a_topic_in_which_somebody_wrote_is_not_old(group, alice, old):
    change_settings(group=group, by=alice, old_topics="lock", old_topic_days=401)
    assert sent(group, answer_to(old)).state == InboundState.ARCHIVED


def test_who_moderates_answers_old_topics(group, alice, bob, old):
    change_settings(group=group, by=alice, old_topics="lock")
    group.memberships.filter(user=bob).update(role=Role.MODERATOR)
    assert sent(group, answer_to(old)).state == InboundState.ARCHIVED


def test_a_new_topic_is_never_old(group, alice, old):
    change_settings(group=group, by=alice, old_topics="lock")
    assert sent(group).state == InboundState.ARCHIVED


def test_the_page_to_answer_says_that_the_topic_is_closed(browser, group, alice, old):
    change_settings(group=group, by=alice, old_topics="lock")
    page = browser.get(f"/g/gardeners/message/{old.number}/reply/")
    assert page.status_code == 403 and "Please begin a new one." in page.content.decode()
