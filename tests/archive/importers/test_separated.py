"""Logs of LISTSERV and mailboxes of MMDF, in which a line of its own stands between messages."""

import gzip
from pathlib import Path

import pytest

from archive.importers.readers import separated
from archive.importers.readers.types import Damaged
from tests.archive.importers.sources import entries, folder, letter, letters, only, sources, subjects

BAR = b"=" * 73 + b"\n"


def logged(subject: str, body: str = "text") -> bytes:
    return (
        BAR + b"Date:         Thu, 1 Jan 2004 00:00:01 +0100\nReply-To:     G <G@EXAMPLE.ORG>\n" + letter(subject, body)
    )


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_log_of_listserv_is_cut_where_a_header_follows_and_a_line_drawn_by_hand_stays(tmp_path: Path):
    drawn = f"Prices\n{'=' * 73}\nDate: soon\n\nand on"
    path = written(
        tmp_path / "gardeners.log0401", logged("one", drawn) + logged("two").replace(b"\n", b"\r\n") + logged("three")
    )
    found = letters(path)
    assert subjects(found) == ["one", "two", "three"]
    assert b"\nDate: soon\n\nand on\n" in found[0].raw and found[0].raw.startswith(b"Date: ")
    assert only(path).format == "LISTSERV log"


def test_reading_a_log_goes_on_behind_any_letter(tmp_path: Path):
    path = written(tmp_path / "log.gz", gzip.compress(b"".join(logged(f"number {n}") for n in range(5))))
    found = letters(path)
    for entry in found:
        rest = list(only(path).reader.entries(entry.next_position, entry.number + 1))
        assert [other.number for other in rest] == [other.number for other in found[entry.number :]]


def test_logs_are_read_in_the_order_of_their_months_across_the_century(tmp_path: Path):
    folder(tmp_path, {f"gardeners.log{month}": logged(month) for month in ("0401", "9912", "0001A", "0001B")})
    assert subjects(entries(tmp_path)) == ["9912", "0001A", "0001B", "0401"]


def test_a_mailbox_of_mmdf_is_read(tmp_path: Path):
    mark = b"\x01\x01\x01\x01\n"
    path = written(tmp_path / "mmdf", b"".join(mark + letter(name) + mark for name in ("one", "two")))
    assert subjects(letters(path)) == ["one", "two"] and sources(path)[0].format == "MMDF"


def test_a_log_that_breaks_off_keeps_what_was_read(tmp_path: Path):
    packed = gzip.compress(b"".join(logged(f"number {n}", str(n) * 999) for n in range(200)))
    *whole, last = entries(written(tmp_path / "log.gz", packed[: len(packed) // 2]))
    assert subjects(whole) == [f"number {n}" for n in range(len(whole))] and len(whole) > 20
    assert isinstance(last, Damaged) and "breaks off in the middle" in last.reason


def test_a_letter_too_large_comes_in_pieces_and_not_a_byte_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(separated, "LARGEST_MESSAGE", 2 << 20)
    huge = logged("huge", "words and words\n" * (5 << 16))
    one, *pieces, three = entries(written(tmp_path / "log", logged("one") + huge + logged("three")))
    assert subjects([one, three]) == ["one", "three"] and all(isinstance(piece, Damaged) for piece in pieces)
    assert b"".join(piece.raw for piece in pieces) == huge
