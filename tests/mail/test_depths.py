import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from mail.inbound.maildir import keep
from mail.inbound.spool import Letter, accept
from mail.models import Delivery, Door, Inbound, InboundState, Kind, Mailbox, MailboxState, Outgoing, Relay
from tests.mail.doors import LETTER

pytestmark = pytest.mark.django_db

GARDENERS = "gardeners@posthouse.localhost"


@pytest.fixture
def mail_that_waits(group, settings, tmp_path):
    """Two letters received, the older two hours ago, one set aside, one on the disk; one copy deferred."""
    settings.MAIL_SPOOL = tmp_path / "spool"
    for _ in range(3):
        accept(LETTER, "", [GARDENERS], door=Door.LMTP)
    first, second, _ = Inbound.objects.order_by("pk")
    Inbound.objects.filter(pk=first.pk).update(received_at=timezone.now() - timedelta(hours=2))
    Inbound.objects.filter(pk=second.pk).update(state=InboundState.FAILED)
    keep(Letter(LETTER, "", [GARDENERS], Door.LMTP))
    outgoing = Outgoing.objects.create(kind=Kind.POST, group=group, template=b"", size=0)
    Delivery.objects.create(outgoing=outgoing, address="bob@example.org", domain="example.org", state="deferred")


def test_the_operator_sees_what_waits_and_since_when(mail_that_waits):
    out = StringIO()
    call_command("queue", "--json", stdout=out)
    data = json.loads(out.getvalue())
    assert {state: row["count"] for state, row in data["inbound"].items()} == {"received": 2, "held": 0, "failed": 1}
    assert data["inbound"]["received"]["oldest"] == pytest.approx(7200, abs=60)
    assert data["outbound"]["deferred"]["count"] == data["on_disk"] == 1
    assert data["per_minute"]["received"] == round(2 / 60, 2)


def test_in_words(mail_that_waits):
    out = StringIO()
    call_command("queue", stdout=out)
    assert "in   received          2  oldest 0 d 2 h 0 min" in out.getvalue()


def test_it_takes_few_questions(mail_that_waits, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        call_command("queue", "--json", stdout=StringIO())


def test_prometheus_sees_the_same(mail_that_waits):
    said = Client().get("/metrics").content.decode()
    assert 'posthouse_inbound{state="received"} 2.0' in said
    assert 'posthouse_inbound_oldest_seconds{state="received"} 7' in said
    assert 'posthouse_outbound{state="deferred"} 1.0' in said
    assert "posthouse_inbound_on_disk 1.0" in said


def test_a_relay_that_rests_and_mailboxes_that_send_back_are_seen(mail_that_waits):
    now = timezone.now()
    Relay.objects.create(name="relay:25", paused_until=now + timedelta(hours=1), paused_because="421 busy")
    Relay.objects.create(name="other:25", paused_until=now - timedelta(hours=1))
    Mailbox.objects.create(address="bob@example.org", state=MailboxState.SUSPENDED)
    Delivery.objects.update(due_at=now - timedelta(minutes=10))
    out = StringIO()
    call_command("queue", "--json", stdout=out)
    data = json.loads(out.getvalue())
    assert (data["relays_paused"], data["mailboxes_suspended"]) == ({"relay:25": "421 busy"}, 1)
    assert data["overdue"] == pytest.approx(600, abs=60)
    said = Client().get("/metrics").content.decode()
    assert "posthouse_relays_paused 1.0" in said and "posthouse_mailboxes_suspended 1.0" in said
    assert "posthouse_outbound_overdue_seconds 6" in said
