"""What reading a letter yields: plain values, no models, no I/O.

Every field is filled whatever the bytes were. Text is always valid Unicode without lone surrogates or NUL, so it can be
stored in any database. Names follow RFC 5322, RFC 2045 and RFC 5256.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class DateSource(StrEnum):
    """Where the date of a message was taken from, best first."""

    DATE = "date"  # the Date header, understood and plausible
    RECEIVED = "received"  # the topmost plausible Received (or Delivery-date, Resent-Date) header
    ENVELOPE = "envelope"  # the mbox "From " line, the Yahoo postDate, a Maildir or file time
    NEIGHBOUR = "neighbour"  # the message before it in the same source
    ARRIVAL = "arrival"  # nothing else: when we took it in


@dataclass(slots=True, frozen=True)
class Address:
    """A mailbox (RFC 5322 §3.4): decoded display name, address as written ("" where there is none)."""

    name: str
    address: str


@dataclass(slots=True)
class BodyPart:
    """A part people read, decoded, in the order it is to be shown.

    kind: "plain", "html" or "calendar". text: decoded, "\\n" line ends; for format=flowed (RFC 3676) already unflowed
    into one line a paragraph, each line still carrying its "> " quote marks. index: position among the leaf parts of
    the message. alternative: parts with the same number (not 0) say the same thing in different forms (RFC 2046
    §5.1.4): show one kind of them.
    """

    kind: str
    text: str
    index: int
    flowed: bool = False
    charset: str = "utf-8"
    alternative: int = 0


@dataclass(slots=True)
class AttachmentPart:
    """A part people download (or an image shown inline). Content is fetched again from the raw message by `index`.

    filename: decoded, without any path, "" where none was given. content_type: lower case, "type/subtype". size:
    decoded bytes. sha256: hex of the decoded content. content_id: without angle brackets. inline: meant to be shown in
    the body (cid or disposition).
    """

    index: int
    filename: str
    content_type: str
    size: int
    sha256: str
    content_id: str = ""
    inline: bool = False


@dataclass(slots=True)
class ParsedMessage:
    """A whole message as read. All dates are timezone-aware UTC; utc_offset is the sender's zone in minutes (None: unknown).

    defects are stable slugs, in the order met: header-malformed, header-8bit, charset-repaired, charset-unknown,
    message-id-missing, date-corrected, boundary-missing, boundary-unclosed, nested-too-deep, too-many-parts,
    base64-damaged, uuencode-damaged, yenc-damaged, binhex-damaged, transfer-encoding-unknown, tnef-damaged.
    """

    message_id: str  # without angle brackets; made from the content where the header is missing or empty
    message_id_missing: bool
    # RFC 5256 §3: References, then In-Reply-To ids not yet among them; oldest first, no duplicates, never itself
    references: tuple[str, ...]
    subject: str
    sender: Address  # the author: From, else Sender, else Resent-From, Return-Path
    to: list[Address]
    cc: list[Address]
    reply_to: list[Address]
    date: datetime
    date_source: DateSource
    date_raw: str  # the Date header as it stood, unfolded
    utc_offset: int | None
    list_id: str  # RFC 2919, without brackets and phrase, lower case
    bodies: list[BodyPart]
    attachments: list[AttachmentPart]
    content_hash: bytes  # 32 bytes: the same letter taken from two archives has the same hash; see parsing.identity
    size: int  # bytes of the raw message
    headers: list[tuple[str, str]] = field(default_factory=list)  # decoded, in order, unfolded, for display
    defects: list[str] = field(default_factory=list)

    @property
    def date_corrected(self) -> bool:
        return self.date_source is not DateSource.DATE
