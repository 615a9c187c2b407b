"""Who wrote, and to whom."""

import pytest

from archive.parsing import Address
from archive.parsing.addresses import parse_addresses
from tests.archive.parsing.letters import read


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("encoded_comma_in_address", Address("Gärtner, Jörg", "joerg@example.org")),
        ("encoded_word_in_quotes", Address("Jörg Gärtner", "joerg@example.org")),
        ("raw_8bit_headers", Address("Jörg Gärtner", "joerg@example.org")),
        ("raw_utf8_headers", Address("Jörg Gärtner", "jörg@gärten.example")),
        ("pipermail", Address("Ada Gardener", "ada@example.org")),
        ("yahoo_redacted", Address("Ada Gardener", "ada@...")),
        ("sender_missing", Address("", "ada@example.org")),
        ("sender_with_name_in_comment", Address("Ada Gardener", "ada@example.org")),
        ("sender_in_quotes_with_comma", Address("Gardener, Ada", "ada@example.org")),
        ("sender_without_brackets", Address("Ada Gardener", "ada@example.org")),
        ("sender_with_unclosed_quote", Address("Ada Gardener", "ada@example.org")),
        ("sender_with_two_ats", Address("Ada", "ada@home@example.org")),
        ("sender_by_another_agent", Address("Board of Gardeners", "ada@example.org")),
        ("no_headers", Address("", "")),
    ],
)
def test_the_sender(name, expected):
    assert read(name).sender == expected


def test_groups_give_their_members():
    message = read("recipients_in_groups")
    assert message.to == [Address("Ada", "ada@example.org"), Address("Bob, the second", "bob@example.org")]
    assert message.cc == [Address("Carol", "carol@example.org"), Address("", "dave@example.org")]


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("joe@x.org", "", "joe@x.org"),
        ("<@a,@b:joe@x.org>", "", "joe@x.org"),
        (r'"Joe \"the\" B" <joe@x.org>', 'Joe "the" B', "joe@x.org"),
        ('"john smith"@x.org', "", '"john smith"@x.org'),
        (r"Pete(A nice \) chap) <pete(his account)@x.org(his host)>", "Pete", "pete@x.org"),
        ("Joe <joe@x.org", "Joe", "joe@x.org"),
        ("joe@x.org>", "", "joe@x.org"),
        ("<joe@x.org> Joe", "Joe", "joe@x.org"),
        ("Joe [mailto:joe@x.org]", "Joe", "joe@x.org"),
        ("joe @ x.org", "", "joe@x.org"),
        ("Joe <joe AT x.org>", "Joe", "joe@x.org"),
        ("Joe B <joe.b(a)x.org>", "Joe B", "joe.b@x.org"),  # HyperKitty
        ("joe(a)x.org", "", "joe@x.org"),
        ("joe [at] x.org (Joe)", "Joe", "joe@x.org"),
        ("Joe <joe.b () mail ! x ! org>", "Joe", "joe.b@mail.x.org"),  # MARC
        ("Joe (a friend)", "a friend", "Joe"),
        ("Jane <jane@[192.0.2.1]>", "Jane", "jane@[192.0.2.1]"),
        ("jane@[IPv6:2001:db8::1]", "", "jane@[IPv6:2001:db8::1]"),
        ("root (Charlie Root)", "Charlie Root", "root"),
        ("Whomever", "Whomever", ""),
        ("Joe <>", "Joe", ""),
        ("'Joe' <joe@x.org>", "Joe", "joe@x.org"),
        ("joe@x.org <joe@x.org>", "joe@x.org", "joe@x.org"),
        ("\x1b$BEDCf\x1b(B <ken@x.org>", "田中", "ken@x.org"),
    ],
)
def test_one_mailbox(value, name, address):
    assert parse_addresses(value) == [Address(name, address)]


@pytest.mark.parametrize("value", ["", "undisclosed-recipients:;", "<>", ",,,", '"'])
def test_nobody(value):
    assert parse_addresses(value) == []


def test_several_mailboxes_split_at_commas_outside_of_quotes_and_comments():
    value = '"B, A" <a@x.org>, c@x.org (D, E); Mary <m@x.org>'
    assert [person.address for person in parse_addresses(value)] == ["a@x.org", "c@x.org", "m@x.org"]


def test_name_and_address_in_one_encoded_word_are_told_apart():
    assert read("sender_all_in_one_word").sender == Address("Ada Gärtner", "ada@example.org")
