"""What leaves is signed, and others can check it: dkimpy with a DNS of our own."""

import json
from io import StringIO

import dkim
import pytest
from django.core.management import CommandError, call_command

from mail.management.commands.make_dkim_key import make_key
from mail.models import SigningKey
from mail.outbox.signing import Key, signed
from tests.mail.shapes import make_shape, shaped, with_footer

LETTER = b"""\
From: Ann <ann@bank.example>
To: gardeners@lists.example
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= from
 the  allotment
Date: Mon, 2 Mar 2026 09:00:00 +0000
Message-ID: <seeds@bank.example>

Forty  packets\t are left.
 trailing blanks  \n\n\n"""


@pytest.fixture(scope="module", params=["rsa", "ed25519"])
def zone(request):
    """A key and the DNS that knows it."""
    private, record = make_key(request.param)
    names = {b"ph1._domainkey.lists.example.": record.encode()}
    return Key("lists.example", "ph1", private), lambda name, timeout=5: names.get(name)


def verify(raw: bytes, dns) -> bool:
    try:
        return dkim.DKIM(raw).verify(dnsfunc=dns)
    except dkim.ValidationError:
        return False


def test_a_signed_copy_is_verified(zone):
    key, dns = zone
    assert verify(signed(shaped(LETTER, with_footer()), key), dns)


@pytest.mark.parametrize(
    "body", [b"", b"\r\n", b"x", b"x\r\n\r\n\r\n", b" \r\n\t\r\n", b"a \t b\t\r\n.\r\n", b"a\r\n \r\n "]
)
def test_bodies_of_every_end_are_verified(zone, body):
    key, dns = zone
    assert verify(signed(b"From: a@b.example\r\nSubject: x\r\n\r\n" + body, key), dns)


def test_the_signature_covers_the_way_out(zone):
    key, dns = zone
    copy = signed(shaped(LETTER, with_footer()), key)
    assert not verify(copy.replace(b"leave/leavetoken/>", b"leave/forged/>", 1), dns)
    assert not verify(
        copy.replace(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"List-Unsubscribe-Post: x"), dns
    )


def test_nobody_can_add_a_second_author(zone):
    key, dns = zone
    copy = signed(shaped(LETTER, make_shape()), key)
    assert not verify(b"From: eve@evil.example\r\n" + copy, dns)
    assert not verify(copy.replace(b"Forty", b"Fifty"), dns)


def seal(raw: bytes, key: Key, results: str) -> bytes:
    return signed(shaped(raw, with_footer(arc_results=results)), key)


def arc(raw: bytes, dns) -> bytes:
    return dkim.ARC(raw).verify(dnsfunc=dns)[0]


@pytest.fixture(scope="module")
def rsa_zone():
    private, record = make_key("rsa")
    names = {b"ph1._domainkey.lists.example.": record.encode()}
    return Key("lists.example", "ph1", private), lambda name, timeout=5: names.get(name)


def test_a_seal_tells_others_what_we_found(rsa_zone):
    key, dns = rsa_zone
    copy = seal(LETTER, key, "dkim=pass header.d=bank.example; dmarc=pass; arc=none")
    assert b"ARC-Authentication-Results: i=1; lists.example;" in copy
    assert arc(copy, dns) == b"pass"
    assert arc(copy.replace(b"Forty", b"Fifty"), dns) == b"fail"


def test_a_chain_is_prolonged(rsa_zone):
    key, dns = rsa_zone
    once = seal(LETTER, key, "dkim=pass; arc=none")
    twice = seal(once, key, "dkim=fail; arc=pass")
    assert b"ARC-Seal: i=2; a=rsa-sha256; cv=pass" in twice
    assert arc(twice, dns) == b"pass"


def test_a_chain_that_failed_is_sealed_as_failed_and_no_further(rsa_zone):
    key, dns = rsa_zone
    broken = seal(LETTER, key, "arc=none").replace(b"Forty", b"Fifty")
    sealed = seal(broken, key, "arc=fail")
    assert b"ARC-Seal: i=2; a=rsa-sha256; cv=fail" in sealed
    assert arc(sealed, dns) is None  # dkimpy's word for a chain that has ended
    assert b"i=3" not in seal(sealed, key, "arc=fail")


def test_the_command_prints_the_record_and_keeps_the_key(db):
    out = StringIO()
    call_command("make_dkim_key", "Lists.example", "--selector", "a1", "--json", stdout=out, stderr=StringIO())
    answer = json.loads(out.getvalue())
    row = SigningKey.objects.get()
    assert answer["name"] == "a1._domainkey.lists.example"
    names = {b"a1._domainkey.lists.example.": answer["value"].encode()}
    key = Key(row.domain, row.selector, row.private_pem)
    assert verify(signed(LETTER.replace(b"\n", b"\r\n"), key), lambda name, timeout=5: names.get(name))


@pytest.mark.parametrize(
    "words", [("no domain",), ("lists.example", "--selector", "a b"), ("x.example", "--selector", "old")]
)
def test_what_cannot_be_a_key_is_refused_in_a_sentence(db, words):
    SigningKey.objects.create(domain="x.example", selector="old", private_pem="x")
    with pytest.raises(CommandError, match=r"is not a domain|cannot be a selector|exists"):
        call_command("make_dkim_key", *words, stderr=StringIO())
