"""group+owner@ reaches the people who run the group, and their answer the author."""

from email import message_from_bytes

import pytest

from groups.models import Ban, Membership, Role
from mail.inbound import pipeline
from mail.models import Delivery, InboundState, Kind, Outgoing
from tests.builders import make_user
from tests.mail.commands.people import command
from tests.mail.letters import arrived

pytestmark = pytest.mark.django_db
CHARLIE = "Charlie <charlie@example.net>"


def ask(group, words="May I join?", **about):
    return command(group, "owner", words, **{"sender": CHARLIE, "subject": "A question", **about})


def forwarded():
    return message_from_bytes(Outgoing.objects.get().template_bytes)


def test_owners_and_moderators_get_it_and_can_answer_the_author(group):
    Membership.objects.create(group=group, user=make_user("Mo"), role=Role.MODERATOR)
    ask(group)
    assert set(Delivery.objects.values_list("address", flat=True)) == {"alice@example.org", "mo@example.org"}
    letter = forwarded()
    assert (letter["From"], letter["Subject"], letter["Reply-To"]) == (CHARLIE, "A question", None)
    assert Outgoing.objects.get().kind == Kind.FORWARD


def test_strangers_reach_the_owners_of_a_private_group(private_group):
    ask(private_group)
    assert Delivery.objects.count() == 1


def test_an_author_whose_domain_forbids_it_is_answered_by_reply_to(group):
    ask(group, authentication={"dmarc": "pass", "policy": "reject", "spf": "pass"})
    letter = forwarded()
    assert "gardeners@posthouse.localhost" in letter["From"] and "Charlie" in letter["From"]
    assert "charlie@example.net" in letter["Reply-To"]


def test_a_signature_that_holds_travels_on(group):
    signed = {"dmarc": "pass", "policy": "reject", "dkim": [["example.net", "pass"]]}
    ask(group, authentication=signed, DKIM_Signature="v=1; d=example.net")
    assert (forwarded()["From"], forwarded()["DKIM-Signature"]) == (CHARLIE, "v=1; d=example.net")


@pytest.mark.parametrize(
    "about",
    [
        {"X_Posthouse_Loop": "gardeners+owner@posthouse.localhost"},
        {"Auto_Submitted": "auto-replied"},
        {"envelope": "", "References": "<x@y>"},
        {"envelope": "", "Auto_Submitted": "auto-generated"},
    ],
)
def test_loops_and_programs_end_here(group, about):
    assert ask(group, **about).state == InboundState.DISCARDED
    assert not Outgoing.objects.exists()


def test_a_delivery_report_is_taken_note_of(group):
    assert ask(group, envelope="", sender="MAILER-DAEMON@example.net").state == InboundState.BOUNCE


def test_who_is_banned_does_not_reach_the_owners(group):
    Ban.objects.create(group=group, value="charlie@example.net")
    assert ask(group).state == InboundState.DISCARDED
    assert not Outgoing.objects.exists()


def test_what_was_passed_on_does_not_come_back(group):
    ask(group)
    again = arrived(group, Outgoing.objects.get().template_bytes, recipient="gardeners+owner@posthouse.localhost")
    assert pipeline.process(again.pk) == InboundState.DISCARDED
    assert Outgoing.objects.count() == 1
