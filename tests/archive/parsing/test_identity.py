"""Message-IDs, references, List-Id, and knowing the same letter again."""

import pytest

from archive.parsing import header_values, message_ids, parse_message
from tests.archive.parsing.letters import letter, read


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("folded_message_id", "a-very-long-identifier-that-a-careful-program-folded@host.example.org"),
        ("doubled_brackets_in_message_id", "plum-2@example.org"),
        ("junk_behind_message_id", "plum-3@example.org"),
        ("message_id_without_brackets", "plum-4@example.org"),
        ("yahoo_redacted", "plum-1@..."),
    ],
)
def test_an_odd_message_id_is_understood(name, expected):
    message = read(name)
    assert (message.message_id, message.message_id_missing) == (expected, False)


@pytest.mark.parametrize("name", ["no_message_id", "empty_message_id", "no_headers", "no_bytes_at_all"])
def test_a_missing_message_id_is_made_from_the_content(name):
    message = read(name)
    assert message.message_id == f"{message.content_hash.hex()[:32]}@missing.posthouse.invalid"
    assert message.message_id_missing
    assert "message-id-missing" in message.defects


def test_a_made_message_id_is_the_same_when_the_letter_comes_back_from_an_export():
    exported = letter("no_message_id").replace(b"\n", b"\r\n") + b"\r\n\r\n"
    assert parse_message(exported).message_id == read("no_message_id").message_id


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reply_to_your_message_of", ("plum-0@example.org",)),
        ("reply_to_message_from_somebody", ("plum-0@example.org",)),
        ("reply_without_brackets", ("plum-0@example.org",)),
        ("reply_to_several", ("plum-0@example.org", "plum-1@example.org")),
        ("references_with_comments", ("root@example.org", "plum-0@example.org", "plum-1@example.org")),
        ("reply_to_a_description", ()),
    ],
)
def test_references_are_found_however_they_are_written(name, expected):
    assert read(name).references == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@b><c@d>", ("a@b", "c@d")),
        ("<a@b>, <c@d>", ("a@b", "c@d")),
        ("a@b c@d", ("a@b", "c@d")),
        ("<a@b", ("a@b",)),
        ("a@b>", ("a@b",)),
        ("< a@b >", ("a@b",)),
        ("<not-an-address>", ("not-an-address",)),
        ("<>", ()),
        ("", ()),
        ("Message from Joe of Mon, 3 May <a@b>", ("a@b",)),
        ("joe@example.org of Monday", ()),
    ],
)
def test_message_ids_of_a_value(value, expected):
    assert message_ids(value) == expected


def test_a_thousand_references_keep_the_first_and_the_last():
    header = b"References: " + b" ".join(b"<%d@x>" % number for number in range(5000)) + b"\n\n"
    references = parse_message(header).references
    assert (len(references), references[0], references[-1]) == (1000, "0@x", "4999@x")


def test_one_id_with_two_bodies_is_two_letters():
    first, other = read("duplicate_id_first"), read("duplicate_id_other_body")
    assert first.message_id == other.message_id
    assert first.content_hash != other.content_hash


def test_the_same_letter_from_two_lists_has_one_hash():
    one, other = read("cross_posted_to_gardeners"), read("cross_posted_to_orchard")
    assert one.content_hash == other.content_hash
    assert (one.list_id, other.list_id) == ("gardeners.lists.example.org", "orchard.lists.example.net")


@pytest.mark.parametrize("name", ["from_in_body_quoted_once", "from_in_body_quoted_twice"])
def test_quoting_of_from_lines_by_an_mbox_does_not_change_the_hash(name):
    assert read(name).content_hash == read("from_in_body").content_hash


@pytest.mark.parametrize("name", ["lines_end_in_crlf", "lines_end_in_cr", "lines_end_mixed"])
def test_line_ends_do_not_change_the_hash(name):
    assert read(name).content_hash == read("lines_end_in_lf").content_hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"From: Ada", b"From: Eve"),
        (b"10:20:30", b"10:20:31"),
        (b"Subject: The plum", b"Subject: A plum"),
        (b"in flower", b"in leaf"),
    ],
)
def test_author_date_subject_and_text_change_the_hash(old, new):
    raw = letter("duplicate_id_first")
    assert raw.count(old) == 1
    assert parse_message(raw.replace(old, new)).content_hash != parse_message(raw).content_hash


@pytest.mark.parametrize("name", ["list_id_with_phrase", "list_id_bare"])
def test_a_list_id_is_what_stands_in_its_brackets(name):
    assert read(name).list_id == "gardeners.lists.example.org"


def test_header_values_are_unfolded_and_decoded():
    raw = letter("takeout_labels")
    assert header_values(raw, "X-Gmail-Labels") == ["Tema fijado,Cerrado – debate"]
    assert header_values(raw, "x-gm-thrid") == ["1498623456789012345"]
    assert header_values(raw, "X-Nothing") == []


def test_a_long_letter_has_the_same_hash_with_other_line_ends():
    raw = letter("from_in_body") + b"From time to time\n\n" * 200_000
    quoted = raw.replace(b"\nFrom ", b"\n>From ").replace(b"\n", b"\r\n") + b"\r\n \r\n"
    assert parse_message(quoted).content_hash == parse_message(raw).content_hash
