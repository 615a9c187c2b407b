"""Compressed mailboxes, whole and broken."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from archive.importers.readers import streams
from archive.importers.readers.types import Damaged, Entry
from archive.importers.recognise import UnknownFormat, open_source
from tests.archive.importers.sources import entries, folder, letters, many, mbox_of, read

MESSAGES = b"".join(many(1, f"{seed} {seed * 7919} " * 40) for seed in range(1000))
PACKERS = {
    "gz": gzip.compress,
    "bz2": lambda data: bz2.compress(data, 1),
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}
packers = pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
Pack = Callable[[bytes], bytes]


@packers
def test_a_packed_mailbox_reads_like_the_plain_one(pack: Pack):
    assert read(pack(MESSAGES)) == read(MESSAGES)


@packers
def test_several_packed_parts_in_a_row_are_one_mailbox(pack: Pack):
    half = len(MESSAGES) // 2
    assert read(pack(MESSAGES[:half]) + pack(MESSAGES[half:])) == read(MESSAGES)


@packers
def test_a_packed_mailbox_resumes_at_its_uncompressed_offset(pack: Pack):
    whole = read(MESSAGES)
    assert list(mbox_of(pack(MESSAGES)).entries(whole[700].position, 701)) == whole[700:]


@packers
def test_a_download_that_broke_off_gives_what_is_there_and_says_where_it_broke(pack: Pack):
    packed = pack(MESSAGES)
    *found, last = read(packed[: len(packed) * 3 // 4])
    assert isinstance(last, Damaged) and "breaks off" in last.reason and "near byte" in last.reason
    assert found and found == read(MESSAGES)[: len(found)]


@packers
def test_damage_in_the_middle_is_said_and_what_stands_before_it_is_read(pack: Pack):
    packed = bytearray(pack(MESSAGES))
    packed[len(packed) * 3 // 4 :] = b"\xa5" * 400
    *found, last = read(bytes(packed))
    assert isinstance(last, Damaged) and found == read(MESSAGES)[: len(found)]


@packers
def test_zero_bytes_behind_the_end_are_padding(pack: Pack):
    assert len(read(pack(MESSAGES) + bytes(1024))) == 1000


def test_a_gzip_with_a_wrong_checksum_loses_nothing():
    packed = bytearray(gzip.compress(MESSAGES))
    packed[-6] ^= 0xFF
    found = read(bytes(packed))
    assert len(found) == 1000 and isinstance(found[-1], Damaged)
    assert all(isinstance(entry, Entry) for entry in found[:-1])


def test_a_bomb_is_not_unpacked_to_the_end(monkeypatch):
    monkeypatch.setattr(streams, "BOMB_OUTPUT", 1 << 20)
    *_, last = read(bz2.compress(many(1) + bytes(64 << 20)))
    assert isinstance(last, Damaged) and "times its size" in last.reason


def test_the_dialect_names_the_packing():
    assert mbox_of(lzma.compress(MESSAGES)).dialect == "mboxo, xz"


def test_a_month_that_a_web_server_packed_once_more_is_read(tmp_path: Path):
    (tmp_path / "2004-May.txt.gz").write_bytes(gzip.compress(gzip.compress(many(3))))
    folder(tmp_path / "months", {"2004-June.txt.gz": gzip.compress(gzip.compress(many(2)))})
    assert (len(letters(tmp_path / "2004-May.txt.gz")), len(letters(tmp_path / "months"))) == (3, 2)


def test_a_download_of_which_not_one_byte_can_be_unpacked_is_said_to_be_damaged(tmp_path: Path):
    cut = bz2.compress(many(3))[:60]
    folder(tmp_path, {"a.mbox": many(1), "b.mbox.bz2": cut})
    with pytest.raises(UnknownFormat, match=r"could not be unpacked: The bzip2 data breaks off"):
        open_source(tmp_path / "b.mbox.bz2")
    (lost,) = [entry for entry in entries(tmp_path) if isinstance(entry, Damaged)]
    assert lost.reason.startswith("“b.mbox.bz2” could not be unpacked")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_mailbox_that_windows_saved_in_utf_16_is_read(tmp_path: Path, encoding):
    text = "\ufeff" + many(30, "Grüße 🌱").decode().replace("\n", "\r\n")
    (tmp_path / "saved.mbox").write_bytes(text.encode(encoding) + b"\0")
    found = letters(tmp_path / "saved.mbox")
    assert len(found) == 30 and "Grüße 🌱".encode() in found[29].raw
