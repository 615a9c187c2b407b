"""Anonymous polls by mail: nothing that is kept joins a voter and a ballot, and the receipt is the voter's alone."""

import re

import pytest
from django.db import connection

from groups.polls import actions
from groups.polls.box import Box
from groups.polls.casting import ballot_with
from groups.polls.models import BallotBox
from mail.models import Delivery, Inbound, Kind, Outgoing, Spooled
from mail.outbox import claims, send
from tests.mail.voting import clients
from tests.mail.voting.polls import copy_to, open_poll, told, vote
from tests.mail.voting.polls import send as receive
from tests.mail.world import World

pytestmark = pytest.mark.django_db
BOBS = "bob@example.org"
RECEIPT = re.compile(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}\b")


@pytest.fixture
def poll(group):
    return open_poll(group, anonymous=True, results="closed", write_ins=True)


@pytest.fixture
def asked(poll):
    return copy_to(BOBS)


def ballots(poll):
    return list(Box.read(b"", BallotBox.objects.get(poll=poll).ballots).ballots.values())


def everything() -> str:
    """All that the database keeps, unpacked where it is packed."""
    words = [str(row) for row in _rows()]
    words += [each.raw_bytes.decode(errors="replace") for each in Spooled.objects.all()]
    words += [each.template_bytes.decode(errors="replace") for each in Outgoing.objects.all()]
    return "\n".join(words)


def _rows():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("mail_", "groups_", "accounts_", "polls_", "archive_message")):
                cursor.execute(f'SELECT * FROM "{table}"')
                yield from cursor.fetchall()


def test_a_vote_leaves_no_letter_and_its_confirmation_a_receipt(poll, asked):
    vote(asked, "2, other: Zebrafish soup")
    assert ballots(poll) == [{"2": 1, "+Zebrafish soup": 1}]
    assert not Inbound.objects.exists() and not Spooled.objects.exists()
    assert "Zebrafish" not in everything()
    receipt = RECEIPT.search(copy_to(BOBS).get_payload())[0]
    assert ballot_with(poll, receipt) == {"2": 1, "+Zebrafish soup": 1}
    assert told() == []  # nothing went by a way on which it is kept


def test_the_receipt_stands_nowhere_in_the_database(poll, asked):
    vote(asked, "2")
    kept = everything()
    receipt = RECEIPT.search(copy_to(BOBS).get_payload())[0]
    assert all(part not in kept for part in receipt.split("-"))


def test_the_confirmation_is_deleted_when_it_is_sent(poll, asked, settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path
    vote(asked, "2")
    assert Outgoing.objects.filter(kind=Kind.RECEIPT).count() == 1
    send.Sender(None, tmp_path, {}).send_due()
    assert not Outgoing.objects.filter(kind=Kind.RECEIPT).exists()
    assert not Delivery.objects.filter(outgoing__kind=Kind.RECEIPT).exists()
    assert Outgoing.objects.filter(kind=Kind.POST).exists()


def test_what_a_crash_left_of_a_confirmation_is_deleted_later(poll, asked):
    vote(asked, "2")
    claims.forget_receipts()
    assert Outgoing.objects.filter(kind=Kind.RECEIPT).exists()  # it waits still
    World().run()
    claims.forget_receipts()
    assert not Outgoing.objects.filter(kind=Kind.RECEIPT).exists()


@pytest.mark.parametrize("client", list(clients.CLIENTS))
def test_an_answer_to_the_confirmation_changes_the_ballot(poll, asked, client):
    vote(asked, "2")
    vote(copy_to(BOBS), "1, 3", client=client)
    assert ballots(poll) == [{"1": 1, "3": 1}]


def test_an_answer_to_the_poll_again_changes_nothing_without_the_receipt(poll, asked):
    vote(asked, "2")
    vote(asked, "1")
    assert ballots(poll) == [{"2": 1}]
    assert "give its receipt" in told()[0].body


def test_nonsense_is_not_repeated_to_its_author(poll, asked):
    vote(asked, "I am for the zebrafish, but who asks me")
    assert "could not be read" in told()[0].body
    assert "zebrafish" not in told()[0].body and "zebrafish" not in everything()


def test_whatever_becomes_of_an_answer_nothing_of_it_is_kept(poll, asked, group, alice):
    vote(asked, "1", sender="stranger@example.net")
    vote(asked, "1", Auto_Submitted="auto-replied")
    actions.close_poll(poll=poll, by=alice)
    vote(asked, "1")
    group.memberships.filter(user__email=BOBS).delete()
    vote(asked, "1")
    assert not Inbound.objects.exists() and not Spooled.objects.exists()


def test_a_reply_to_all_leaves_nothing_either(poll, asked):
    content = clients.answer(asked.as_bytes(), "2", To=f"{asked['Reply-To']}, gardeners@posthouse.localhost")
    receive(content, str(asked["Reply-To"]))
    receive(content, "gardeners@posthouse.localhost")
    assert ballots(poll) == [{"2": 1}]
    assert not Inbound.objects.exists() and not Spooled.objects.exists()


def test_the_result_is_mailed_when_it_closes_and_names_nobody(group, poll, asked):
    vote(asked, "2, other: Soup")
    actions.close_poll(poll=poll, by=group.memberships.first().user)
    text = copy_to("alice@example.org").get_payload()[0].get_payload(decode=True).decode()
    assert "Coffee: 1 vote" in text and "Soup: 1 vote" in text
    assert "Bob" not in text


def test_the_letter_says_that_it_is_anonymous(asked):
    assert "the mail with your answer is destroyed" in asked.get_payload()[0].get_payload(decode=True).decode()
