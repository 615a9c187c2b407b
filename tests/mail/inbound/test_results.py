import pytest

from mail.inbound.authentication import authenticate
from mail.inbound.results import of_trusted_relay
from mail.rules import Authentication

TRUSTED = ["mx.lists.example"]
LETTER = b"From: bob@example.org\r\nSubject: Seed swap\r\n\r\nHello\r\n"


def with_results(*values: str, above: bytes = b"") -> bytes:
    return above + b"".join(f"Authentication-Results: {value}\r\n".encode() for value in values) + LETTER


def test_a_relay_says_everything_in_one_header():
    letter = with_results(
        "mx.lists.example (amavis; v2) 1;\r\n\tdkim=pass (1024-bit key; good) header.d=example.org header.s=s1;"
        "\r\n\tspf=pass smtp.mailfrom=bob@example.org;\r\n\tdmarc=fail (p=reject dis=none) header.from=example.org; arc=none"
    )
    assert of_trusted_relay(letter, TRUSTED) == Authentication(
        "pass", "example.org", (("example.org", "pass"),), "fail", "example.org", "reject", "none", "mx.lists.example"
    )


def test_or_in_several():
    letter = with_results(
        "MX.lists.example; spf=softfail smtp.mailfrom=example.org",
        "mx.lists.example; dkim=fail header.i=@example.org",
        "mx.lists.example; dmarc=fail policy.dmarc=quarantine header.from=example.org",
    )
    found = of_trusted_relay(letter, TRUSTED)
    assert (found.spf, found.dkim, found.dmarc, found.policy) == (
        "softfail",
        (("example.org", "fail"),),
        "fail",
        "quarantine",
    )


@pytest.mark.parametrize(
    "value", ["mx.evil.example; dmarc=pass", "lists.example; dmarc=pass", "x (mx.lists.example); dmarc=pass", ""]
)
def test_others_are_not_believed(value):
    assert of_trusted_relay(with_results(value), TRUSTED) is None


def test_what_came_with_the_letter_is_not_believed_whatever_name_it_carries():
    hops = b"Received: from a by mx.lists.example\r\nReceived: from b by a\r\n"
    assert of_trusted_relay(with_results("mx.lists.example; dmarc=pass", above=hops), TRUSTED) is None


def test_where_the_relay_only_passes_results_on_the_topmost_counts():
    letter = with_results("mx.lists.example; dmarc=fail", "mx.lists.example; dmarc=pass")
    assert of_trusted_relay(letter, TRUSTED).dmarc == "fail"


def test_nobody_is_trusted_unless_named():
    assert of_trusted_relay(with_results("mx.lists.example; dmarc=pass"), []) is None


def test_a_trusted_word_spares_the_questions():
    letter = with_results("mx.lists.example; dmarc=pass header.from=example.org")
    assert authenticate(letter, "", "", "", None, trusted=TRUSTED).dmarc == "pass"
