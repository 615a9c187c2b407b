"""Bytes from strangers: nothing raises but UnknownFormat, and nothing is lost from an mbox."""

import gzip
import os
import random
import resource
import struct
import tarfile
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.importers.readers.types import Entry
from archive.importers.recognise import UnknownFormat, open_source
from tests.archive.importers.sources import FIXTURES, MBOX, entries, folder, letter, letters, many, read, zipped

PIECES = st.sampled_from([
    b"From ", b">From ", b">>From ", b"From a@b Thu Jan  1 00:00:00 2004", b"\n", b"\n\n", b"\r\n", b"\r", b"Subject: x\n",
    b"Content-Length: 7\n", b"X-Posthouse-Number: 3\n", b"X-GM-THRID: 9\n", b"\0", b"\xef\xbb\xbf", b"text",
    b"Received: x\n", b"From: a at b (c)\n", b" ",
])  # fmt: skip


def drain(path: Path) -> None:
    try:
        sources = open_source(path)
    except UnknownFormat:
        return
    for source in sources:
        assert source.format and source.reader.estimate_total() >= 0
        for entry in source.reader.entries():
            for attachment in getattr(entry, "attachments", ()):
                attachment.open().close()


@given(st.lists(PIECES, max_size=40).map(b"".join))
def test_any_mixture_of_mbox_pieces_is_read_without_a_gap(data):
    found = read(data)
    for one, following in pairwise(found):
        assert one.next_position == following.position > one.position
    assert not found or found[-1].next_position == len(data)
    assert bool(found) == bool(data.strip(b"\xef\xbb\xbf \t\r\n\0"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.binary(max_size=600))
def test_any_bytes_are_recognised_or_refused(tmp_path: Path, data):
    (tmp_path / "file").write_bytes(data)
    drain(tmp_path / "file")


@pytest.fixture
def archives(tmp_path: Path) -> list[Path]:
    tree = folder(
        tmp_path / "tree", {"a.mbox": many(20), "b/1.eml": letter("x"), "c/cur/1083398400.M1.h:2,S": letter("y")}
    )
    paths = [
        zipped(tmp_path / "a.zip", {"a.mbox": many(50), "b.eml": letter("x"), "in.mbox.gz": gzip.compress(many(9))})
    ]
    for mode in ("w", "w:gz", "w:xz"):
        paths.append(tmp_path / f"{mode[2:]}.tar")
        with tarfile.open(paths[-1], mode) as tar:
            tar.add(tree, "tree")
            tar.add(FIXTURES / "yahoo", "yahoo")
    with zipfile.ZipFile(tmp_path / "s.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("box", many(50))
    return [*paths, tmp_path / "s.zip", *MBOX.iterdir()]


@pytest.mark.parametrize("size", [b"\xff" * 12, b"\xff" * 10 + b"\xfe\x00", b"\x80" + b"\x7f" * 11])
def test_a_tar_whose_sizes_lie_does_not_lead_round_for_ever(tmp_path: Path, size):
    info = tarfile.TarInfo("a.eml")
    info.size = 600
    header = bytearray(info.tobuf())
    header[124:136] = size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    (tmp_path / "x.tar").write_bytes(bytes(1024).join((b"", bytes(header), bytes(header))))
    (tmp_path / "y.tar").write_bytes(bytes(header) + letter("x").ljust(1024, b"\n") + bytes(1024))
    for name in ("x.tar", "y.tar"):
        drain(tmp_path / name)
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress((tmp_path / name).read_bytes()))
        drain(tmp_path / f"{name}.gz")


def test_archives_with_flipped_and_missing_bytes_never_raise(archives: list[Path], tmp_path: Path):
    chance = random.Random(4)
    for path in archives:
        whole = path.read_bytes()
        for _ in range(12):
            data = bytearray(whole)
            for _ in range(chance.randrange(1, 30)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            (tmp_path / "broken").write_bytes(data[: chance.choice((len(data), chance.randrange(len(data))))])
            drain(tmp_path / "broken")


def test_files_of_a_zip_that_lie_over_each_other_are_read_once(tmp_path: Path):
    whole = zipped(tmp_path / "x.zip", {"a.mbox": many(3)}).read_bytes()
    local, entry = whole[: whole.index(b"PK\1\2")], whole[whole.index(b"PK\1\2") : whole.index(b"PK\5\6")]
    listed = b"".join(entry.replace(b"a.mbox", b"%06d" % number) for number in range(200))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 200, 200, len(listed), len(local), 0)
    (tmp_path / "bomb.zip").write_bytes(local + listed + end)
    found = entries(tmp_path / "bomb.zip")
    assert len(found) == 4
    assert found[-1].reason == "199 files in the zip lie over others, as in a zip bomb, and were left out."


def test_sizes_that_a_zip_or_tar_only_claims_are_not_believed(tmp_path: Path):
    whole = bytearray(zipped(tmp_path / "x.zip", {"a.mbox": many(3)}).read_bytes())
    struct.pack_into("<L", whole, whole.index(b"PK\1\2") + 24, 0xFFFFFFFE)
    (tmp_path / "x.zip").write_bytes(whole)
    info = tarfile.TarInfo("x.mbox")
    info.size = 1 << 70
    (tmp_path / "x.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + many(3))
    for name in ("x.zip", "x.tar"):
        assert sum(source.total_bytes for source in open_source(tmp_path / name)) < 1 << 20
        assert len([entry for entry in entries(tmp_path / name) if isinstance(entry, Entry)]) == 3


def test_a_list_of_hundreds_of_packed_months_needs_no_change_of_the_machine(tmp_path: Path):
    month = zipped(tmp_path / "x", {"a.mbox": many(1)}).read_bytes()
    folder(tmp_path / "months", {f"{number}.zip": month for number in range(90)})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (80, hard))
    try:
        assert len(letters(tmp_path / "months")) == 90
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_neither_file_nor_folder_is_refused_at_once(tmp_path: Path, make):
    make(tmp_path / "x")
    with pytest.raises(UnknownFormat, match="neither a file nor a folder"):
        open_source(tmp_path / "x")
