"""mbox in every dialect, plain or compressed, streamed. Also the monthly text files of Pipermail, which are an mbox of a kind."""

import io
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import BinaryIO, NamedTuple

from archive.importers.readers import pipermail
from archive.importers.readers.from_line import header_end, is_header
from archive.importers.readers.hints import read_hints
from archive.importers.readers.quoting import looks_like_mboxrd, speaks_for_mboxcl, unquote
from archive.importers.readers.splitting import CONTENT_LENGTH, Span, Splitter
from archive.importers.readers.streams import Broken, ByteStream, opened
from archive.importers.readers.types import LARGEST_MESSAGE, Damaged, Entry
from archive.mboxrd import OWN_MARK, unwrap

SAMPLE = 8 << 20  # uncompressed bytes from the front by which the dialect is told
SAMPLED_SPANS = 500
FOLDER_DATA = b"FOLDER INTERNAL DATA"  # the first "message" that c-client (Pine, UW IMAP) keeps its notes in


class Survey(NamedTuple):
    """What the front of a file says of the whole."""

    dialect: str  # "mboxo", "mboxrd", "mboxcl", "mboxcl2"
    by_length: bool
    munging: bytes  # Pipermail's word for "@", b"" where the file is not Pipermail's
    average: int  # bytes of a message


class Front(NamedTuple):
    """The sample itself: its size unpacked and packed."""

    survey: Survey
    codec: str
    size: int
    packed: int


class MboxReader:
    """opener: a fresh binary stream each time, compressed or not; size: its length in bytes."""

    def __init__(self, opener: Callable[[], BinaryIO], size: int, packing: str = "") -> None:
        self._opener = opener
        self._packing = packing
        self._stream: ByteStream | None = None
        self.total_bytes = size

    @property
    def name(self) -> str:
        return "Pipermail text" if self.survey.munging else "mbox"

    @property
    def dialect(self) -> str:
        return ", ".join(part for part in (self.survey.dialect, self._front.codec, self._packing) if part)

    @property
    def survey(self) -> Survey:
        return self._front.survey

    def done_bytes(self) -> int:
        return min(self._stream.consumed, self.total_bytes) if self._stream else 0

    def estimate_total(self) -> int:
        front = self._front
        whole = self.total_bytes * front.size // front.packed if front.packed else 0
        return max(1, whole // front.survey.average) if front.size else 0

    def entries(self, start: int = 0, number: int = 1) -> Iterator[Entry | Damaged]:
        """Position is the byte offset of the "From " line in the uncompressed file."""
        try:
            stream = self._stream = opened(self._opener)
            stream.skip(start)
        except Broken as error:
            yield Damaged(b"", start, start, number, str(error))
            return
        part = 0
        for span in Splitter(stream, start, by_length=self.survey.by_length).spans():
            part = part + 1 if span.partial or part else 0
            if part:
                yield _oversized(span, number, part)
                part = part if span.partial else 0
            else:
                yield self._read(span, number)
            number += 1
        stream.close()

    def _read(self, span: Span, number: int) -> Entry | Damaged:
        begin = span.line.end if span.line else span.begin
        if span.broken:
            return Damaged(span.data[begin : span.end], span.offset, span.next_offset, number, span.broken)
        if span.data.startswith(OWN_MARK, begin):
            return self._own(span, begin, number)
        content = span.data[begin : span.end] if span.exact else _without_separator(span.data[begin : span.end])
        if span.line is None and not is_header(content):
            reason = f"The {len(content):,} bytes before the first “From ” line are not a message."
            return Damaged(content, span.offset, span.next_offset, number, reason)
        if not content.strip():
            return Damaged(content, span.offset, span.next_offset, number, "There is nothing behind this “From ” line.")
        return self._foreign(span, content, number)

    def _own(self, span: Span, begin: int, number: int) -> Entry:
        own = unwrap(span.data[begin : span.end])
        return Entry(
            own.raw,
            span.offset,
            span.next_offset,
            number,
            span.line.date if span.line else None,
            f"posthouse:{own.thread}" if own.thread else "",
            own.number,
            own.author.key if own.author else "",
            own.author.name if own.author else "",
        )

    def _foreign(self, span: Span, content: bytes, number: int) -> Entry:
        if b"\n" not in content:
            content = content.replace(b"\r", b"\n")  # from a Mac before OS X
        body = header_end(content)
        if self.survey.munging:
            content = pipermail.unmung(content, self.survey.munging)
            body = header_end(content)
        raw = unquote(content, self.survey.dialect, body) if span.quoted else content
        hints = read_hints(raw, body)
        return Entry(
            raw,
            span.offset,
            span.next_offset,
            number,
            span.line.date if span.line else None,
            hints.thread_key,
            hints.legacy_number,
            suspicious=span.suspicions,
            hidden=span.offset == 0 and FOLDER_DATA in raw[:body],
            labels=hints.labels,
        )

    @cached_property
    def _front(self) -> Front:
        try:
            stream = opened(self._opener)
        except Broken:
            return Front(survey(b""), "", 0, 0)
        try:
            sample = stream.read(SAMPLE)
        except Broken:
            sample = b""
        stream.close()
        return Front(survey(sample), stream.codec, len(sample), stream.consumed)


def survey(sample: bytes) -> Survey:
    """Tell the dialect from the front of a file."""
    count = lengths = landed = unquoted = 0
    quoted = False
    for span in Splitter(ByteStream(io.BytesIO(sample), ""), by_length=True).spans():
        if span.line is None or (span.next_offset == len(sample) and count):
            continue  # the last one may be cut off
        count += 1
        text = span.data[span.line.end : span.end]
        if CONTENT_LENGTH.search(text, 0, header_end(text)):
            lengths += 1
            landed += span.exact
            unquoted += span.exact and b"\nFrom " in text
            quoted = quoted or speaks_for_mboxcl(text)
        if count == SAMPLED_SPANS:
            break
    average = max(1, span.next_offset // max(1, count)) if count else max(1, len(sample))
    by_length = bool(lengths) and 2 * lengths >= count and 2 * landed >= lengths
    dialect = "mboxrd" if looks_like_mboxrd(sample) else "mboxo"
    if by_length:
        dialect = "mboxcl" if quoted and not unquoted else "mboxcl2"
    return Survey(dialect, by_length, pipermail.munging_of(sample), average)


def _without_separator(content: bytes) -> bytes:
    """The empty line between two messages belongs to neither."""
    if content.endswith(b"\n\n"):
        return content[:-1]
    if content.endswith(b"\n\r\n"):
        return content[:-2]
    return content[:-1] if content.endswith(b"\r\r") else content


def _oversized(span: Span, number: int, part: int) -> Damaged:
    begin = span.line.end if span.line else span.begin
    reason = (
        f"Part {part} of a message larger than {LARGEST_MESSAGE >> 20} MiB; probably a “From ” line is missing in it."
    )
    return Damaged(span.data[begin : span.end], span.offset, span.next_offset, number, reason)
