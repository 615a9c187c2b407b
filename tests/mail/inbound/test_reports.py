import pytest
import zstandard

from mail.addressing import seal, site_address
from mail.inbound import pipeline
from mail.models import BounceEvent, Delivery, InboundState, Kind, Outgoing
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db

REPORT = b"""From: MAILER-DAEMON@mx.example.net
To: bounce@posthouse.localhost
Subject: Undelivered Mail Returned to Sender
Message-ID: <report@mx.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Nobody of that name here.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; bob@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b--
"""


@pytest.fixture
def copy(group):
    template = raw()
    outgoing = Outgoing.objects.create(
        kind=Kind.POST, group=group, template=zstandard.compress(template), size=len(template)
    )
    return Delivery.objects.create(outgoing=outgoing, address="bob@example.org", domain="example.org", state="sent")


def test_a_report_at_the_return_path_of_a_copy_is_noted_for_that_copy(copy):
    recipient = site_address("bounce", seal("bounce", copy.pk))
    inbound = arrived(None, REPORT, recipient=recipient, envelope_from="")
    assert pipeline.process(inbound.pk) == InboundState.BOUNCE
    event = BounceEvent.objects.get()
    assert (event.delivery, event.inbound, event.status) == (copy, inbound, "5.1.1")


def test_a_forged_return_path_changes_nothing(copy):
    inbound = arrived(None, REPORT, recipient=site_address("bounce", "a" * 32), envelope_from="")
    assert pipeline.process(inbound.pk) == InboundState.BOUNCE
    inbound.refresh_from_db()
    assert not BounceEvent.objects.exists()
    assert "could not be tied" in inbound.reason


def test_a_report_at_the_groups_own_address_is_read_as_one(group, copy):
    assert pipeline.process(arrived(group, REPORT, envelope_from="").pk) == InboundState.BOUNCE
