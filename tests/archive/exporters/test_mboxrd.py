"""What we write, everybody reads, and we read back to the byte."""

import mailbox
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exporters.mboxrd import format_entry
from archive.importers.readers.types import Entry
from archive.mboxrd import Author
from tests.archive.importers.sources import letter, mbox, read, subjects

DATE = datetime(2004, 5, 1, 10, 0, 0, tzinfo=UTC)
PIECES = [
    b"From ", b">From ", b">>From ", b"\n", b"\r\n", b"\r", b"a@b Thu Jan  1 00:00:00 2004", b"Subject: x", b"\0", b"\xff",
    b"X-Posthouse-Number: 7\n", b"X-Posthouse-Raw: follows\n", b"X-Posthouse-Trailing: none\n", b"Content-Length: 3\n", b" ",
]  # fmt: skip
NASTY = st.lists(st.sampled_from(PIECES), max_size=25).map(b"".join)
RAW = st.one_of(
    st.binary(max_size=300),
    NASTY,
    st.tuples(NASTY, NASTY).map(lambda parts: b"From: a@b\nSubject: x\n" + parts[0] + b"\n\n" + parts[1]),
)
NUMBERS = st.none() | st.integers(1, 2**31 - 1)


def back(data: bytes) -> list[bytes]:
    return [entry.raw for entry in read(data)]


@given(
    st.lists(st.tuples(RAW, NUMBERS, NUMBERS), min_size=1, max_size=5), st.sampled_from(["", "gardeners", "a.b-c_1"])
)
def test_any_bytes_at_all_come_back_with_number_and_thread(messages, group):
    data = b"".join(
        format_entry(raw, sender="a@b", date=DATE, number=number, thread=thread, group=group)
        for raw, number, thread in messages
    )
    found = read(data)
    assert [(entry.raw, entry.legacy_number, entry.thread_key) for entry in found] == [
        (raw, number, f"posthouse:{thread} {group}".rstrip() if thread else "") for raw, number, thread in messages
    ]


@given(st.lists(RAW, min_size=1, max_size=5))
def test_python_mailbox_counts_the_same_messages(tmp_path_factory, messages):
    path = tmp_path_factory.mktemp("mbox") / "box"
    path.write_bytes(b"".join(format_entry(raw, sender="a@b", date=DATE, number=1) for raw in messages))
    box = mailbox.mbox(path)
    assert len(box) == len(messages)
    box.close()


def test_the_from_line_is_asctime_in_utc():
    date = datetime(2004, 5, 1, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    assert format_entry(b"x\n", sender="alice@example.org", date=date).startswith(
        b"From alice@example.org Fri Apr 30 23:02:03 2004\n"
    )


@pytest.mark.parametrize(("sender", "shown"), [("", b"-"), ("a b\n@c", b"ab@c"), ("grüße@x", b"gre@x")])
def test_a_senders_address_cannot_break_the_line(sender, shown):
    assert format_entry(b"", sender=sender, date=DATE).split(b" ")[1] == shown


def test_the_date_comes_back_as_the_envelope_date():
    (entry,) = read(format_entry(letter(), sender="a@b", date=DATE, number=3, thread=2))
    assert isinstance(entry, Entry) and entry.envelope_date == DATE


def test_an_export_and_a_foreign_mailbox_in_one_file_are_both_read():
    own = format_entry(letter("own", ">>From x"), sender="a@b", date=DATE, number=9)
    found = read(own + mbox(letter("foreign")) + own)
    assert subjects(found) == ["own", "foreign", "own"]
    assert [entry.legacy_number for entry in found] == [9, None, 9]


def test_a_message_with_a_content_length_comes_back_whole():
    raw = letter("x", "text", Content_Length="5")
    assert back(format_entry(raw, sender="a@b", date=DATE, number=1) * 3) == [raw] * 3


def test_other_programs_see_the_message_behind_our_lines(tmp_path: Path):
    path = tmp_path / "box"
    path.write_bytes(format_entry(letter("seen", "From me"), sender="a@b", date=DATE, number=5, thread=5))
    box = mailbox.mbox(path)
    assert box[0]["Subject"] == "seen" and box[0]["X-Posthouse-Number"] == "5"
    box.close()


@pytest.mark.parametrize("name", ["Bob Smith", "", "漢字 \U0001f600" * 40, "50 % off\nFrom x", "\ud800"])
def test_an_author_whose_address_was_cut_comes_back_with_key_and_name(name):
    author = Author("yahoo:a b%c", name)
    (entry,) = read(format_entry(letter(), sender="a@b", date=DATE, number=3, thread=2, author=author))
    assert (entry.author_key, entry.author_name) == (author.key, name.replace("\ud800", "?"))
    assert entry.raw == letter()
