"""Where a message begins and ends in an mbox."""

from datetime import UTC, datetime

import pytest

from archive.importers.readers import splitting
from archive.importers.readers.types import Damaged, Entry
from tests.archive.importers.sources import MBOX, fixture, letter, letters, many, mbox, mbox_of, read, subjects
from tests.corpora import corpus


def test_odd_from_lines_followed_by_a_header_begin_a_message():
    found = list(fixture("odd-from-lines.mbox").entries())
    assert [entry.raw.split()[-1] for entry in found] == [str(number).encode() for number in range(1, 16)]


@pytest.mark.parametrize(
    ("number", "date"),
    [
        (1, datetime(2004, 1, 1, 0, 0, 1, tzinfo=UTC)),
        (2, datetime(2015, 4, 16, 9, 53, 4, tzinfo=UTC)),
        (3, datetime(2015, 4, 16, 9, 53, 4, tzinfo=UTC)),
        (4, datetime(2015, 4, 16, 7, 53, 4, tzinfo=UTC)),
        (5, datetime(1995, 4, 16, 7, 53, 4, tzinfo=UTC)),
        (6, datetime(1987, 4, 16, 9, 53, tzinfo=UTC)),
        (8, datetime(2015, 4, 16, 7, 53, 4, tzinfo=UTC)),
        (9, datetime(2015, 4, 16, 9, 53, 4, tzinfo=UTC)),
        (10, datetime(2015, 4, 16, 21, 53, 4, tzinfo=UTC)),
        (11, None),
        (13, None),
        (14, None),
    ],
)
def test_the_date_of_a_from_line_is_read_in_utc(number, date):
    assert list(fixture("odd-from-lines.mbox").entries())[number - 1].envelope_date == date


def test_separators_without_a_date_are_taken_and_reported():
    found = list(fixture("odd-from-lines.mbox").entries())
    assert [[one.line for one in entry.suspicious if one.split] for entry in found[12:]] == [
        [], ["From alice@example.org"], ["From MAILER-DAEMON"],
    ]  # fmt: skip


def test_prose_that_begins_with_from_stays_in_the_text_and_is_reported():
    one, two, three, four = fixture("prose-beginning-with-from.mbox").entries()
    assert [doubt.line[:12] for doubt in one.suspicious] == ["From my poin", "From what I ", "From here to"]
    assert one.raw.endswith(b"and that was it.\n") and not any(doubt.split for doubt in one.suspicious)
    assert [doubt.split for doubt in three.suspicious] == [True]
    assert subjects([two, three, four]) == ["two", "three", ""] and four.raw == b"\nNo header, four.\n"


def test_a_suspicious_line_tells_its_offset_in_the_file():
    reader = fixture("prose-beginning-with-from.mbox")
    doubt = next(iter(reader.entries())).suspicious[1]
    content = (MBOX / "prose-beginning-with-from.mbox").read_bytes()
    assert content[doubt.offset :].startswith(b"From what I see\n")


@pytest.mark.parametrize("line_end", [b"\r\n", b"\r"])
def test_line_ends_of_other_systems_make_no_difference_to_the_count(line_end):
    assert len(read(many(20).replace(b"\n", line_end))) == 20


def test_messages_with_mixed_line_ends_keep_their_bytes():
    crlf = letter("two").replace(b"\n", b"\r\n")
    assert [entry.raw for entry in read(mbox(letter("one"), crlf, letter("three")))] == [
        letter("one"),
        crlf,
        letter("three"),
    ]


def test_lines_that_end_in_cr_alone_come_out_with_lf():
    assert read(many(2).replace(b"\n", b"\r"))[0].raw == letter("number 1")


def test_a_message_before_the_first_from_line_is_kept():
    assert subjects(read(letter("first") + b"\n" + many(1))) == ["first", "number 1"]


def test_text_before_the_first_from_line_goes_to_quarantine():
    junk, message = read(b"exported by a tool\n\n" + many(1))
    assert isinstance(junk, Damaged) and junk.raw == b"exported by a tool\n" and "not a message" in junk.reason
    assert isinstance(message, Entry) and message.number == 2


def test_a_byte_order_mark_and_empty_lines_in_front_do_no_harm():
    assert len(read(b"\xef\xbb\xbf\n\n" + many(2))) == 2


def test_a_from_line_with_nothing_behind_it_is_damaged_not_dropped():
    found = read(many(1) + b"From bob@example.org Thu Jan  1 00:00:02 2004\n")
    assert isinstance(found[1], Damaged)


def test_the_notes_of_c_client_are_hidden():
    assert [entry.hidden for entry in fixture("cclient.mbox").entries()] == [True, False]


def test_positions_are_offsets_of_the_from_lines_and_resume_exactly():
    data = many(50, "From here on it is prose.\n\nFrom me")
    whole = read(data)
    assert [entry.position for entry in whole] == [0, *(entry.next_position for entry in whole[:-1])]
    for entry in whole[::7]:
        assert list(mbox_of(data).entries(entry.next_position, entry.number + 1)) == whole[entry.number :]


def test_a_window_of_any_size_cuts_at_the_same_places(monkeypatch):
    data = many(30, "From here on it is prose.\n\nFrom me\n" * 400)
    whole = read(data)
    monkeypatch.setattr(splitting, "CHUNK", 997)
    assert read(data) == whole and len(whole) == 30


def test_a_message_beyond_all_measure_comes_in_damaged_pieces_without_loss(monkeypatch):
    monkeypatch.setattr(splitting, "LARGEST_MESSAGE", 100_000)
    monkeypatch.setattr(splitting, "CHUNK", 10_000)
    huge = letter("huge", "line\n" * 60_000)
    found = read(mbox(letter("before"), huge, letter("behind")))
    pieces = [entry for entry in found if isinstance(entry, Damaged)]
    assert len(pieces) > 2 and b"".join(piece.raw for piece in pieces).rstrip() == huge.rstrip()
    assert subjects([found[0], found[-1]]) == ["before", "behind"]


def test_progress_reaches_the_end():
    reader = mbox_of(many(100))
    assert reader.done_bytes() == 0
    assert abs(reader.estimate_total() - sum(1 for _ in reader.entries())) <= 2
    assert reader.done_bytes() == reader.total_bytes


def test_linux_mips_gives_as_many_messages_as_mailbox_does():
    found = letters(corpus("linux-mips-20k.mbox.xz"))
    assert len(found) == 20_000 and all(entry.envelope_date for entry in found)


def test_mozilla_announce_gives_as_many_messages_as_mailbox_does():
    assert len(letters(corpus("mozilla-announce.mbox"))) == 203
