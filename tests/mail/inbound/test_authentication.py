import pytest

from mail.inbound.authentication import authenticate, sending_host
from mail.rules import Authentication
from tests.mail.inbound.fake_dns import BROKEN, FakeDns, key_of, sealed, signed
from tests.mail.letters import raw

HOST = "198.41.0.4"
SPF = {("example.org", "TXT"): [f"v=spf1 ip4:{HOST} -all"]}
REJECT = {("_dmarc.example.org", "TXT"): ["v=DMARC1; p=reject"]}
LETTER = raw().replace(b"\n", b"\r\n")


def check(letter=LETTER, records=(), *, client=HOST, envelope_from="bob@example.org", **options) -> Authentication:
    return authenticate(letter, client, "mx.example.org", envelope_from, FakeDns(dict(records)), **options)


def test_a_letter_from_the_domains_own_host_with_its_signature_passes_everything():
    found = check(signed(LETTER), {**SPF, **REJECT, **key_of()})
    assert (found.spf, found.dkim, found.dmarc, found.by) == ("pass", (("example.org", "pass"),), "pass", "us")
    assert (found.dmarc_domain, found.policy) == ("example.org", "reject")


def test_a_domain_without_records_says_nothing():
    assert check() == Authentication(spf_domain="example.org", by="us")


def test_from_another_host_without_a_signature_it_is_forged():
    found = check(records={**SPF, **REJECT}, client="192.58.128.30")
    assert (found.spf, found.dmarc) == ("fail", "fail")
    assert found.forged
    assert found.unsupported


def test_a_signature_survives_a_forwarder():
    found = check(signed(LETTER), {**SPF, **REJECT, **key_of()}, client="192.58.128.30")
    assert (found.spf, found.dmarc) == ("fail", "pass")


def test_a_changed_letter_breaks_its_signature():
    found = check(signed(LETTER).replace(b"Forty", b"Fifty"), {**SPF, **REJECT, **key_of()}, client="192.58.128.30")
    assert found.dkim == (("example.org", "fail"),)
    assert found.forged


def test_a_good_signature_of_somebody_else_does_not_speak_for_the_author():
    found = check(signed(LETTER, "spam.example"), {**REJECT, **key_of("spam.example")}, envelope_from="x@spam.example")
    assert found.dkim == (("spam.example", "pass"),)
    assert found.dmarc == "fail"


def test_a_signature_over_the_beginning_alone_proves_nothing():
    found = check(signed(LETTER, length=True) + b"Buy tractors!\r\n", {**REJECT, **key_of()})
    assert found.dkim == (("example.org", "neutral"),)
    assert found.dmarc == "fail"


def test_a_key_that_is_gone_is_no_signature():
    assert check(signed(LETTER)).dkim == (("example.org", "fail"),)


def test_name_servers_that_do_not_answer_are_nobodys_fault():
    records = {("example.org", "TXT"): BROKEN, ("s1._domainkey.example.org", "TXT"): BROKEN, **REJECT}
    found = check(signed(LETTER), records)
    assert (found.spf, found.dkim, found.dmarc) == ("temperror", (("example.org", "temperror"),), "temperror")
    assert not found.forged
    assert not found.unsupported


def test_when_the_time_is_over_nobody_is_asked_any_more():
    found = check(signed(LETTER), {**SPF, **REJECT, **key_of()}, budget=0.0)
    assert (found.spf, found.dmarc) == ("temperror", "temperror")


def test_nothing_is_asked_twice():
    dns = FakeDns({**SPF, **REJECT, **key_of()})
    authenticate(signed(signed(LETTER)), HOST, "mx.example.org", "bob@example.org", dns)
    assert len(dns.asked) == len(set(dns.asked))


def test_a_bounce_is_judged_by_the_hosts_own_name():
    found = check(records={("mx.example.org", "TXT"): [f"v=spf1 ip4:{HOST} -all"]}, envelope_from="")
    assert (found.spf, found.spf_domain) == ("pass", "mx.example.org")


def test_spf_follows_includes_and_hosts():
    records = {
        ("example.org", "TXT"): ["google-site-verification=x", "v=spf1 include:_spf.example.net a:mx.example.org -all"],
        ("_spf.example.net", "TXT"): ["v=spf1 mx -all"],
        ("mx.example.org", "A"): [HOST],
    }
    assert check(records=records).spf == "pass"


@pytest.mark.parametrize(
    "record", ["v=spf1 include:example.org -all", "v=spf1 nonsense:x", "v=spf1 ip4:999.1.1.1 -all"]
)
def test_a_record_that_makes_no_sense_is_permerror(record):
    assert check(records={("example.org", "TXT"): [record]}).spf == "permerror"


def test_an_arc_chain_is_verified():
    letter = b"Authentication-Results: mx.forwarder.example; spf=pass smtp.mailfrom=bob@example.org\r\n" + LETTER
    chained = sealed(letter, "forwarder.example", "mx.forwarder.example")
    assert check(chained, key_of("forwarder.example")).arc == "pass"
    assert check(chained.replace(b"Forty", b"Fifty"), key_of("forwarder.example")).arc == "fail"


def test_where_nobody_can_be_asked_nothing_is_said():
    assert authenticate(LETTER, HOST, "", "bob@example.org", None) == Authentication()


@pytest.mark.parametrize(
    "letter",
    [b"", b"\x00\xff" * 50, b"DKIM-Signature: v=1; a=rsa; b=\n\nx", b"From: <@>\n\n", b"From: a@" + b"x" * 300],
)
def test_no_bytes_are_too_odd(letter):
    assert check(letter, client="not an address").dmarc in ("none", "fail", "temperror")


def test_results_come_back_from_their_row_as_they_went_in():
    found = check(signed(LETTER), {**SPF, **REJECT, **key_of()})
    assert Authentication.from_json(found.as_json()) == found
    assert Authentication.from_json({}) == Authentication()


def test_behind_our_own_relay_its_received_names_the_host():
    by_relay = b"Received: from mx.example.org (mx.example.org [198.41.0.4])\r\n\tby relay.lists.example (Postfix)\r\n"
    forged = b"Received: from x (x [192.58.128.30]) by y\r\n"
    assert sending_host(by_relay + forged + LETTER, "127.0.0.1") == HOST
    assert sending_host(by_relay + LETTER, "") == HOST
    assert sending_host(by_relay + LETTER, "192.58.128.30") == "192.58.128.30"
    assert sending_host(LETTER, "10.0.0.1") == ""


def test_where_the_host_is_unknown_a_missing_signature_proves_nothing():
    found = check(records={**SPF, **REJECT}, client="127.0.0.1")
    assert (found.spf, found.dmarc) == ("none", "temperror")
