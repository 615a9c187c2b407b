"""Zip files: by their central directory, and, where that is lost (a download that broke off), by their local headers.

Stored and deflated members are read here, so that a wrong checksum costs nothing of what stands before it; rarer methods by
zipfile.
"""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO, NamedTuple, cast

from archive.importers.readers.streams import READ_ERRORS, Broken, ByteStream
from archive.importers.readers.trees import Member, Slice, in_order, read_at, safe_path

_LOCAL = struct.Struct("<4s5H3L2H")  # APPNOTE 4.3.7
ENCRYPTED = 0x1
_DESCRIPTOR = 0x8
_UTF8 = 0x800
_MOST_DEFLATED = 1032  # bytes that one byte of deflate data can stand for


class _Place(NamedTuple):
    header: int  # offset of the local header
    method: int
    packed: int  # compressed bytes
    crc: int | None
    locked: bool
    info: zipfile.ZipInfo | None


class ZipTree:
    """A zip. opener gives a seekable file."""

    packing = "zip"

    def __init__(self, opener: Callable[[], BinaryIO]) -> None:
        self._file = opener()
        self._zip: zipfile.ZipFile | None = None
        self.defect = ""
        try:
            self._zip = zipfile.ZipFile(self._file)
            found = self._apart(list(self._listed(self._zip)))
        except Exception:  # zipfile raises a dozen kinds of exception on hostile tables
            self.defect = "The zip file breaks off: its table of contents is missing. It was read from the front."
            found = list(self._walked())
        if all(cast(_Place, member.place).info is None for member in found):
            self._zip = None  # half a kilobyte for each of perhaps a million files
        self.members = in_order(found)
        self.all_locked = bool(found) and all(cast(_Place, member.place).locked for member in found)

    def open(self, member: Member) -> BinaryIO:
        place = cast(_Place, member.place)
        if place.locked:
            raise OSError("it is protected by a password")
        if place.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            if self._zip is None or place.info is None:
                raise OSError(f"compression method {place.method} is not known")
            try:
                return cast(BinaryIO, self._zip.open(place.info))
            except (*READ_ERRORS, NotImplementedError) as error:
                raise OSError(str(error)) from error
        start = self._content_start(place.header)
        packed = cast(BinaryIO, Slice(self._file, start, place.packed))
        if place.method == zipfile.ZIP_STORED and place.crc is None:
            return packed
        codec = "deflate" if place.method == zipfile.ZIP_DEFLATED else ""
        return cast(BinaryIO, Checked(ByteStream(packed, codec), place.crc))

    def _listed(self, archive: zipfile.ZipFile) -> Iterator[Member]:
        for info in archive.infolist():
            if info.filename.endswith("/"):
                continue
            locked = bool(info.flag_bits & ENCRYPTED)
            rare = info if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) else None
            place = _Place(info.header_offset, info.compress_type, info.compress_size, info.CRC, locked, rare)
            size = info.file_size if rare else min(info.file_size, _MOST_DEFLATED * (info.compress_size + 1))
            yield Member(safe_path(info.filename), size, _seconds(info.date_time), place)

    def _apart(self, found: list[Member]) -> list[Member]:
        """Without the members that lie over others, as in a bomb: a few kilobytes read again and again are petabytes."""
        packed = sum(cast(_Place, member.place).packed for member in found)
        if packed <= os.fstat(self._file.fileno()).st_size:
            return found
        kept: list[Member] = []
        end = 0
        for member in sorted(found, key=lambda member: cast(_Place, member.place).header):
            place = cast(_Place, member.place)
            if place.header >= end:
                kept.append(member)
                end = place.header + place.packed
        self.defect = (
            f"{len(found) - len(kept):,} files in the zip lie over others, as in a zip bomb, and were left out."
        )
        return kept

    def _content_start(self, header: int) -> int:
        head = read_at(self._file, _LOCAL.size, header)
        if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
            raise OSError("its place in the zip file holds something else")
        name, extra = _LOCAL.unpack(head)[9:]
        return header + _LOCAL.size + int(name) + int(extra)

    def _walked(self) -> Iterator[Member]:
        """Member after member by the local headers. Where one does not know the size, the data is unpacked to find its end."""
        size = os.fstat(self._file.fileno()).st_size
        at = 0
        while len(head := read_at(self._file, _LOCAL.size, at)) == _LOCAL.size and head.startswith(b"PK\x03\x04"):
            _, _, flags, method, _, _, crc, packed, unpacked, name_size, extra_size = _LOCAL.unpack(head)
            start = at + _LOCAL.size + name_size + extra_size
            name = read_at(self._file, name_size, at + _LOCAL.size).decode(
                "utf-8" if flags & _UTF8 else "cp437", "replace"
            )
            sum_: int | None = crc
            if flags & _DESCRIPTOR or packed == 0xFFFFFFFF:
                packed, unpacked, sum_ = *self._measure(start, size - start), None
            packed = min(packed, size - start)
            if not name.endswith("/") and packed >= 0:
                yield Member(
                    safe_path(name), unpacked, 0, _Place(at, method, packed, sum_, bool(flags & ENCRYPTED), None)
                )
            at = self._next_header(start + packed)

    def _measure(self, start: int, left: int) -> tuple[int, int]:
        """Compressed and uncompressed size of the deflate data at `start`."""
        inflate = zlib.decompressobj(-15)
        taken = unpacked = 0
        while not inflate.eof and (piece := read_at(self._file, min(64 << 10, left - taken), start + taken)):
            try:
                unpacked += len(inflate.decompress(piece))
            except zlib.error:
                return left, unpacked
            taken += len(piece) - len(inflate.unused_data)
        return taken, unpacked

    def _next_header(self, at: int) -> int:
        """Behind a member stands the next one, or a data descriptor of 12 to 24 bytes first (APPNOTE 4.3.9)."""
        found = read_at(self._file, 28, at).find(b"PK\x03\x04")
        return at + max(found, 0)


def _seconds(parts: tuple[int, int, int, int, int, int]) -> float:
    try:
        return datetime(*parts, tzinfo=UTC).timestamp() if parts[0] > 1980 else 0
    except ValueError:
        return 0


class Checked(io.RawIOBase):
    """The uncompressed bytes of a member. A defect or a wrong checksum is an OSError behind the last good byte."""

    def __init__(self, stream: ByteStream, crc: int | None) -> None:
        self._stream = stream
        self._expected = crc
        self._crc = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            return self.readall()
        try:
            data = self._stream.read(size)
        except Broken as error:
            raise OSError(str(error)) from error
        self._crc = zlib.crc32(data, self._crc)
        if not data and size and self._expected not in (None, self._crc):
            self._expected = None
            raise OSError("the checksum in the zip file does not match")
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
