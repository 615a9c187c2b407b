"""What a search engine is to the rest of the house: documents go in, a query with a scope comes back as hits.

Engines know nothing of people and permissions. They are told which groups' letters count (Scope), and everything that they
answer (hits, counts, facets) is of that scope only.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, Self

from archive.search.places import Places

Sort = Literal["relevance", "date", "oldest"]
FACET_SIZE = 30  # most frequent authors and groups that an engine returns
MAX_YEARS = 200

# How much a word counts by where it stands. All five are searched when no field is named.
WEIGHTS = {"subject": 3.0, "sender": 2.0, "body": 1.0, "quoted": 0.3, "filenames": 1.0}
ANYWHERE = tuple(WEIGHTS)
FIELDS = (*ANYWHERE, "recipients", "list_id")


class EngineError(Exception):
    """The index cannot answer: missing, damaged, or the engine failed. Callers fall back on the database."""


class IndexMissing(EngineError):
    """There is no index (yet)."""


@contextmanager
def guarded() -> Iterator[None]:
    """Whatever goes wrong inside is an EngineError. A panic of a Rust library is not even an Exception."""
    try:
        yield
    except (EngineError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise EngineError(f"{type(error).__name__}: {error}") from error


@dataclass(slots=True)
class Document:
    """One letter as the index knows it. Texts are as people wrote them; engines fold them (archive.search.words)."""

    id: int
    group_id: int
    thread_id: int
    number: int
    sent_at: int  # seconds since 1970, UTC
    year: int
    author_id: int
    sender: str
    recipients: str
    subject: str
    body: str  # what the author wrote
    quoted: str
    filenames: str
    has_attachment: bool
    list_id: str
    transfer_id: int  # 0: of no import


def document_of(
    *,
    id: int,
    group_id: int,
    thread_id: int,
    number: int,
    sent_at: datetime,
    author_id: int,
    from_text: str,
    to_text: str,
    subject: str,
    body: str,
    quoted: str,
    filenames: Sequence[str] = (),
    list_id: str = "",
    transfer_id: int | None = None,
) -> Document:
    """A document from values in hand. `filenames` has one entry an attachment, "" where it has no name."""
    return Document(
        id=id,
        group_id=group_id,
        thread_id=thread_id,
        number=number,
        sent_at=seconds(sent_at),
        year=sent_at.year,
        author_id=author_id,
        sender=from_text,
        recipients=to_text[:RECIPIENTS_LIMIT],
        subject=subject,
        body=body[:TEXT_LIMIT],
        quoted=quoted[:TEXT_LIMIT],
        filenames=" ".join(filenames),
        has_attachment=bool(filenames),
        list_id=list_id,
        transfer_id=transfer_id or 0,
    )


TEXT_LIMIT = 500_000  # characters: a log file sent as text must not fill the index
RECIPIENTS_LIMIT = 5_000


def seconds(moment: datetime) -> int:
    """Since 1970, UTC; negative before. Exact for years 1 to 9999."""
    return int(moment.timestamp())


@dataclass(frozen=True)
class Scope:
    """Which letters count: those of `groups`, without those of unfinished imports."""

    groups: frozenset[int]
    hidden_transfers: frozenset[int] = frozenset()


# Leaves of a query as engines get it, under the And, Or and Not of archive.search.language


@dataclass(frozen=True, slots=True)
class Words:
    """A word or words in a row, (position, word) each, in any of the fields. `variants` may stand for a single word."""

    fields: tuple[str, ...]
    words: tuple[tuple[int, str], ...]
    prefix: bool = False
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Between:
    """Sent at or after `since`, before `until`; seconds since 1970."""

    since: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class HasAttachment:
    """Letters with an attachment."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Letters of these groups ("group") or threads ("thread"), or these very letters ("message"), by primary key."""

    what: Literal["group", "thread", "message"]
    keys: frozenset[int]


@dataclass(frozen=True, slots=True)
class Seen:
    """Letters up to a number in a group, or up to a number in a thread: (key, number) each, however many."""

    groups: tuple[tuple[int, int], ...] = ()
    threads: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Everything:
    """Every letter of the scope."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No letter."""


VARIANT_WEIGHT = 0.6  # "patches" for "patch"
BEST = 1000.0  # the score of a letter that was asked for by its own name

Count = tuple[int, int]  # key, letters


@dataclass(slots=True)
class Found:
    """An engine's answer. Hits are (message, thread, score), best or newest first; counts are exact for the scope."""

    hits: list[tuple[int, int, float]] = field(default_factory=list)
    count: int = 0
    years: list[Count] = field(default_factory=list)
    authors: list[Count] = field(default_factory=list)
    groups: list[Count] = field(default_factory=list)
    with_attachment: int = 0


class Writer(Protocol):
    """Changes to the index, seen by nobody before commit. Used by one thread at a time, under the engine's lock."""

    def add(self, documents: Iterable[Document]) -> None: ...

    def delete(self, first: int, last: int, group: int | None = None) -> None:
        """Take out messages first…last (of one group), those added before it in this same writer, too."""

    def commit(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: Any) -> None:
        """Close without committing."""


class Engine(Protocol):
    """One search engine. Reading methods raise EngineError and nothing else."""

    name: str
    keeps_up: bool  # indexes as fast as an import stores: written directly, not left for later

    @property
    def places(self) -> Places | None:
        """Where its indexes are; None where it keeps them in the database."""

    def exists(self) -> bool: ...

    def healthy(self) -> bool: ...

    def lock(self, timeout: float) -> AbstractContextManager[None]:
        """The right to write, of one process at a time. Raises common.locks.Busy after `timeout` seconds."""

    def writer(self, path: Path | None = None) -> Writer:
        """A writer of the live index, or of one being built at `path` (made when it is not there)."""

    def search(self, query: Any, scope: Scope, *, sort: Sort, limit: int, facets: bool) -> Found: ...

    def keys(self, query: Any, scope: Scope, after: int, limit: int) -> list[int]:
        """The lowest keys of matching letters above `after`, ascending."""

    def by_thread(self, query: Any, scope: Scope, threads: Sequence[int]) -> dict[int, int]:
        """How many letters of each of these threads match."""

    def beginning_with(self, prefix: str, limit: int) -> list[str]:
        """Words of the whole index, most frequent first. For making variants and suggestions, never to be shown as such."""

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """Those of the words that occur in the whole index, with a rough count of letters."""
