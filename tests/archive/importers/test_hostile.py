"""Bytes from strangers: nothing raises but UnknownFormat, and nothing is lost from an mbox."""

import gzip
import random
import tarfile
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.importers.recognise import UnknownFormat, open_source
from tests.archive.importers.sources import FIXTURES, MBOX, folder, letter, many, read, zipped

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
