"""The guidelines, once a month."""

from datetime import UTC, datetime

import pytest

from groups.actions.groups import change_settings
from groups.actions.notices import save_words
from groups.models import Group, GroupState
from mail.delivery import reminders
from mail.models import Delivery, Mailbox, MailboxState, Outgoing
from tests.builders import make_user

pytestmark = pytest.mark.django_db
DECEMBER, LATER, JANUARY = (datetime(*day, tzinfo=UTC) for day in ((2026, 12, 1), (2026, 12, 31, 23), (2027, 1, 1)))


@pytest.fixture
def reminded(group: Group) -> Group:
    Group.objects.filter(pk=group.pk).update(guidelines="Be **kind**.", reminder="monthly", reminded_in="2026-11")
    group.refresh_from_db()
    return group


def test_every_member_is_reminded_once_in_a_month(reminded: Group):
    assert [reminders.send_due(day) for day in (DECEMBER, DECEMBER, LATER, JANUARY)] == [2, 0, 0, 2]


def test_the_letter_holds_the_guidelines_and_each_members_way_out(reminded: Group):
    reminders.send_due(DECEMBER)
    letter = Outgoing.objects.get().template_bytes.decode()
    assert "Subject: Riverside Gardeners: our guidelines" in letter
    assert "Be **kind**." in letter and "/g/gardeners/guidelines/" in letter
    assert "List-Unsubscribe: <" in letter and "Reply-To: " in letter and "+owner@" in letter


def test_who_gets_no_mail_gets_none_of_these(reminded: Group, bob):
    reminded.memberships.filter(user=bob).update(delivery="none")
    carol = make_user("Carol")
    reminded.memberships.create(user=carol, delivery="special")
    Mailbox.objects.create(address="alice@example.org", state=MailboxState.SUSPENDED)
    reminders.send_due(DECEMBER)
    assert list(Delivery.objects.values_list("address", flat=True)) == ["carol@example.org"]


@pytest.mark.parametrize("change", [{"guidelines": ""}, {"reminder": "off"}, {"state": GroupState.RETIRED}])
def test_groups_without_guidelines_or_wish_or_life_send_none(reminded: Group, change: dict):
    Group.objects.filter(pk=reminded.pk).update(**change)
    assert reminders.send_due(DECEMBER) == 0


def test_the_first_reminder_comes_with_the_next_month(group: Group, alice):
    change_settings(group=group, by=alice, guidelines="Be kind.", reminder="monthly")
    assert reminders.send_due() == 0
    assert reminders.send_due(datetime(2031, 1, 1, tzinfo=UTC)) == 2


def test_it_may_be_in_the_groups_own_words(reminded: Group, alice):
    words = {"label": "Ours", "subject": "Please read", "body": "Hello!\n\n{guidelines}"}
    save_words(group=reminded, by=alice, notice="guidelines", **words)
    reminders.send_due(DECEMBER)
    letter = Outgoing.objects.get().template_bytes.decode()
    assert "Subject: Please read" in letter and "Hello!" in letter and "text/html" in letter
