"""One message a file: Maildir, MH folders, and .eml files, in a folder or in an archive of any kind."""

import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import cast

from archive.importers.readers import emlx
from archive.importers.readers.from_line import has_known_field, header_end, read_from_line
from archive.importers.readers.hints import read_hints
from archive.importers.readers.streams import Broken, ByteStream
from archive.importers.readers.trees import Member, Tree, modified_at, natural
from archive.importers.readers.types import LARGEST_MESSAGE, Damaged, Entry

_MAILDIR_TIME = re.compile(r"(\d{9,10})[._]")


class FileReader:
    """Files of a tree, a message each. Position is the ordinal, from 0. A file may be compressed (Dovecot's zlib plugin)."""

    name = ".eml files"

    def __init__(self, tree: Tree, members: Sequence[Member]) -> None:
        self._tree = tree
        self._members = self.arrange(members)
        self._done = 0
        self._taken_out = emlx.attachments_of(members, tree.members)
        self.total_bytes = sum(member.size for member in members)

    @property
    def dialect(self) -> str:
        return self._tree.packing

    def done_bytes(self) -> int:
        return self._done

    def estimate_total(self) -> int:
        return len(self._members)

    def entries(self, start: int = 0, number: int = 1) -> Iterator[Entry | Damaged]:
        self._done = sum(member.size for member in self._members[:start])
        for position in range(start, len(self._members)):
            member = self._members[position]
            yield from self._read(member, position)
            self._done += member.size

    def arrange(self, members: Sequence[Member]) -> list[Member]:
        return sorted(members, key=lambda member: natural(member.path))

    def date_of(self, member: Member) -> datetime | None:
        return modified_at(member)

    def labels_of(self, member: Member) -> tuple[str, ...]:
        return ()

    def _read(self, member: Member, position: int) -> Iterator[Entry | Damaged]:
        number = position + 1
        try:
            stream = ByteStream(self._tree.open(member))
        except OSError as error:
            yield Damaged(b"", position, position + 1, number, f"“{member.path}” could not be opened: {_say(error)}.")
            return
        raw, reason = _piece(stream)
        if reason:
            yield Damaged(raw, position, position + 1, number, f"“{member.path}”: {reason}")
        elif len(raw) < LARGEST_MESSAGE:
            yield self._entry(member, raw, position)
        else:
            yield from _oversized(stream, raw, member, position)
        stream.close()

    def _entry(self, member: Member, raw: bytes, position: int) -> Entry | Damaged:
        date = self.date_of(member)
        raw = emlx.bare(raw.removeprefix(b"\xef\xbb\xbf"))
        if raw.startswith(b"From "):
            line = read_from_line(raw, 0)
            raw, date = raw[line.end :], line.date or date
        if not raw.strip():
            return Damaged(raw, position, position + 1, position + 1, f"“{member.path}” is empty.")
        if not has_known_field(raw):
            reason = f"“{member.path}” does not look like a message: there is no header field in it that is known."
            return Damaged(raw, position, position + 1, position + 1, reason)
        if b"\n" not in raw:
            raw = raw.replace(b"\r", b"\n")
        hints = read_hints(raw, header_end(raw))
        return Entry(
            raw, position, position + 1, position + 1, date, hints.thread_key, hints.legacy_number,
            attachments=emlx.detached(self._tree, self._taken_out.get(member.path, ())),
            labels=hints.labels + self.labels_of(member),
        )  # fmt: skip


class MaildirReader(FileReader):
    """The cur and new of one Maildir, oldest first by the time in the file name. tmp holds unfinished deliveries: left alone."""

    name = "Maildir"

    def arrange(self, members: Sequence[Member]) -> list[Member]:
        return sorted(members, key=lambda member: (_delivered(member), natural(os.path.basename(member.path))))  # noqa: PTH119

    def date_of(self, member: Member) -> datetime | None:
        return datetime.fromtimestamp(seconds, UTC) if (seconds := _delivered(member)) else modified_at(member)

    def labels_of(self, member: Member) -> tuple[str, ...]:
        flags = re.split(r"[:;!-]2,", member.path)[-1] if re.search(r"[:;!-]2,[A-Za-z]*$", member.path) else ""
        return tuple(label for flag, label in (("D", "draft"), ("T", "trashed"), ("F", "flagged")) if flag in flags)


class MhReader(FileReader):
    """The numbered files of one MH folder, and those that MH renamed when they were deleted (",17", "#17")."""

    name = "MH"

    def labels_of(self, member: Member) -> tuple[str, ...]:
        return ("trashed",) if os.path.basename(member.path)[:1] in (",", "#") else ()  # noqa: PTH119


def _delivered(member: Member) -> int:
    """Unix seconds at the front of a Maildir file name, 0 where there are none."""
    found = _MAILDIR_TIME.match(os.path.basename(member.path))  # noqa: PTH119
    return int(found[1]) if found else 0


def _piece(stream: ByteStream) -> tuple[bytes, str]:
    """Up to LARGEST_MESSAGE bytes, and the reason if the stream broke behind them."""
    parts: list[bytes] = []
    size = 0
    try:
        while size < LARGEST_MESSAGE and (data := stream.read(min(1 << 20, LARGEST_MESSAGE - size))):
            parts.append(data)
            size += len(data)
    except Broken as error:
        return b"".join(parts), str(error)
    return b"".join(parts), ""


def _oversized(stream: ByteStream, raw: bytes, member: Member, position: int) -> Iterator[Damaged]:
    """All of a file that is too large to be a message, in pieces; only behind the last one a run may resume."""
    reason = f"A part of “{member.path}”, which is larger than {LARGEST_MESSAGE >> 20} MiB."
    while raw:
        more, broken = _piece(stream)
        yield Damaged(raw, position, position if more else position + 1, position + 1, broken or reason)
        raw = more


def _say(error: OSError) -> str:
    return cast(str, error.strerror) or str(error)
