"""A real Postfix in front of the real LMTP server, configured as docs/operations.md says."""

import re
from pathlib import Path

import pytest

from mail.inbound.listening import Place
from mail.models import Inbound, Spooled
from tests.builders import make_group
from tests.mail.doors import lmtp_server
from tests.mail.postfix import postfix

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OPERATIONS = Path(__file__).resolve().parents[3] / "docs/operations.md"
GARDENERS = "gardeners@posthouse.localhost"
LETTER = (
    b"From: Bob <bob@example.org>\nTo: gardeners@posthouse.localhost\nSubject: =?utf-8?q?S=C3=A4en?=\n"
    b"Message-ID: <1@example.org>\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    b"Date: Thu, 26 Nov 2026 12:00:00 +0000\n\n"
    b"Vierzig P\xc3\xa4ckchen.\n.\n..two dots\n-- \nBob \n"
).replace(b"\n", b"\r\n")


def documented(port: str) -> dict[str, str]:
    """The lines of the first snippet under "Postfix", for our domain and port."""
    (snippet,) = re.findall(r"### Postfix\n.*?```\n(.*?)```", OPERATIONS.read_text(), re.DOTALL)
    lines = snippet.replace("lists.example.org", "posthouse.localhost").replace("8024", port).splitlines()
    return dict(line.split(" = ", 1) for line in lines if " = " in line)


@pytest.fixture
def relay(server):
    """Strangers send: our own networks may post without being asked whether the group exists."""
    with postfix(lmtp=server, **documented(server.rpartition(":")[2]), mynetworks="192.0.2.0/24") as relay:
        yield relay


def test_a_letter_by_smtp_is_a_row_octet_by_octet(relay, group):
    relay.send("bob@example.org", [GARDENERS], LETTER)
    relay.wait_until(lambda: Inbound.objects.exists())
    row = Inbound.objects.select_related("spooled").get()
    assert (row.recipient, row.group, row.spooled.envelope_from) == (GARDENERS, group, "bob@example.org")
    _, before, rest = row.spooled.raw_bytes.partition(b"From: Bob ")
    assert before + rest == LETTER
    assert row.spooled.client == "127.0.0.1"
    relay.wait_until(lambda: "status=sent (250 2.0.0 Accepted)" in relay.words)  # which it writes after our row


def test_every_recipient_has_its_own_answer(relay, group):
    make_group("florists")
    some = [
        GARDENERS,
        "gardeners+subscribe@posthouse.localhost",
        "florists-owner@posthouse.localhost",
        "abuse@posthouse.localhost",
    ]
    relay.send("bob@example.org", some, LETTER)
    relay.wait_until(lambda: Inbound.objects.count() == len(some))
    assert set(Inbound.objects.values_list("recipient", flat=True)) == set(some)
    relay.wait_until(lambda: relay.queue() == [])


def test_an_unknown_group_is_refused_while_the_sender_is_on_the_line(relay):
    florists = "florists@posthouse.localhost"
    refused = relay.send("bob@example.org", [GARDENERS, florists], LETTER)
    assert {address: code for address, (code, _) in refused.items()} == {florists: 550}, relay.words
    make_group("beekeepers")
    assert relay.send("bob@example.org", ["beekeepers@posthouse.localhost"], LETTER) == {}, "a new one at once"


def test_letters_wait_in_postfix_while_we_are_away(transactional_db, group):
    with lmtp_server() as where:
        port = where.rpartition(":")[2]
    with postfix(lmtp=where, **{**documented(port), "smtpd_recipient_restrictions": ""}) as relay:
        relay.send("bob@example.org", [GARDENERS], LETTER)
        relay.wait_until(lambda: "status=deferred" in relay.words)
        with lmtp_server(Place("127.0.0.1", int(port))):
            relay.flush()
            relay.wait_until(lambda: Spooled.objects.exists())
        assert Spooled.objects.count() == 1
