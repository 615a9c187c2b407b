"""Mail to the names a group had, or has beside its own."""

import pytest

from groups.actions.addresses import add_alias, remove_alias, rename
from groups.models import Membership
from mail.addressing import seal
from mail.inbound import pipeline, spool
from mail.models import BounceEvent, Door, Inbound, InboundState, Outgoing
from tests.builders import make_message
from tests.mail.builders import make_delivery, make_outgoing
from tests.mail.letters import raw

pytestmark = pytest.mark.django_db
OLD = "gardeners@posthouse.localhost"


@pytest.fixture(autouse=True)
def _renamed(group, alice):
    rename(group=group, by=alice, slug="growers")


def sent(to: str, content: bytes = b"", sender: str = "bob@example.org") -> Inbound:
    (inbound,) = spool.accept(content or raw(to), sender, [to], door=Door.LMTP)
    pipeline.process(inbound.pk)
    return Inbound.objects.get(pk=inbound.pk)


def test_a_post_to_the_old_address_is_one_to_the_group(group):
    inbound = sent(OLD)
    assert (inbound.state, inbound.group, inbound.rule) == (InboundState.ARCHIVED, group, "accept")
    copy = Outgoing.objects.get().template_bytes.decode()
    assert "List-Post: <mailto:growers@posthouse.localhost>" in copy


@pytest.mark.parametrize("command", ["subscribe", "help", "owner", "digest"])
def test_old_command_addresses_work(group, command):
    inbound = sent(f"gardeners+{command}@posthouse.localhost")
    assert (inbound.state, inbound.group) == (InboundState.COMMAND, group)


def test_so_do_those_with_a_hyphen(group):
    assert sent("gardeners-owner@posthouse.localhost").rule == "owner"


def test_copies_that_went_out_before_come_back_to_where_they_belong(group, bob):
    copy = make_delivery(make_outgoing(group, make_message(group)), bob)
    report = (
        b"From: mailer-daemon@example.org\r\nSubject: failed\r\nContent-Type: multipart/report;"
        b' report-type=delivery-status; boundary="b"\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n'
        b"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; bob@example.org\r\n"
        b"Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    sent(f"bounce+{seal('bounce', copy.pk)}@posthouse.localhost", report, sender="")
    assert BounceEvent.objects.get().delivery == copy


def test_the_way_out_in_an_old_letter_works(group, bob):
    membership = Membership.objects.get(group=group, user=bob)
    sent(f"leave+{seal('leave', membership.pk)}@posthouse.localhost")
    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_nobody_writes_in_an_old_name_of_the_group(group):
    assert sent(OLD, raw(OLD, sender=f"Group <{OLD}>")).rule == "own-address"


def test_a_letter_that_went_round_under_the_old_name_is_a_loop(group):
    assert sent(OLD, raw(OLD, X_Posthouse_Loop=OLD)).rule == "loop"


def test_a_name_that_was_added_takes_mail_until_it_is_taken_away(group, alice):
    alias = add_alias(group=group, by=alice, slug="plots")
    assert spool.knows("plots@posthouse.localhost")
    assert sent("plots@posthouse.localhost").state == InboundState.ARCHIVED
    remove_alias(group=group, by=alice, pk=alias.pk)
    assert not spool.knows("plots@posthouse.localhost")
