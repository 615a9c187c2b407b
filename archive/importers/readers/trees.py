"""One view of folders, tars and zips: a list of members, each opened as a fresh stream. Nothing is ever extracted by its name."""

import io
import os
import re
import stat
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, cast

from archive.importers.readers.streams import Broken, ByteStream
from archive.importers.readers.types import UnknownFormat

ROOM_TO_LEAVE = 256 << 20  # bytes of free disk below which nothing more is unpacked
FARTHEST = 1 << 62
_NUMBER = re.compile(r"([0-9]{1,18})")


class Member(NamedTuple):
    """A regular file. path: relative, with "/", never with ".."; size in bytes; modified: Unix seconds, 0 unknown."""

    path: str
    size: int
    modified: float
    place: object  # what the tree needs to open it


class Tree(Protocol):
    """A folder, tar or zip. members: in natural order ("2" before "10"); defect: why it could not be listed whole."""

    packing: str
    members: list[Member]
    defect: str

    def open(self, member: Member) -> BinaryIO: ...


def natural(path: str) -> str:
    """Sort key in which numbers count as numbers. One string, for there may be a million of them."""
    return f"{_NUMBER.sub(_with_length, path)}\0{path}"


def _with_length(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0")
    return f"{len(digits):02}{digits}"


def safe_path(name: str) -> str:
    """A member's name as a harmless relative path: no drive, no root, no "..", no control characters."""
    if not name.isascii():
        name = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    parts = re.sub(r"[\x00-\x1f\x7f]", "?", name.replace("\\", "/")).split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def in_order(members: Iterable[Member]) -> list[Member]:
    """Natural order; of two members with one name the later gets a mark, so that every path is a key."""
    seen: dict[str, int] = {}
    unique = []
    for member in members:
        count = seen[member.path] = seen.get(member.path, 0) + 1
        unique.append(member if count == 1 else member._replace(path=f"{member.path}#{count}"))
    return sorted(unique, key=lambda member: natural(member.path))


def modified_at(member: Member) -> datetime | None:
    """The member's time, if it says something."""
    if member.modified <= 0:
        return None
    try:
        return datetime.fromtimestamp(member.modified, UTC)
    except (OverflowError, OSError, ValueError):
        return None


class Slice(io.RawIOBase):
    """A stretch of an open file as a file of its own. Reads by offset, so that many slices share one descriptor."""

    def __init__(self, file: BinaryIO, offset: int, size: int) -> None:
        self._file = file  # kept open as long as a slice lives
        self._offset = offset
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        base = (0, self._at, self._size)[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self._size - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        data = read_at(self._file, wanted, self._offset + self._at)
        self._at += len(data)
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def read_at(file: BinaryIO, size: int, offset: int) -> bytes:
    """Up to `size` bytes from `offset`, which may come from a hostile table of contents."""
    return os.pread(file.fileno(), size, offset) if size > 0 and 0 <= offset < FARTHEST else b""


class FolderTree:
    """A folder on disk. Symbolic links inside it are not followed: they could lead anywhere on the machine."""

    packing = ""
    defect = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.members = in_order(self._walk())

    def _walk(self) -> Iterable[Member]:
        for parent, folders, names in os.walk(self._folder):
            folders[:] = sorted(name for name in folders if name != ".git")
            for name in names:
                path = os.path.join(parent, name)  # noqa: PTH118 - a Path for each of a million files costs seconds
                try:
                    status = os.lstat(path)
                except OSError:
                    continue
                if stat.S_ISREG(status.st_mode):
                    shown = (
                        os.path.relpath(path, self._folder)
                        .encode("utf-8", "surrogateescape")
                        .decode("utf-8", "replace")
                    )
                    yield Member(shown, status.st_size, status.st_mtime, path)

    def open(self, member: Member) -> BinaryIO:
        return open(cast(str, member.place), "rb", buffering=0)  # type: ignore[return-value]  # noqa: PTH123


class TarTree:
    """A tar. An uncompressed one is read where it lies; a compressed one is unpacked once, front to back, into one nameless
    temporary file in `scratch` (disk, not memory), because its members cannot be reached singly otherwise."""

    def __init__(self, opener: Callable[[], BinaryIO], scratch: Path | None = None) -> None:
        self.defect = ""
        self.members: list[Member] = []
        stream = ByteStream(opener())
        self.packing = f"tar, {stream.codec}" if stream.codec else "tar"
        if stream.codec:
            self._file: BinaryIO = cast(BinaryIO, tempfile.TemporaryFile(dir=scratch))  # noqa: SIM115 - lives as long as the tree
            self._list(self._unpack(_Forward(stream), scratch))
        else:
            self._file = opener()
            self._list(self._index())
        stream.close()
        self.members = in_order(self.members)

    def open(self, member: Member) -> BinaryIO:
        return cast(BinaryIO, Slice(self._file, cast(int, member.place), member.size))

    def _list(self, found: Iterable[Member]) -> None:
        try:
            self.members.extend(found)
        except UnknownFormat:
            raise
        except Exception as error:  # tarfile raises a dozen kinds of exception on hostile headers
            self.defect = f"The {self.packing} archive breaks off after {len(self.members):,} files: {error}"

    def _index(self) -> Iterable[Member]:
        before, end = -1, os.fstat(self._file.fileno()).st_size
        with tarfile.open(fileobj=self._file, mode="r:") as tar:
            for info in tar:
                if info.offset <= before:  # a negative size (CVE-2025-8194) would lead round for ever
                    raise Broken("it leads back into itself")
                before = info.offset
                tar.members = []  # type: ignore[attr-defined]  # tarfile would keep every header
                if info.isreg() and not info.issparse():
                    size = max(0, min(info.size, end - info.offset_data))
                    yield Member(safe_path(info.name), size, float(info.mtime), info.offset_data)

    def _unpack(self, forward: "_Forward", scratch: Path | None) -> Iterable[Member]:
        offset = 0
        with tarfile.open(fileobj=cast(BinaryIO, forward), mode="r|") as tar:
            for info in tar:
                tar.members = []  # type: ignore[attr-defined]
                if not info.isreg() or info.issparse():
                    continue
                # not extractfile(): of a member that is cut short it gives nothing at all
                size = self._spool(cast(BinaryIO, tar.fileobj), info.size)
                yield Member(safe_path(info.name), size, float(info.mtime), offset)
                offset += size
                if size < info.size:
                    raise Broken(f"“{info.name[:100]}” is cut short")

    def _spool(self, content: BinaryIO, size: int) -> int:
        """Copy `size` bytes to the temporary file; returns how many there were."""
        written = 0
        while written < size and (data := content.read(min(1 << 20, size - written))):
            leave_room(self._file)
            self._file.write(data)
            written += len(data)
        self._file.flush()
        return written


def leave_room(file: BinaryIO) -> None:
    """Raise UnknownFormat before a temporary file fills the disk it lies on."""
    disk = os.fstatvfs(file.fileno())
    if disk.f_bavail * disk.f_frsize < ROOM_TO_LEAVE:
        raise UnknownFormat("The archive needs more room to be unpacked than the disk has left.")


class _Forward:
    """What tarfile needs of a file that can only be read forward. A broken one ends early: so tarfile gives what it has."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except Broken:
            return b""


def temporary_copy(content: BinaryIO, scratch: Path | None) -> BinaryIO:
    """A nameless seekable copy on disk of an archive that lies inside another one."""
    copy = cast(BinaryIO, tempfile.TemporaryFile(dir=scratch))  # noqa: SIM115 - handed to the caller
    stream = ByteStream(content)
    try:
        while data := stream.read(1 << 20):
            leave_room(copy)
            copy.write(data)
    except Broken:
        pass  # the copy ends where the original breaks; whoever reads it notices
    finally:
        stream.close()
    copy.flush()
    return copy
