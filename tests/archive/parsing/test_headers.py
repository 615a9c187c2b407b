"""Where the header ends, and what is in it."""

import pytest

from archive.parsing import parse_message, split_headers
from archive.parsing.words import decode_words
from tests.archive.parsing.letters import letter, read, text


@pytest.mark.parametrize(
    "name",
    [
        "begins_with_from_line",
        "begins_with_mozilla_from_line",
        "begins_with_quoted_from_line",
        "leading_blank_lines",
        "junk_between_headers",
        "continuation_before_first_header",
        "space_before_colon",
        "header_names_shouted",
        "lines_end_in_cr_cr_lf",
        "content_type_of_1988",
    ],
)
def test_an_odd_header_is_read_like_any_other(name):
    message = read(name)
    assert (message.subject, message.sender.address) == ("The plum tree", "ada@example.org")
    assert message.message_id == "plum-1@example.org"
    assert message.date_raw == "Tue, 4 May 2004 10:20:30 +0200"
    assert text(name) == "The plum tree by the gate is in flower.\n\nAda\n"


def test_a_body_without_a_blank_line_before_it_is_not_swallowed():
    assert text("blank_line_missing") == "Hello all,\nthe blank line got lost.\n"
    assert "header-malformed" in read("blank_line_missing").defects


def test_a_text_without_any_header_is_all_body():
    assert text("no_headers").startswith("The plum tree")


def test_parts_that_begin_in_the_header_are_found():
    assert text("parts_begin_in_the_header") == "The plan is attached.\n"


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
def test_any_line_end_will_do(ends):
    raw = b"A: 1\nB: 2\n  3\n\nbody".replace(b"\n", ends)
    block = split_headers(raw)
    assert block.fields == [("A", "1"), ("B", "2 3")]
    assert raw[block.body :] == b"body"


def test_a_header_of_the_size_of_a_book_is_read():
    raw = letter("duplicate_id_first").replace(b"Subject:", b"X-Book:" + b" word" * 400_000 + b"\nSubject:")
    assert parse_message(raw).subject == "The plum tree"


def test_headers_are_shown_decoded_and_in_order():
    headers = read("encoded_comma_in_address").headers
    assert [name for name, _ in headers] == ["From", "To", "Subject", "Date", "Message-ID"]
    assert headers[0][1] == "Gärtner, Jörg <joerg@example.org>"


def test_raw_eight_bit_headers_are_remarked_upon():
    assert "header-8bit" in read("raw_8bit_headers").defects
    assert read("raw_utf8_headers").defects == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?utf-8?q?a_b?=", "a b"),
        ("=?iso-8859-1?q?=E9?= =?utf-8?b?w6k=?=", "éé"),
        ("=?utf-8*en?q?=C3=A9?=", "é"),
        ("x=?utf-8?q?a?=y", "xay"),
        ("=?unknown?q?a=E9?=", "aé"),
        ("=?utf-8?q?one=0Atwo?=", "one two"),
        ("no words =? here ?=", "no words =? here ?="),
    ],
)
def test_encoded_words(value, expected):
    assert decode_words(value) == expected


def test_no_byte_of_a_raw_header_is_taken_for_white_space():
    raw = "Subject: voilà\nComments: ".encode() + "Grüße".encode("latin-1") + b"\n\n"
    assert parse_message(raw).subject == "voilà"


def test_control_characters_do_not_reach_a_feed():
    message = parse_message(b"Subject: bell\x07 and =?utf-8?q?esc=1B=5B1m?=\nFrom: Joe\x08 <joe@example.org>\n\n")
    assert (message.subject, message.sender.name) == ("bell and esc[1m", "Joe")


def test_no_name_or_subject_turns_the_text_around_or_colours_a_terminal():
    message = read("name_and_subject_written_backwards")
    assert message.sender.name == "Ada gro.live"
    assert message.subject == "Pay nalp.exe [31mnow"


def test_japanese_in_seven_bits_is_read_and_spoils_no_address():
    raw = "From: 山田 <taro@example.org>\nSubject: [庭 1] こんにちは\n\n本文\n".encode("iso-2022-jp")
    message = parse_message(raw)
    assert (message.sender.name, message.sender.address) == ("山田", "taro@example.org")
    assert message.subject == "[庭 1] こんにちは"


def test_the_charset_of_a_short_name_is_that_of_the_subject():
    message = parse_message("From: 王 <wang@example.org>\nSubject: 关于种子的问题\n\n\n".encode("gb2312"))
    assert (message.sender.name, message.subject) == ("王", "关于种子的问题")
