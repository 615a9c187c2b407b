"""From raw bytes to everything the store needs: parse, render, compress. Pure, so that an import may do it in another process."""

from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

import zstandard

from archive.keys import key_of
from archive.parsing import base_subject, parse_message
from archive.parsing.types import AttachmentPart, DateSource, ParsedMessage
from archive.rendering import render_to_store

SNIPPET_LENGTH = 220
OWN_THREADS = "posthouse:"  # how the thread keys of our own exports begin
_compressor = zstandard.ZstdCompressor(level=1)


@dataclass(slots=True)
class Letter:
    """One letter, ready to be stored. Dates are UTC, `raw` is zstandard, keys are archive.keys.key_of."""

    message_id: str
    message_id_key: int
    content_hash: bytes
    references: tuple[str, ...]
    thread_key: str
    subject: str
    subject_key: int
    is_reply: bool
    author_key: str
    from_name: str
    from_address: str
    sent_at: datetime
    utc_offset: int | None
    date_raw: str
    date_source: str
    snippet: str
    size: int
    list_id: str
    defects: str
    legacy_number: int | None
    attachments: list[AttachmentPart]
    raw: bytes
    text: str
    html: str
    has_remote: bool
    # for the search index only
    to_text: str
    visible: str
    signature: str
    quoted: str
    hidden: bool = False
    detached: tuple["StoredBlob", ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Letters travel between processes as bare values: half the work of what pickle does with names."""
        return Letter, _values_of(self)


_values_of = attrgetter(*(field.name for field in fields(Letter)))


@dataclass(slots=True)
class StoredBlob:
    """A detached attachment that already stands under BLOB_FOLDER."""

    filename: str
    content_type: str
    size: int
    sha256: str
    path: str


@dataclass(slots=True)
class Hints:
    """What the source knows beside the letter itself."""

    envelope_date: datetime | None = None
    arrival: datetime | None = None
    thread_key: str = ""
    legacy_number: int | None = None
    author_key: str = ""
    author_name: str = ""
    hidden: bool = False


def prepare(raw: bytes, hints: Hints) -> Letter:
    """Read one raw message (RFC 5322 bytes, never altered) into a Letter. Does not raise on any bytes."""
    return letter_of(raw, parse_message(raw, envelope_date=hints.envelope_date, arrival=hints.arrival), hints)


def letter_of(raw: bytes, parsed: ParsedMessage, hints: Hints) -> Letter:
    """The Letter of a message that is read already."""
    rendered = render_to_store(parsed.bodies, parsed.attachments)
    base, is_reply = base_subject(parsed.subject)
    address = parsed.sender.address[:320]
    name = (parsed.sender.name or hints.author_name)[:200]
    sent_at, date_source = _date_of(parsed, hints)
    return Letter(
        message_id=parsed.message_id,
        message_id_key=key_of(parsed.message_id),
        content_hash=parsed.content_hash,
        references=parsed.references,
        thread_key=hints.thread_key[:120],
        subject=parsed.subject,
        subject_key=key_of(base.casefold()),
        is_reply=is_reply,
        author_key=(hints.author_key or address.lower() or f"name:{name.lower()}")[:320],
        from_name=name,
        from_address=address,
        sent_at=sent_at,
        utc_offset=parsed.utc_offset,
        date_raw=parsed.date_raw[:250],
        date_source=str(date_source),
        snippet=rendered.snippet[:SNIPPET_LENGTH],
        size=parsed.size,
        list_id=parsed.list_id[:255],
        defects=",".join(parsed.defects)[:250],
        legacy_number=hints.legacy_number,
        attachments=parsed.attachments,
        raw=_compressor.compress(raw),
        text=rendered.text,
        html=rendered.html,
        has_remote=rendered.has_remote,
        to_text=" ".join(f"{person.name} {person.address}".strip() for person in (*parsed.to, *parsed.cc)),
        visible=rendered.visible,
        signature=rendered.signature,
        quoted=rendered.quoted,
        hidden=hints.hidden,
    )


def _date_of(parsed: ParsedMessage, hints: Hints) -> tuple[datetime, DateSource]:
    """To the second, as an mbox keeps it. What an export of ours says was decided when the letter first came: a date that lay
    in the future then must not become true because time has passed."""
    sent_at = parsed.date.replace(microsecond=0)
    ours = hints.thread_key.startswith(OWN_THREADS)
    if ours and hints.envelope_date is not None and hints.envelope_date != sent_at:
        return hints.envelope_date, DateSource.ENVELOPE
    return sent_at, parsed.date_source


def take_neighbours_date(letter: Letter, previous: datetime | None) -> None:
    """A letter without any date of its own is dated like the one before it in the same source."""
    if previous is not None and letter.date_source == DateSource.ARRIVAL:
        letter.sent_at, letter.date_source = previous, DateSource.NEIGHBOUR.value


@dataclass(slots=True)
class Failure:
    """Our own code failed on a letter: it is kept in quarantine rather than lost."""

    reason: str


def prepare_batch(items: list[tuple[bytes, Hints]]) -> list[Letter | Failure]:
    """Runs in the helper processes: no database, no settings."""
    prepared: list[Letter | Failure] = []
    for raw, hints in items:
        try:
            prepared.append(prepare(raw, hints))
        except Exception as error:  # a bug on somebody's odd mail must not cost them the mail
            prepared.append(Failure(f"This letter could not be read: {type(error).__name__}: {error}"[:300]))
    return prepared
