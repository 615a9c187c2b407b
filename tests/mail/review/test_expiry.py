"""What nobody decides about is closed as the group says, and moderators are reminded before."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from groups.models import JoinRequest, LogEntry, Membership, ModeratorMail, Right, Role, WaitEnd, Waiting
from groups.moderation import queue
from mail.digests import moderators as reminders
from mail.inbound import pipeline
from mail.models import InboundState, ReminderMark
from mail.review import learning
from tests.builders import make_user
from tests.mail.commands.people import mails
from tests.mail.letters import arrived, raw
from tests.mail.waiting import ask_to_join, hold

pytestmark = pytest.mark.django_db


def let_wait(days: int) -> None:
    Waiting.objects.update(since=timezone.now() - timedelta(days=days))


def test_after_its_days_a_letter_comes_back_with_the_reason(group, bob):
    letter = hold(group)
    let_wait(13)
    assert queue.sweep() == 0
    let_wait(15)
    assert queue.sweep() == 1 and queue.sweep() == 0
    letter.refresh_from_db()
    assert (letter.state, letter.decided_by) == (InboundState.REJECTED, None)
    assert "No moderator decided about it within 14 days." in mails("bob@example.org")[0].body
    assert LogEntry.objects.get(action="queue.expired").by_name == "" and Waiting.objects.get().state == "expired"


def test_where_the_group_says_so_it_is_dropped_silently(group, bob):
    letter = hold(group)
    group.wait_end, group.wait_days = WaitEnd.DROP, 3
    group.save()
    let_wait(4)
    queue.sweep()
    letter.refresh_from_db()
    assert letter.state == InboundState.DISCARDED and outbox.outbox == []


def test_quarantine_is_always_dropped_silently(group, bob):
    letter = arrived(group, raw(X_Spam_Score="7"))
    pipeline.process(letter.pk)
    assert outbox.outbox == [] and Waiting.objects.get().quiet
    let_wait(15)
    queue.sweep()
    letter.refresh_from_db()
    assert letter.state == InboundState.DISCARDED and outbox.outbox == []


def test_a_request_expires_too_and_its_person_is_told(group):
    ask_to_join(group)
    let_wait(15)
    queue.sweep()
    assert JoinRequest.objects.get().state == "refused" and "within 14 days" in mails("dora@example.net")[0].body


def tomorrow():
    return timezone.now() + timedelta(days=1, hours=1)


def test_a_moderator_is_reminded_once_a_day_of_what_still_waits(group, alice, bob):
    hold(group)
    reminders.send_due()  # begins: the first hour is still to come
    assert outbox.outbox == []
    assert reminders.send_due(tomorrow()) == 1 and reminders.send_due(tomorrow()) == 0
    (reminder,) = mails("alice@example.org")
    assert "Riverside Gardeners: 1 waits" in reminder.body and "Seed swap" in reminder.body


def test_where_nothing_waits_nobody_is_reminded(group, alice):
    reminders.send_due()
    assert reminders.send_due(tomorrow()) == 0 and ReminderMark.objects.count() == 1


@pytest.mark.parametrize(("wish", "at_once", "daily"), [("at_once", 1, 1), ("daily", 0, 1), ("never", 0, 0)])
def test_each_hears_as_they_chose(group, alice, bob, wish, at_once, daily):
    Membership.objects.filter(user=alice).update(moderator_mail=ModeratorMail(wish))
    Membership.objects.filter(user=bob).update(posting="moderated")
    pipeline.process(arrived(group).pk)
    assert len(mails("alice@example.org")) == at_once
    reminders.send_due()
    assert reminders.send_due(tomorrow()) == daily


def test_who_may_not_decide_about_letters_hears_of_none(group, alice, bob):
    mo = make_user("Mo")
    Membership.objects.create(group=group, user=mo, role=Role.MODERATOR, rights=[Right.MEMBERS])
    Membership.objects.filter(user=bob).update(posting="moderated")
    pipeline.process(arrived(group).pk)
    assert mails("mo@example.org") == []
    assert [part.group for part in reminders.reminders_for(mo, tomorrow())] == []


def test_the_spam_filter_learns_what_a_moderator_found(group, alice, bob, settings, monkeypatch):
    from mail import review

    settings.SPAM_RSPAMD_URL = "http://127.0.0.1:1"
    rung = []
    monkeypatch.setattr("mail.review.learning.ring", lambda task, *about: rung.append(about))
    spam, ham = hold(group), arrived(group, raw(message_id="<2@x>", X_Spam_Score="7", body="z\n"))
    Membership.objects.filter(user=bob).update(posting="default")
    pipeline.process(ham.pk)
    ham.refresh_from_db()
    review.discard(spam, alice, outcome="spam")
    review.approve(ham, alice)
    assert rung == [(spam.pk, True), (ham.pk, False)]
    assert learning.learn(spam.pk, is_spam=True) is False  # nobody answers there: nothing else happens
