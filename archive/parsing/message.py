"""Reading a whole message: headers, dates, identity, bodies, attachments."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from archive.parsing.addresses import NOBODY, parse_address, parse_addresses
from archive.parsing.bodies import Reading, read_bodies
from archive.parsing.charsets import clean_line, guess_charset
from archive.parsing.dates import DATE_CORRECTED, best_date
from archive.parsing.headers import HEADER_8BIT, HeaderBlock, by_name, leading_blank_lines, split_headers
from archive.parsing.identity import content_hash, list_id_of, own_message_id, references_of, synthetic_id
from archive.parsing.mime import Leaf, entity, read_leaves
from archive.parsing.types import Address, AttachmentPart, DateSource, ParsedMessage
from archive.parsing.words import decode_unstructured, decode_words

MESSAGE_ID_MISSING = "message-id-missing"
_MOST_HEADERS = 2000  # shown; a longer list is an attack or a loop
_SENDERS = ("from", "sender", "resent-from", "return-path", "x-envelope-from")
_TRANSPORT_DATES = (
    "received",
    "delivery-date",
    "resent-date",
    "x-received",
    "injection-date",
    "nntp-posting-date",
    "x-list-received-date",
)
_WORD_CHARSET = re.compile(r"=\?([^?\s]{1,60})\?[bBqQ]\?")
_NOTHING: tuple[str, ...] = ()


def parse_message(
    raw: bytes,
    *,
    envelope_date: datetime | None = None,
    previous_date: datetime | None = None,
    arrival: datetime | None = None,
) -> ParsedMessage:
    """Read one message (RFC 5322 bytes, without the mbox "From " line or with it). Never raises, whatever the bytes.

    envelope_date: of the mbox line, or of the file. previous_date: of the message before it in the same source.
    arrival: when we took it in, now by default; no message is dated later than a day after it. Dates without a zone are
    UTC.
    """
    raw = _with_line_feeds(raw)
    return _Reader(raw).read(_aware(envelope_date), _aware(previous_date), _aware(arrival) or datetime.now(UTC))


def leaf_content(raw: bytes, index: int) -> tuple[AttachmentPart, bytes] | None:
    """The attachment with this AttachmentPart.index and its decoded bytes; None where there is none. Never raises."""
    raw = _with_line_feeds(raw)
    reader = _Reader(raw)
    for file in reader.read_parts().files:
        if file.part.index == index:
            return file.part, file.content(raw)
    return None


def _with_line_feeds(raw: bytes) -> bytes:
    """Old Macintosh letters, with bare carriage returns; offsets and sizes stay."""
    return raw.replace(b"\r", b"\n") if b"\r" in raw and b"\n" not in raw else raw


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.block: HeaderBlock = split_headers(raw, leading_blank_lines(raw))
        self.defects: list[str] = [self.block.defect] if self.block.defect else []
        fields = self.block.fields
        self.values = by_name(fields)  # by lower-case name; unfolded, encoded words not decoded
        self.root: Leaf = entity(self.values, self.block.body, len(raw))
        if self.block.charset == "latin-1":
            fields = self._made_readable(fields)
        self._fields = fields

    def read(self, envelope: datetime | None, previous: datetime | None, arrival: datetime) -> ParsedMessage:
        reading = self.read_parts()
        date_raw = self._first("date")
        date = best_date(date_raw, self._transport_dates(), envelope=envelope, previous=previous, arrival=arrival)
        digest = content_hash(
            self.raw, body=self.block.body, identity=[self._original(name) for name in ("from", "date", "subject")]
        )
        message_id = own_message_id(self._first("message-id"))
        is_missing = not message_id
        if is_missing:
            self.defects.append(MESSAGE_ID_MISSING)
            message_id = synthetic_id(digest)
        if date.source is not DateSource.DATE:
            self.defects.append(DATE_CORRECTED)
        return ParsedMessage(
            message_id=message_id,
            message_id_missing=is_missing,
            references=references_of(self._all("references"), self._all("in-reply-to"), message_id),
            subject=decode_unstructured(self._first("subject"), self.defects),
            sender=self._sender(),
            to=self._addresses("to"),
            cc=self._addresses("cc"),
            reply_to=self._addresses("reply-to"),
            date=date.when,
            date_source=date.source,
            date_raw=clean_line(date_raw),
            utc_offset=date.offset,
            list_id=list_id_of(self._first("list-id")) if "list-id" in self.values else "",
            bodies=reading.bodies,
            attachments=[file.part for file in reading.files],
            content_hash=digest,
            size=len(self.raw),
            headers=self._headers(),
            defects=list(dict.fromkeys(self.defects)) if self.defects else [],
        )

    def read_parts(self) -> Reading:
        leaves, defects = read_leaves(self.raw, self.root)
        reading = read_bodies(self.raw, leaves, hint=self._header_charset())
        self.defects += defects
        self.defects += reading.defects
        return reading

    def _made_readable(self, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Raw eight-bit values, each decoded on its own; most likely they are in the charset of the body."""
        self.defects.append(HEADER_8BIT)
        hint = self.root.content_type.parameters.get("charset", "") or self._guessed_from_all(fields)
        fields = [(name, self.block.readable(value, hint)) for name, value in fields]
        self.values = by_name(fields)
        return fields

    def _guessed_from_all(self, fields: list[tuple[str, str]]) -> str:
        """A name of one character says nothing about its charset; together with the subject it does."""
        strange = [value.encode("latin-1") for _, value in fields if not value.isascii()]
        return guess_charset(b"\n".join(strange)) if len(strange) > 1 else ""

    def _headers(self) -> list[tuple[str, str]]:
        """For display: encoded words decoded."""
        fields = self._fields[:_MOST_HEADERS]
        if not self.block.has_words:
            return fields
        return [(name, clean_line(decode_words(value))) if "=?" in value else (name, value) for name, value in fields]

    def _first(self, name: str) -> str:
        """The first value that says something, "" where there is none."""
        values = self.values.get(name)
        if values is None:
            return ""
        return values[0] if values[0] else next((value for value in values if value), "")

    def _all(self, name: str) -> Sequence[str]:
        return self.values.get(name, _NOTHING)

    def _original(self, name: str) -> bytes:
        """The bytes of the first value as they stood, whatever charset they were in."""
        if self.block.charset == "latin-1":
            return next(self.block.values(name), "").encode("latin-1")
        return self.values.get(name, [""])[0].encode("utf-8", "replace")

    def _header_charset(self) -> str:
        """The charset of the first encoded word in Subject or From: unlabelled text is likely in the same."""
        if not self.block.has_words:
            return ""
        found = _WORD_CHARSET.search(self._first("subject")) or _WORD_CHARSET.search(self._first("from"))
        return found[1] if found else ""

    def _transport_dates(self) -> Sequence[str]:
        received = self._all("received")
        return received if received else [value for name in _TRANSPORT_DATES for value in self._all(name)]

    def _sender(self) -> Address:
        best = NOBODY
        for name in _SENDERS:
            for value in self._all(name):
                person = parse_address(value)
                if person.address:
                    return person if not best.name or name == "from" else Address(best.name, person.address)
                best = best if best.name else person
        return best

    def _addresses(self, name: str) -> list[Address]:
        values = self.values.get(name)
        if values is None:
            return []
        return (
            parse_addresses(values[0])
            if len(values) == 1
            else [person for value in values for person in parse_addresses(value)]
        )
