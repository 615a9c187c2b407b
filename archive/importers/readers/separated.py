"""Mailboxes in which a line of its own stands between messages: the logs (notebooks) of LISTSERV, and MMDF.

    LISTSERV   a line of 73 "=", then the header, which begins with Date: (or with what came over the network)
    MMDF       a line of four ^A before and behind each message

Neither quotes anything, so a line of "=" in a text is a separator only where such a header follows.
"""

import re
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import BinaryIO, NamedTuple

from archive.importers.readers.from_line import BLOCK, header_end, is_header
from archive.importers.readers.hints import read_hints
from archive.importers.readers.streams import Broken, ByteStream, opened
from archive.importers.readers.types import LARGEST_MESSAGE, Damaged, Entry

CHUNK = 1 << 20
LARGEST_CHUNK = 16 << 20
LONGEST_SEPARATOR = 128
LOOKAHEAD = BLOCK + LONGEST_SEPARATOR  # what must be known behind a separator before it can be judged
MMDF_MARK = b"\x01\x01\x01\x01"
_LISTSERV = re.compile(rb"^={65,80}[ \t]*\r?\n(?=(?:Date|Received|Return-Path|X-[!-9;-~]{1,60}):)", re.M | re.I)
_SENDER = re.compile(rb"^(?:From|Sender|Reply-To)[ \t]*:", re.M | re.I)
_MMDF = re.compile(rb"^\x01{4}\r?\n", re.M)


class Style(NamedTuple):
    name: str
    separator: re.Pattern[bytes]


LISTSERV = Style("LISTSERV log", _LISTSERV)
MMDF = Style("MMDF", _MMDF)


class Piece(NamedTuple):
    """What stands from one separator to the next, the first one included."""

    data: bytes
    offset: int
    partial: bool  # longer than LARGEST_MESSAGE: more of it follows
    broken: str  # the stream broke behind it: why


def style_of(head: bytes) -> Style | None:
    """The style of a file, told from its front; None where it begins with no separator and message."""
    for style in (LISTSERV, MMDF):
        found = style.separator.match(head)
        if found and is_header(head[found.end() :]):
            return style
    return None


class SeparatedReader:
    """opener: a fresh binary stream each time, compressed or not. Position: byte offset of the separator, unpacked."""

    def __init__(self, opener: Callable[[], BinaryIO], size: int, packing: str, style: Style) -> None:
        self._opener = opener
        self._packing = packing
        self._style = style
        self._stream: ByteStream | None = None
        self.total_bytes = size
        self.name = style.name

    @property
    def dialect(self) -> str:
        try:
            stream = opened(self._opener)
        except Broken:
            return self._packing
        stream.close()
        return ", ".join(part for part in (stream.codec, self._packing) if part)

    def done_bytes(self) -> int:
        return min(self._stream.consumed, self.total_bytes) if self._stream else 0

    def estimate_total(self) -> int:
        """From the first megabytes: how many messages, and how far they reach in the file."""
        try:
            stream = opened(self._opener)
            sample = stream.read(4 * CHUNK)
        except Broken:
            return 0
        stream.close()
        count = sum(1 for _ in _separators(self._style, sample))
        return max(1, count * self.total_bytes // max(1, min(stream.consumed, self.total_bytes))) if count else 0

    def entries(self, start: int = 0, number: int = 1) -> Iterator[Entry | Damaged]:
        try:
            stream = self._stream = opened(self._opener)
            stream.skip(start)
        except Broken as error:
            yield Damaged(b"", start, start, number, str(error))
            return
        part = 0
        for piece in _pieces(stream, start, self._style):
            part = part + 1 if piece.partial or part else 0
            entry = _oversized(piece, number, part) if part else self._read(piece, number)
            part = part if piece.partial else 0
            if entry is not None:
                yield entry
                number += 1
        stream.close()

    def _read(self, piece: Piece, number: int) -> Entry | Damaged | None:
        found = self._style.separator.match(piece.data)
        content = piece.data[found.end() :] if found else piece.data
        behind = piece.offset + len(piece.data)
        if piece.broken:
            return Damaged(content, piece.offset, behind, number, piece.broken)
        if not content.strip():
            return None  # between the two lines of MMDF
        if not is_header(content):
            reason = f"The {len(content):,} bytes behind this line between two messages are not a message."
            return Damaged(content, piece.offset, behind, number, reason)
        hints = read_hints(content, header_end(content))
        return Entry(content, piece.offset, behind, number, None, hints.thread_key, hints.legacy_number)


def _separators(style: Style, data: bytes, start: int = 0) -> Iterator[int]:
    """Where separators stand behind which a message (in MMDF: anything) follows."""
    for found in style.separator.finditer(data, start):
        if style is MMDF or _is_whole_header(data[found.end() : found.end() + BLOCK]):
            yield found.start()


def _is_whole_header(text: bytes) -> bool:
    """Whoever draws a line and writes "Date: tomorrow" under it, does not write "From:", too."""
    return is_header(text) and _SENDER.search(text, 0, header_end(text)) is not None


def _pieces(stream: ByteStream, base: int, style: Style) -> Iterator[Piece]:
    """Cut the stream, which stands at offset `base`, at its separators; reads on as much again as it holds, so that the cost
    stays linear."""
    data, begin, scan, broken, ended = b"", 0, 1, "", False
    while True:
        limit = len(data) if ended else len(data) - LOOKAHEAD
        cut = next(takewhile(lambda at: at <= limit, _separators(style, data, scan)), -1)  # noqa: B023 used at once
        partial = cut < 0 and not ended and len(data) - begin > LARGEST_MESSAGE
        if partial:
            cut = limit
        if cut > begin:
            yield Piece(data[begin:cut], base + begin, partial, "")
            begin, scan = cut, cut + 1
            continue
        if ended:
            break
        scan = max(scan, limit - LONGEST_SEPARATOR) - begin
        data, base, begin = data[begin:], base + begin, 0
        try:
            more = stream.read(min(max(CHUNK, len(data)), LARGEST_CHUNK))
        except Broken as error:
            more, broken = b"", str(error)
        data += more
        ended = not more
    if begin < len(data) or broken:
        yield Piece(data[begin:], base + begin, False, broken)


def _oversized(piece: Piece, number: int, part: int) -> Damaged:
    reason = f"Part {part} of a message larger than {LARGEST_MESSAGE >> 20} MiB."
    return Damaged(piece.data, piece.offset, piece.offset + len(piece.data), number, piece.broken or reason)
