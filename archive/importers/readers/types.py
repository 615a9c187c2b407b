"""What every reader of an archive yields, and what it promises. Plain values, no models.

A position is a resumable cursor inside one source: `entries(start=entry.next_position, number=entry.number + 1)` goes on right
behind an entry. For mbox and JSON-lines files it is the byte offset in the uncompressed stream; for everything else the
ordinal, from 0.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol

LARGEST_MESSAGE = 64 << 20
"""A message up to this many bytes is passed on. A larger one comes as several Damaged of about this size each, so that memory
stays bounded and still not a byte is lost. No mail system carries such messages; a file without "From " lines looks like one."""

SUPPORTED = (
    "mbox (plain, or packed as .gz, .bz2, .xz, .zst or .zip), Maildir, MH, single .eml files and folders or zips of them, "
    "Pipermail text archives, LISTSERV logs, MMDF, "
    "Yahoo Groups archives (yahoo-group-archiver, YahooGroups-Archiver, Archive Team, Get My Data), "
    "Google Takeout, groups.io exports, public-inbox repositories and Posthouse's own exports"
)


class UnknownFormat(Exception):
    """Nothing in it can be read. str() is one sentence for people: what was found, and what is supported."""

    def __init__(self, found: str) -> None:
        super().__init__(f"{found} What can be read: {SUPPORTED}.")


@dataclass(slots=True, frozen=True)
class Suspicion:
    """A line beginning with "From " about which there is doubt. offset: in the uncompressed stream. split: it was taken as the
    beginning of the message that carries this suspicion; otherwise it was left standing in the message's text."""

    offset: int
    line: str
    split: bool = False


@dataclass(slots=True, frozen=True)
class Detached:
    """An attachment of record that the archive keeps beside the message (Yahoo). open: a fresh binary stream each time."""

    filename: str
    content_type: str
    size: int
    open: Callable[[], BinaryIO]
    description: str = ""


@dataclass(slots=True)
class Entry:
    """One message as it stood in the archive."""

    raw: bytes  # RFC 5322 bytes, mbox quoting undone, without the "From " line
    position: int  # where this entry starts
    next_position: int  # where to resume behind it
    number: int  # 1-based count within the source
    envelope_date: datetime | None = None  # UTC: the "From " line, file time, Yahoo postDate
    thread_key: str = ""  # "gm:1234" (X-GM-THRID), "yahoo:77" (topicId), "posthouse:17 slug" (our own export)
    legacy_number: int | None = None  # Yahoo msgId, X-Groupsio-MsgNum, our own export's number
    author_key: str = ""  # stable identity where addresses are redacted: "yahoo:<userId>" or "yahoo:<profile>"
    author_name: str = ""
    suspicious: tuple[Suspicion, ...] = ()
    attachments: tuple[Detached, ...] = ()
    hidden: bool = False
    labels: tuple[str, ...] = ()


@dataclass(slots=True)
class Damaged:
    """Something that cannot be read as a message. raw: the bytes as found, empty only where not one byte could be read.
    reason: a sentence a person understands."""

    raw: bytes
    position: int
    next_position: int
    number: int
    reason: str


class Reader(Protocol):
    """Reads one source, front to back, in memory that does not grow with it. Never raises on bad bytes."""

    total_bytes: int  # of what is read from disk: compressed bytes where the source is compressed

    @property
    def name(self) -> str:
        """The format in words: "mbox", "Maildir"."""
        ...

    @property
    def dialect(self) -> str:
        """The variant in words, "" where there is none: "mboxrd", "xz"."""
        ...

    def entries(self, start: int = 0, number: int = 1) -> Iterator[Entry | Damaged]:
        """From position `start` on; `number` is given to the first entry (readers with ordinal positions know it themselves)."""
        ...

    def done_bytes(self) -> int:
        """How much of total_bytes has been read so far."""
        ...

    def estimate_total(self) -> int:
        """About how many entries there are: exact where files are counted, from a sample for mbox."""
        ...


@dataclass(slots=True, frozen=True)
class Extra:
    """A file found beside the mail that is not mail. kind: "members", "info" or "other"."""

    path: str
    kind: str


@dataclass(slots=True)
class Source:
    """One reader and its place. key: stable path inside what was opened; "" for the opened file itself."""

    key: str
    name: str  # for people: "topics.mbox", "2004-May.txt.gz"
    reader: Reader
    family: str = ""  # "Google Takeout", "groups.io", "Pipermail", …: where it comes from, if that is known
    group: str = ""  # the group's address or name, where the archive says so
    extras: tuple[Extra, ...] = field(default=())

    @property
    def format(self) -> str:
        """For reports: "Google Takeout: mbox (mboxo, gz)"."""
        dialect = f" ({self.reader.dialect})" if self.reader.dialect else ""
        family = f"{self.family}: " if self.family else ""
        return f"{family}{self.reader.name}{dialect}"

    @property
    def total_bytes(self) -> int:
        return self.reader.total_bytes
