"""Polls in digests and daily mails, reminders, and who gets them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Membership
from groups.polls import actions
from groups.polls.models import Poll
from mail.digests import daily, due
from mail.models import Delivery, DigestMark, Mailbox
from mail.voting import mailing
from tests.builders import make_message
from tests.mail.letters import raw
from tests.mail.voting.polls import choices_of, copy_to, open_poll, send, vote
from tests.mail.world import World

pytestmark = pytest.mark.django_db
BOBS, ALICES = "bob@example.org", "alice@example.org"


def digest_for(group, form: str):
    Membership.objects.filter(user__email=BOBS).update(delivery="digest", digest_format=form)
    due.begin_marks(timezone.now() - timedelta(days=1))
    DigestMark.objects.update(next_at=timezone.now())


def sent_digest():
    assert due.send_due(timezone.now()) == 1
    return copy_to(BOBS)


def texts(letter) -> str:
    return "\n".join(
        part.get_payload(decode=True).decode() for part in letter.walk() if part.get_content_maintype() == "text"
    )


@pytest.mark.parametrize("form", ["html", "plain", "mime"])
def test_a_digest_tells_of_open_polls_and_how_to_answer_by_mail(group, form):
    digest_for(group, form)
    poll = open_poll(group)
    text = texts(sent_digest())
    assert "Open poll: What do we drink? (1. Tea, 2. Coffee, 3. Milk, warm" in text
    address = text.partition("mailto:vote+")[2].partition("?")[0]
    send(raw(f"vote+{address}", body="1, 2\n", subject="Vote"), f"vote+{address}")
    assert choices_of(poll) == {1: 1, 2: 1}


def test_a_digest_after_the_end_has_the_result_and_no_open_poll(group, alice):
    digest_for(group, "html")
    poll = open_poll(group)
    actions.close_poll(poll=poll, by=alice)
    text = texts(sent_digest())
    assert "Nobody voted." in text and "Open poll" not in text


def test_the_daily_mail_tells_of_polls_in_which_its_reader_has_not_voted(group, bob):
    bob.daily_mail = True
    bob.save()
    poll = open_poll(group)
    asked = copy_to(BOBS)
    make_message(group, subject="Seeds")
    sections = daily.sections_of(bob, timezone.now() - timedelta(hours=1), timezone.now() + timedelta(minutes=1))
    letter, _ = daily.daily_letter(bob, sections, timezone.now())
    assert b"Open poll: What do we drink?" in letter and b"vote+" in letter
    vote(asked, "1")
    sections = daily.sections_of(bob, timezone.now() - timedelta(hours=1), timezone.now() + timedelta(minutes=1))
    assert sections[0].polls == ()
    assert choices_of(poll) == {1: 1}


def ending(poll: Poll) -> None:
    Poll.objects.filter(pk=poll.pk).update(
        opened_at=timezone.now() - timedelta(days=5), closes_at=timezone.now() + timedelta(hours=20)
    )


@pytest.mark.parametrize("anonymous", [False, True])
def test_who_has_not_voted_is_reminded_once_where_the_maker_wants_it(group, alice, anonymous):
    poll = open_poll(group, remind=True, anonymous=anonymous)
    vote(copy_to(BOBS), "1")
    World().run()
    ending(poll)
    assert [mailing.remind_due(), mailing.remind_due()] == [1, 0]
    reminder = copy_to(ALICES)
    assert reminder["Subject"] == "Closes soon: What do we drink?"
    vote(reminder, "2", sender=ALICES)
    poll.refresh_from_db()
    assert poll.voted == 2


def test_who_wants_no_mail_or_has_none_is_not_reminded(group):
    poll = open_poll(group, remind=True)
    ending(poll)
    Membership.objects.filter(user__email=BOBS).update(delivery="none")
    Mailbox.objects.create(address=ALICES, state="suspended")
    assert mailing.remind_due() == 0


@pytest.mark.parametrize("about", [{"remind": False}, {"remind": True, "days": None}])
def test_nobody_is_reminded_otherwise(group, about):
    open_poll(group, **about)
    assert mailing.remind_due(timezone.now() + timedelta(days=6, hours=2)) == 0


def test_the_result_goes_to_nobody_where_only_its_maker_sees_it(group, alice):
    poll = open_poll(group, results="runners")
    before = Delivery.objects.count()
    actions.close_poll(poll=poll, by=alice)
    assert Delivery.objects.count() == before
