"""A suspended mailbox is asked now and then, and heals in four ways."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from groups.models import Membership
from mail.bounces import probes
from mail.bounces.record import heal_the_silent, take_report
from mail.bounces.score import PROBES_AFTER
from mail.inbound import pipeline
from mail.models import BounceEvent, Delivery, DeliveryState, Kind, Mailbox, MailboxState
from tests.builders import make_group, make_user
from tests.mail.bounces.reports import complaint
from tests.mail.builders import make_delivery, make_outgoing
from tests.mail.commands.people import link_in, reply_address, write
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db
ANN = "ann@example.org"


@pytest.fixture
def group():
    return make_group(members=[make_user("Ann")])


@pytest.fixture
def mailbox(group):
    then = timezone.now() - PROBES_AFTER[0]
    for day in range(3):
        BounceEvent.objects.create(
            address=ANN, category="hard", at=then - timedelta(days=day), diagnostic="550 unknown"
        )
    return Mailbox.objects.create(
        address=ANN, state="suspended", score=3, suspended_at=then, last_at=then, probe_due_at=timezone.now()
    )


def state(mailbox):
    mailbox.refresh_from_db()
    return mailbox.state


def test_one_probe_is_sent_and_the_next_is_days_away(mailbox):
    assert (probes.send_due(), probes.send_due()) == (1, 0)
    copy = Delivery.objects.select_related("outgoing").get()
    assert (copy.address, copy.outgoing.kind, copy.outgoing.verp) == (ANN, Kind.PROBE, True)
    assert b"550 unknown" in copy.outgoing.template_bytes
    mailbox.refresh_from_db()
    assert mailbox.probe_due_at == mailbox.suspended_at + PROBES_AFTER[1]


def test_after_the_last_there_is_none(mailbox):
    Mailbox.objects.update(probes=len(PROBES_AFTER) - 1)
    assert probes.send_due() == 1
    assert Mailbox.objects.get().probe_due_at is None


def test_an_address_nobody_uses_any_more_is_left_in_peace(mailbox):
    Membership.objects.all().delete()
    assert probes.send_due() == 0 and Mailbox.objects.get().probe_due_at is None


def test_a_probe_that_does_not_come_back_heals(mailbox):
    probes.send_due()
    Delivery.objects.update(state=DeliveryState.SENT, sent_at=timezone.now() - timedelta(days=1))
    assert heal_the_silent() == 0
    Delivery.objects.update(sent_at=timezone.now() - timedelta(days=3, hours=1))
    Mailbox.objects.update(last_at=timezone.now() - timedelta(days=4))
    assert heal_the_silent() == 1 and state(mailbox) == MailboxState.NORMAL


def test_one_that_comes_back_does_not(mailbox):
    probes.send_due()
    Delivery.objects.update(state=DeliveryState.BOUNCED, sent_at=timezone.now() - timedelta(days=4))
    assert heal_the_silent() == 0 and state(mailbox) == MailboxState.SUSPENDED


def test_answering_the_probe_heals_at_once(mailbox):
    probes.send_due()
    text = Delivery.objects.select_related("outgoing").get().outgoing.template_bytes.decode()
    address = text.partition("Reply-To: ")[2].partition("\r\n")[0]
    write(address, "I am here", sender=f"Ann <{ANN}>")
    assert state(mailbox) == MailboxState.NORMAL


@pytest.mark.parametrize(
    ("authentication", "healed"),
    [
        ({"dmarc": "pass"}, True),
        ({"dkim": [["example.org", "pass"]]}, True),
        ({"spf": "pass", "spf_domain": "example.org"}, True),
        ({"dkim": [["evil.example", "pass"]]}, False),
        ({"dkim": [["ample.org", "pass"]]}, False),
        ({"spf": "fail"}, False),
        ({}, False),
    ],
)
def test_a_letter_by_ann_heals_if_it_is_hers(mailbox, group, authentication, healed):
    inbound = arrived(group, raw(group.address, sender=ANN), envelope_from=ANN, authentication=authentication)
    pipeline.process(inbound.pk)
    assert (state(mailbox) == MailboxState.NORMAL) is healed


@pytest.fixture
def complained(group):
    copy = make_delivery(make_outgoing(group), Membership.objects.get(group=group))
    for _ in range(2):
        take_report(arrived(None, recipient="bounce+x@posthouse.localhost"), complaint(), copy.pk)
    return Membership.objects.get(group=group)


def test_a_complaint_is_asked_about_once(complained):
    (mail,) = outbox.outbox
    assert mail.to == [ANN] and complained.paused_at is not None
    assert "/mail/leave/" in mail.body and mail.extra_headers["Auto-Submitted"] == "auto-generated"


def test_keep_is_one_press(complained, client):
    client.post(link_in(outbox.outbox[0]))
    complained.refresh_from_db()
    assert (complained.paused_at, complained.delivery) == (None, "every")
    assert "has changed" in outbox.outbox[1].subject and reply_address(outbox.outbox[1])
