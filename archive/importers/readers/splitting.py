"""Cuts a stream into the spans of an mbox: from one "From " line to the next. Works on a moving window, not line by line."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from archive.importers.readers.from_line import (
    BLOCK,
    LONGEST_LINE,
    FromLine,
    begins_message,
    header_end,
    read_from_line,
)
from archive.importers.readers.streams import Broken, ByteStream
from archive.importers.readers.types import LARGEST_MESSAGE, Suspicion
from archive.mboxrd import OWN_MARK

CHUNK = 1 << 20
LARGEST_CHUNK = 16 << 20
LOOKAHEAD = BLOCK + LONGEST_LINE + 2  # what must be known behind a "From " line before it can be judged
LONGEST_HEADER = 64 << 10  # how far Content-Length is looked for
MOST_SUSPICIONS = 50  # reported of one message; a log file pasted into a mail may hold thousands
CONTENT_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,10})[ \t]*\r?$", re.I | re.M)
_PADDING = b"\xef\xbb\xbf \t\r\n\0"
_LF, _CR, _QUOTE = 10, 13, 62


class Span(NamedTuple):
    """data[begin:end] is one message with its "From " line `line` (None where the text does not begin with one)."""

    data: bytes
    begin: int
    end: int
    offset: int  # of data[begin] in the stream
    next_offset: int
    line: FromLine | None
    suspicions: tuple[Suspicion, ...]
    quoted: bool = True  # there may be a ">From " in it
    exact: bool = False  # Content-Length said where it ends
    partial: bool = False  # longer than LARGEST_MESSAGE: more of it follows
    broken: str = ""  # the stream broke in it: why


class Splitter:
    """Spans of a stream that stands at offset `start`: a "From " line or the beginning of the file."""

    def __init__(self, stream: ByteStream, start: int = 0, *, by_length: bool = False) -> None:
        self._stream = stream
        self._by_length = by_length
        self._data = b""
        self._base = start  # offset of _data[0] in the stream
        self._begin = 0  # of the current span, in _data
        self._scan = 0  # no "From " before it that has not been judged
        self._line: FromLine | None = None
        self._next_line: FromLine | None = None
        self._doubts: list[Suspicion] = []
        self._next_doubts: list[Suspicion] = []
        self._own = False
        self._quoted = False
        self._ended = False
        self._broken = ""

    def spans(self) -> Iterator[Span]:
        self._refill()
        self._skip_padding()
        if self._data.startswith(b"From ", self._begin):
            self._start(self._begin, read_from_line(self._data, self._begin))
        while self._begin < len(self._data):
            yield self._next_span()
            if self._begin == len(self._data):
                self._refill()
        if self._broken:
            offset = self._base + self._begin
            yield Span(b"", 0, 0, offset, offset, None, (), broken=self._broken)

    def _next_span(self) -> Span:
        landing = self._landing() if self._by_length and self._line and not self._own else None
        end, cut = landing or (0, self._next_cut())
        partial = cut < 0
        if partial:
            cut = max(
                self._begin + 1, self._scan - 8
            )  # whatever has been judged; the line end before a "From " stays with it
        data, begin, line, doubts = self._data, self._begin, self._line, self._doubts
        broken = self._broken if cut == len(data) and self._ended else ""
        if broken:
            self._broken = ""
        offsets = self._base + begin, self._base + cut
        exact = landing is not None
        span = Span(
            data, begin, end or cut, *offsets, line, tuple(doubts), exact or self._quoted, exact, partial, broken
        )
        self._start(cut, None if partial or cut == len(data) else self._next_line)
        return span

    def _start(self, begin: int, line: FromLine | None) -> None:
        self._begin, self._line, self._quoted = begin, line, False
        self._doubts, self._next_doubts = self._next_doubts, []
        if line:
            self._scan = max(begin + 5, line.end - 1)
            self._own = self._data.startswith(OWN_MARK, line.end)

    def _next_cut(self) -> int:
        """Where the next message begins; the end of the data at the end of the stream; -1 if the message is too large."""
        while True:
            at = self._data.find(b"From ", self._scan)
            if at >= 0 and (self._ended or len(self._data) - at >= LOOKAHEAD):
                self._scan = at + 5
                if self._separates(at):
                    return at
                continue
            self._scan = at if at >= 0 else max(self._scan, len(self._data) - 4)
            if self._ended:
                return len(self._data)
            if len(self._data) - self._begin > LARGEST_MESSAGE:
                return -1
            self._refill()

    def _separates(self, at: int) -> bool:
        data = self._data
        before = data[at - 1]
        if before == _QUOTE:
            self._quoted = True
            return False
        if before != _LF and (before != _CR or self._own):  # our own exports quote behind LF only
            return False
        blank = self._blank_before(at)
        line = read_from_line(data, at)
        accepted = begins_message(data, at, line, blank)
        if accepted:
            self._next_line = line
            if not (blank and line.dated):
                self._next_doubts.append(self._suspicion(at, line, split=True))
        elif len(self._doubts) < MOST_SUSPICIONS:
            self._doubts.append(self._suspicion(at, line, split=False))
        return accepted

    def _blank_before(self, at: int) -> bool:
        if self._line and at == self._line.end:
            return True  # a message without a byte
        last, but_one = self._data[at - 1], self._data[at - 2]
        if last == _LF:
            return but_one == _LF or (but_one == _CR and self._data[at - 3] in (_LF, _CR))
        return but_one == _CR

    def _suspicion(self, at: int, line: FromLine, *, split: bool) -> Suspicion:
        text = self._data[at : min(line.end, at + 120)].decode("utf-8", "replace").strip()
        return Suspicion(self._base + at, text.replace("\0", "\ufffd"), split)

    def _landing(self) -> tuple[int, int] | None:
        """(end of the message, beginning of the next) if its Content-Length leads exactly to a "From " line or to the end."""
        assert self._line is not None
        header = self._line.end - self._begin
        self._have(header + LONGEST_HEADER)
        head = self._data[self._begin + header : self._begin + header + LONGEST_HEADER]
        size = header_end(head)
        found = CONTENT_LENGTH.search(head, 0, size)
        if not found or int(found[1]) > LARGEST_MESSAGE:
            return None
        length = header + size + int(found[1])
        self._have(length + LOOKAHEAD)
        return self._lands(self._begin + length)

    def _lands(self, end: int) -> tuple[int, int] | None:
        data = self._data
        if end > len(data):
            return None
        at = end
        for _ in range(2):
            at += 2 if data.startswith(b"\r\n", at) else data.startswith(b"\n", at)
        if self._ended and not data[at : at + CHUNK].strip():
            return (end, len(data)) if not self._broken else None
        if not data.startswith(b"From ", at) or data[at - 1] != _LF:
            return None
        line = read_from_line(data, at)
        if not begins_message(data, at, line, True):
            return None
        self._next_line = line
        return end, at

    def _have(self, count: int) -> None:
        """Make sure that `count` bytes of the current span are in memory, if the stream has them."""
        while not self._ended and len(self._data) - self._begin < count:
            self._refill()

    def _refill(self) -> None:
        """Forget what stands before the current span and read on; the larger the span, the more at once: the cost is linear."""
        if self._ended:
            return
        rest = self._data[self._begin :]
        try:
            more = self._stream.read(min(max(CHUNK, len(rest)), LARGEST_CHUNK))
        except Broken as error:
            more, self._broken = b"", str(error)
        self._ended = not more
        shift = self._begin
        self._data = rest + more
        self._base += shift
        self._scan -= shift
        self._begin = 0
        if self._line:
            self._line = self._line._replace(end=self._line.end - shift)

    def _skip_padding(self) -> None:
        while not self._ended and not self._data.strip(_PADDING):
            self._begin = len(self._data)
            self._refill()
        self._begin = self._scan = len(self._data) - len(self._data.lstrip(_PADDING))
