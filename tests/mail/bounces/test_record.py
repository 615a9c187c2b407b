"""A report is tied to a copy of ours, or changes nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Membership
from mail.bounces.record import heal, heal_the_silent, take_reply, take_report
from mail.bounces.types import Category
from mail.models import BounceEvent, Delivery, DeliveryState, Incident, Mailbox
from tests.builders import make_group, make_user
from tests.mail.bounces.reports import complaint, delivery_report, failed, letter
from tests.mail.builders import make_delivery, make_inbound, make_outgoing

pytestmark = pytest.mark.django_db
UNKNOWN_USER = "550 5.1.1 User unknown"


@pytest.fixture
def group():
    return make_group(members=[make_user("Ann")])


@pytest.fixture
def copy(group):
    return make_delivery(make_outgoing(group), Membership.objects.get(group=group))


def report(copy: Delivery, code: str = "5.1.1", words: str = UNKNOWN_USER) -> None:
    raw = delivery_report(failed(copy.address, code, words))
    take_report(make_inbound(), raw, copy.pk)


def on_another_day(days: int) -> None:
    for event in BounceEvent.objects.all():
        BounceEvent.objects.filter(pk=event.pk).update(at=event.at - timedelta(days=days))


def state(address: str = "ann@example.org") -> str:
    return Mailbox.objects.get(address=address).state


def test_a_copy_that_came_back_says_so(copy):
    report(copy)
    copy.refresh_from_db()
    assert (copy.state, copy.status, copy.reply) == (DeliveryState.BOUNCED, "5.1.1", UNKNOWN_USER)
    assert state() == "soft"


def test_three_bad_days_suspend_the_mailbox(copy):
    for _ in range(3):
        report(copy)
        on_another_day(1)
    report(copy)
    mailbox = Mailbox.objects.get()
    assert mailbox.state == "suspended" and mailbox.probe_due_at > timezone.now()


@pytest.mark.parametrize(("code", "words"), [("5.7.1", "550 5.7.1 spam"), ("4.4.1", "timed out")])
def test_policy_and_one_timeout_do_not_suspend(copy, code, words):
    for _ in range(5):
        report(copy, code, words)
        on_another_day(1)
    assert state() != "suspended"


@pytest.mark.parametrize(
    "raw",
    [
        delivery_report(failed("ann@example.org", "2.0.0", "250 ok", action="delivered")),
        letter("What is this address for? I should like to know more about compost."),
    ],
)
def test_what_says_of_no_failure_does_not_count(copy, raw):
    take_report(make_inbound(), raw, copy.pk)
    copy.refresh_from_db()
    assert copy.state == DeliveryState.SENT and not BounceEvent.objects.exists()


def test_a_forged_report_changes_nothing(copy):
    raw = delivery_report(failed("ann@example.org", "5.1.1", UNKNOWN_USER), original="Message-ID: <other@x>\n\n")
    noted = take_report(make_inbound(), raw, None)
    assert noted.deliveries == () and not Mailbox.objects.exists()


def test_without_a_token_the_message_id_and_address_decide(copy):
    raw = delivery_report(failed("ann@example.org", "5.1.1", UNKNOWN_USER))
    assert take_report(make_inbound(), raw, None).deliveries == (copy.pk,)


def test_of_several_recipients_in_one_report_each_has_what_is_said_of_it(group, copy):
    full = make_delivery(copy.outgoing, "ben@example.org")
    status = failed("ann@example.org", "5.1.1", UNKNOWN_USER) + "\n\n" + failed("ben@example.org", "5.2.2", "552 full")
    take_report(make_inbound(), delivery_report(status), None)
    assert dict(BounceEvent.objects.values_list("delivery", "category")) == {copy.pk: "hard", full.pk: "full"}


def test_the_token_knows_better_than_the_report(copy):
    """Forwarded mail bounces with an address that we never wrote to."""
    take_report(make_inbound(), delivery_report(failed("ann@elsewhere.example", "5.1.1", UNKNOWN_USER)), copy.pk)
    assert state("ann@example.org") == "soft"


def test_the_relays_own_refusal_counts_alike(copy):
    assert take_reply(copy, 550, UNKNOWN_USER) == Category.HARD
    assert state() == "soft"


def test_a_complaint_pauses_this_group_only(group, copy):
    other = make_group("orchard", members=[copy.membership.user])
    take_report(make_inbound(), complaint(), copy.pk)
    assert Membership.objects.get(group=group).paused_at is not None
    assert Membership.objects.get(group=other).paused_at is None
    assert state() == "normal"


def test_a_letter_refused_by_a_whole_domain_is_one_incident():
    outgoing = make_outgoing(make_group())
    copies = [make_delivery(outgoing, f"person{n}@big.example") for n in range(8)]
    for copy in copies:
        report(copy, "5.1.1", UNKNOWN_USER)
    assert Incident.objects.get().failures == 8
    assert set(Mailbox.objects.values_list("state", flat=True)) == {"normal"}


def test_a_mailbox_that_is_heard_of_is_normal_for_all_groups(copy):
    report(copy)
    assert heal("Ann@example.org") is True
    assert state() == "normal"
    assert heal("ann@example.org") is False


def test_a_later_letter_that_does_not_come_back_heals(copy):
    report(copy)
    on_another_day(6)
    Mailbox.objects.update(last_at=timezone.now() - timedelta(days=6))
    later = make_outgoing(copy.outgoing.group, message_id="later@example.org")
    make_delivery(later, copy.membership, sent_at=timezone.now() - timedelta(days=4))
    assert heal_the_silent() == 1
    assert state() == "normal"
