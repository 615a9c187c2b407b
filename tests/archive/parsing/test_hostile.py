"""Whatever the bytes: nothing raises, nothing runs away, and the text that comes out can be stored anywhere."""

import dataclasses
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.parsing import ParsedMessage, base_subject, leaf_content, message_ids, parse_message
from archive.parsing.addresses import parse_addresses
from archive.parsing.charsets import decode
from archive.parsing.dates import parse_date
from archive.parsing.parameters import parse_content_type, parse_disposition
from archive.parsing.rtf import decompress_rtf, read_rtf
from archive.parsing.tnef import SIGNATURE, read_tnef
from archive.parsing.words import decode_words
from tests.archive.parsing.letters import ARRIVAL, letter, names

relaxed = settings(deadline=None, max_examples=150)
LETTERS = [letter(name) for name in names()]
UNFIT = re.compile("[\0\ud800-\udfff]")

WORDS = [
    *(b"\n", b"\r\n", b"\r", b"\n\n", b" ", b"\t", b":", b";", b"=", b'"', b"(", b")", b"<", b">", b"@", b",", b"\\"),
    *(b"\0", b"\xff", b"\xc3", b"+2D0-", b"\x1b$B", b"-- ", b"> ", b">From ", SIGNATURE, b"{\\rtf1"),
    *(b"From ", b"From: ", b"Subject: ", b"Date: ", b"Message-ID: <a@b>", b"References: <<", b"In-Reply-To: "),
    *(b"Received: x; ", b"List-Id: ", b"1 Jan 0000 99:99:99 +9999", b"Tue, 4 May 2004 10:20:30 +0200"),
    b"Content-Type: multipart/mixed; boundary=a",
    b"Content-Type: multipart/alternative; boundary=ab",
    b"Content-Type: message/rfc822",
    b"Content-Type: text/html; charset=utf-16",
    b"Content-Type: text/plain; charset=utf-7; format=flowed",
    *(b"Content-Type: text/enriched", b"Content-Type: application/ms-tnef", b"Content-Type: text/calendar"),
    *(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable"),
    *(b"Content-Transfer-Encoding: x-uuencode", b"Content-Disposition: attachment; filename*0*=", b"utf-8''%"),
    *(
        b"--a",
        b"--ab",
        b"--a--",
        b"--",
        b"=?utf-8?q?",
        b"=?utf-7?b?",
        b"?=",
        b"begin 644 a",
        b"M" * 30,
        b"end",
        b"QUJD",
        b"=C3",
    ),
]


def strings_in(value: Any) -> Iterator[str]:
    """Every text in a parsed message, however deep."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif dataclasses.is_dataclass(item):
            waiting.extend(getattr(item, field.name) for field in dataclasses.fields(item))
        elif isinstance(item, list | tuple):
            waiting.extend(item)


def check(raw: bytes) -> ParsedMessage:
    message = parse_message(raw, arrival=ARRIVAL)
    assert not [text for text in strings_in(message) if UNFIT.search(text)]
    assert message.message_id and "\n" not in message.message_id
    assert message.date.tzinfo is UTC
    assert datetime(1970, 1, 2, tzinfo=UTC) <= message.date
    assert (len(message.content_hash), message.size) == (32, len(raw))
    assert len({part.index for part in message.attachments}) == len(message.attachments)
    for part in message.attachments[:5]:
        again, data = leaf_content(raw, part.index)
        assert again == part
        assert hashlib.sha256(data).hexdigest() == part.sha256
        assert len(part.filename) <= 150 and not set("/\\\r\n") & set(part.filename)
    return message


@relaxed
@given(st.binary(max_size=2000))
def test_random_bytes_are_read(raw):
    check(raw)


@relaxed
@given(st.lists(st.sampled_from(WORDS) | st.binary(max_size=8), max_size=80).map(b"".join))
def test_letters_made_of_the_words_of_mail_are_read(raw):
    check(raw)


@relaxed
@given(st.sampled_from(LETTERS), st.data())
def test_damaged_letters_are_read(raw, data):
    damaged = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(damaged)))
        end = min(len(damaged), start + data.draw(st.integers(0, 40)))
        damaged[start:end] = data.draw(st.sampled_from([*WORDS, b""]) | st.binary(max_size=20))
    check(bytes(damaged))


@relaxed
@given(st.sampled_from(LETTERS), st.sampled_from(LETTERS), st.integers(0, 2000), st.integers(0, 2000))
def test_halves_of_two_letters_are_read(first, second, end, start):
    check(first[:end] + second[start:])


@relaxed
@given(st.text(max_size=300))
def test_no_header_value_breaks_its_reader(value):
    parse_addresses(value)
    parse_date(value)
    message_ids(value)
    parse_content_type(value)
    parse_disposition(value)
    assert decode_words(value) is not None
    assert base_subject(value)[0] in " ".join(value.split())


@relaxed
@given(
    st.binary(max_size=300),
    st.text(max_size=20) | st.sampled_from(["utf-7", "utf-16", "iso-2022-jp", "gb2312", "hz", "utf-32"]),
)
def test_no_charset_lets_anything_unfit_through(data, label):
    assert not UNFIT.search(decode(data, label).text)


@relaxed
@given(st.binary(max_size=400))
def test_no_outlook_stream_breaks_its_reader(data):
    read_tnef(SIGNATURE + data)
    read_rtf(decompress_rtf(len(data).to_bytes(4, "little") + b"\xff\xff\0\0LZFu\0\0\0\0" + data))
    read_rtf(b"{\\rtf1" + data)


@relaxed
@given(st.sampled_from(LETTERS))
def test_a_letter_is_read_the_same_each_time(raw):
    assert parse_message(raw, arrival=ARRIVAL) == parse_message(raw, arrival=ARRIVAL)


HOSTILE = {
    "brackets": b"References: " + b"<" * 1_000_000,
    "quotes": b"From: " + b'"' * 999_999,
    "escaped quotes": b"To: " + b'"\\' * 500_000,
    "comments": b"To: " + b"(" * 1_000_000,
    "commas": b"To: " + b"a@b," * 250_000,
    "encoded words": b"Subject: " + b"=?a?q?" * 200_000,
    "spaces": b"Subject: " + b" " * 1_000_000 + b"x",
    "folds": b"Subject: x" + b"\n x" * 300_000,
    "colons": b"Date: " + b"1:" * 500_000,
    "parameters": b"Content-Type: text/plain" + b"; a=b" * 200_000,
    "carriage returns": b"Subject: x" + b"\r" * 1_000_000 + b"\ny",
    "lines without colon": b"From: a@b\n" + b"word\n" * 200_000,
    "lines of dashes": b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\n" + b"--\n" * 300_000,
    "levels and dashes": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(99))
    + b"\n--x" * 200_000,
    "undeclared boundaries": b"Content-Type: multipart/mixed; boundary=a\n\n"
    + b"--a\nContent-Type: multipart/mixed; boundary=zz\n\n" * 4000,
    "parts without blank lines": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nX: y\n" * 100_000,
    "uuencode": b"\n" + b"begin 644 a\n" * 80_000,
    "quoted-printable": b"Content-Transfer-Encoding: quoted-printable\n\n" + b" " * 1_000_000 + b"x",
    "base64": b"Content-Transfer-Encoding: base64\n\n" + b"=" * 500_000 + b"!\n" * 200_000,
    "flowed": b"Content-Type: text/plain; format=flowed\n\n" + b"> a \n" * 200_000,
    "enriched": b"Content-Type: text/enriched\n\n" + b"<excerpt>\n\n" * 2000 + b"<" * 500_000,
    "html charset": b"Content-Type: text/html\n\n" + b"<meta " * 200_000 + b"\xff",
    "from lines": b"\n" + b">" * 1_000_000 + b"From x",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_anything_comes_to_an_end(name):
    check(HOSTILE[name])
