"""The engine of a house with several web machines: PostgreSQL full text search in a table of our own.

We cut the words ourselves (archive.search.words) and write the tsvector, so that all engines agree: the subject has
weight A, sender and file names B, what the author wrote C, quotes D. Words asked for in one part only carry a mark:
"f:" sender, "t:" recipients, "n:" file names, "l:" list. Migration 0002 makes the tables, on PostgreSQL only. Rows are
replaced in place, each in a transaction, so a rebuild has nothing to swap.
"""
# ruff: noqa: S608  the strings put together here are ours; what people typed goes in as parameters

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import Any, Self

from django.db import DatabaseError, connection, transaction

from archive.search.engine import (
    ANYWHERE,
    BEST,
    FACET_SIZE,
    MAX_YEARS,
    Between,
    Document,
    Everything,
    Found,
    HasAttachment,
    IndexMissing,
    OneOf,
    Scope,
    Seen,
    Sort,
    Words,
    guarded,
)
from archive.search.language import And, Not, Or, fold_tree, leaves
from archive.search.places import Places
from archive.search.words import words_of
from common.chunks import chunks
from common.locks import advisory_lock

FORMAT = "postgres-1"  # grows with every change of the table or of archive.search.words: the table is then filled anew
BELIEVED_FOR = 30.0  # seconds that a filled table is not asked about again
RANK_WEIGHTS = [0.1, 0.4, 0.7, 1.0]  # of D, C, B, A
LAST_POSITION = 16383  # of a tsvector (PostgreSQL, "Text Search Limitations")
MOST_POSITIONS = 200  # of one word; the limit is 256
LARGEST = 700_000  # bytes; the limit is 1 MB
# where each part stands in the tsvector, far enough apart that no phrase reaches over
PLACES = {"subject": ("A", 1, 400), "sender": ("B", 450, 200), "filenames": ("B", 700, 400)}
PLACES |= {"body": ("C", 1200, 11_000), "quoted": ("D", 12_300, LAST_POSITION - 12_300)}
MARKS = {"sender": "f:", "recipients": "t:", "filenames": "n:", "list_id": "l:"}

Sql = tuple[str, list[Any]]


class PostgresEngine:
    name = "postgres"
    keeps_up = False
    places: Places | None = None

    def __init__(self) -> None:
        self._filled_until = 0.0

    def exists(self) -> bool:
        """Whether the table is filled. False on another database, and before the first rebuild is done."""
        if connection.vendor != "postgresql":
            return False
        if time.monotonic() < self._filled_until:
            return True
        try:
            with transaction.atomic():
                filled = _one("SELECT filled FROM archive_searchstate WHERE format = %s", [FORMAT]) is True
        except DatabaseError:
            return False
        self._filled_until = time.monotonic() + BELIEVED_FOR if filled else 0.0
        return filled

    def healthy(self) -> bool:
        self._filled_until = 0.0
        return self.exists()

    def lock(self, timeout: float) -> AbstractContextManager[None]:
        return advisory_lock("posthouse search index", timeout)

    def rebuilding(self) -> AbstractContextManager[None]:
        return advisory_lock("posthouse search rebuild")

    def writer(self, path: Path | None = None) -> "_Writer":
        return _Writer()

    def progress(self) -> int:
        """The last message of an unfinished rebuild; 0 where none is under way."""
        return int(_one("SELECT last_id FROM archive_searchstate WHERE format = %s", [FORMAT]) or 0)

    def save_progress(self, last: int, *, filled: bool | None = None) -> None:
        keep = "archive_searchstate.filled" if filled is None else "excluded.filled"
        _run(
            "INSERT INTO archive_searchstate (format, last_id, filled) VALUES (%s, %s, %s) "
            f"ON CONFLICT (format) DO UPDATE SET last_id = excluded.last_id, filled = {keep}",
            [FORMAT, last, bool(filled)],
        )

    def search(self, query: Any, scope: Scope, *, sort: Sort, limit: int, facets: bool) -> Found:
        self._ready()
        with guarded(), transaction.atomic():
            where, params = _where(query, scope)
            rank, rank_params = _rank(query) if sort == "relevance" else ("0", [])
            order = {"relevance": "score DESC, sent_at DESC", "date": "sent_at DESC", "oldest": "sent_at"}[sort]
            rows = _rows(
                f"SELECT message_id, thread_id, {rank} AS score, count(*) OVER () FROM archive_searchdocument "
                f"WHERE {where} ORDER BY {order}, message_id DESC LIMIT %s",
                [*rank_params, *params, max(limit, 1)],
            )
            found = Found([row[:3] for row in rows[:limit]], rows[0][3] if rows else 0)
            if facets and found.count:
                _add_facets(found, where, params)
            return found

    def keys(self, query: Any, scope: Scope, after: int, limit: int) -> list[int]:
        self._ready()
        with guarded(), transaction.atomic():
            where, params = _where(query, scope)
            rows = _rows(
                f"SELECT message_id FROM archive_searchdocument WHERE message_id > %s AND {where} "
                "ORDER BY message_id LIMIT %s",
                [after, *params, limit],
            )
            return [pk for (pk,) in rows]

    def by_thread(self, query: Any, scope: Scope, threads: Sequence[int]) -> dict[int, int]:
        self._ready()
        with guarded(), transaction.atomic():
            where, params = _where(And((query, OneOf("thread", frozenset(threads)))), scope)
            counted = f"SELECT thread_id, count(*) FROM archive_searchdocument WHERE {where} GROUP BY 1"
            return dict(_rows(counted, params))

    def beginning_with(self, prefix: str, limit: int) -> list[str]:
        with guarded(), transaction.atomic():
            rows = _rows(
                "SELECT word FROM archive_searchword WHERE word >= %s AND word < %s ORDER BY letters DESC, word LIMIT %s",
                [prefix, prefix + "\U0010ffff", limit],
            )
            return [word for (word,) in rows]

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        with guarded(), transaction.atomic():
            found = _rows("SELECT word, letters FROM archive_searchword WHERE word = ANY(%s)", [list(words)])
            return dict(found)

    def _ready(self) -> None:
        if not self.exists():
            raise IndexMissing("The search table is not filled.")


def _rows(sql: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _one(sql: str, params: Sequence[Any]) -> Any:
    rows = _rows(sql, params)
    return rows[0][0] if rows else None


def _run(sql: str, params: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _add_facets(found: Found, where: str, params: list[Any]) -> None:
    rows = _rows(
        "SELECT year, author_id, group_id, has_attachment, count(*) FROM archive_searchdocument "
        f"WHERE {where} GROUP BY GROUPING SETS ((year), (author_id), (group_id), (has_attachment)) ORDER BY 5 DESC",
        params,
    )
    by_column = [[(row[column], row[4]) for row in rows if row[column] is not None] for column in range(4)]
    found.years = sorted(by_column[0][:MAX_YEARS])
    found.authors, found.groups = by_column[1][:FACET_SIZE], by_column[2][:FACET_SIZE]
    found.with_attachment = dict(by_column[3]).get(True, 0)


def _where(query: Any, scope: Scope) -> Sql:
    sql, params = fold_tree(query, _leaf, _join)
    sql, params = f"{sql} AND group_id = ANY(%s)", [*params, list(scope.groups)]
    if scope.hidden_transfers:
        sql, params = f"{sql} AND transfer_id <> ALL(%s)", [*params, list(scope.hidden_transfers)]
    return sql, params


def _join(node: Not | And | Or, parts: list[Sql]) -> Sql:
    if isinstance(node, Not):
        return f"(NOT {parts[0][0]})", parts[0][1]
    word = " AND " if isinstance(node, And) else " OR "
    return f"({word.join(sql for sql, _ in parts)})", [param for _, params in parts for param in params]


def _leaf(leaf: Any) -> Sql:
    if isinstance(leaf, Words):
        return "words @@ %s::tsquery", [_tsquery(leaf)]
    if isinstance(leaf, Between):
        bounds = [("sent_at >= %s", leaf.since), ("sent_at < %s", leaf.until)]
        given = [(sql, value) for sql, value in bounds if value is not None]
        return f"({' AND '.join(sql for sql, _ in given) or 'true'})", [value for _, value in given]
    if isinstance(leaf, HasAttachment):
        return "has_attachment", []
    if isinstance(leaf, OneOf):
        return f"{leaf.what}_id = ANY(%s)", [list(leaf.keys)]
    if isinstance(leaf, Seen):
        return _seen(leaf)
    return ("true", []) if isinstance(leaf, Everything) else ("false", [])


def _seen(leaf: Seen) -> Sql:
    """Marks go as one JSON object a kind, so that a row costs one look-up, however many there are."""
    conditions: list[str] = []
    params: list[Any] = []
    for column, marks in (("group_id", leaf.groups), ("thread_id", leaf.threads)):
        if marks:
            conditions.append(f"number <= coalesce((%s::jsonb ->> {column}::text)::bigint, -1)")
            params.append(json.dumps(dict(marks)))
    return f"({' OR '.join(conditions) or 'false'})", params


def _tsquery(leaf: Words) -> str:
    if leaf.fields == ANYWHERE:
        return _in_a_row(leaf, "", "")
    parts = []
    for name in leaf.fields:
        mark = MARKS.get(name, "")
        parts.append(_in_a_row(leaf, mark, "" if mark else PLACES[name][0]))
    return f"({' | '.join(parts)})"


def _in_a_row(leaf: Words, mark: str, weight: str) -> str:
    """Words hold letters and digits only, so quoting them is enough."""
    suffix = f":{'*' if leaf.prefix else ''}{weight}" if leaf.prefix or weight else ""
    if len(leaf.words) == 1:
        quoted = [f"'{mark}{word}'{suffix}" for word in (leaf.words[0][1], *leaf.variants)]
        return f"({' | '.join(quoted)})"
    text = ""
    before = leaf.words[0][0]
    for place, word in leaf.words:
        text += f" <{place - before}> " if text else ""
        text += f"'{mark}{word}'{suffix}"
        before = place
    return f"({text})"


def _rank(query: Any) -> Sql:
    """How well a letter matches: any of the words counts, wherever they stand in the query; a letter asked for by name most."""
    wanted = list(leaves(query, wanted_only=True))
    parts: list[str] = []
    params: list[Any] = []
    if words := " | ".join(_tsquery(leaf) for leaf in wanted if isinstance(leaf, Words)):
        parts.append("ts_rank(%s::real[], words, %s::tsquery, 1)")
        params += [RANK_WEIGHTS, words]
    if named := [key for leaf in wanted if isinstance(leaf, OneOf) and leaf.what == "message" for key in leaf.keys]:
        parts.append("CASE WHEN message_id = ANY(%s) THEN %s ELSE 0 END")
        params += [named, BEST]
    return " + ".join(parts) or "0", params


def tsvector_of(document: Document) -> str:
    """The text form of the letter's tsvector, within PostgreSQL's limits."""
    entries: dict[str, list[str]] = defaultdict(list)
    size = 0
    for name, (weight, start, room) in PLACES.items():
        last = start + room - 1
        for place, word in words_of(getattr(document, name)):
            positions = entries[word]
            size += 3 if positions else len(word) * 4 + 8
            if len(positions) < MOST_POSITIONS:
                positions.append(f"{min(start + place, last)}{weight}")
            if size > LARGEST:
                break
    for name, mark in MARKS.items():
        for place, word in islice(words_of(getattr(document, name)), 1000):
            entries[mark + word].append(str(place + 1))
    return " ".join(f"'{word}':{','.join(positions)}" for word, positions in entries.items())


COLUMNS = "message_id, group_id, thread_id, number, sent_at, year, author_id, transfer_id, has_attachment, words"


class _Writer:
    """Collects changes and makes them in one transaction."""

    def __init__(self) -> None:
        self.changes: list[Document | tuple[int, int, int | None]] = []

    def add(self, documents: Iterable[Document]) -> None:
        self.changes += documents

    def delete(self, first: int, last: int, group: int | None = None) -> None:
        self.changes.append((first, last, group))

    def commit(self) -> None:
        with guarded(), transaction.atomic():
            fresh: list[Document] = []
            for change in self.changes:
                if isinstance(change, Document):
                    fresh.append(change)
                else:
                    _insert(fresh)
                    fresh = []
                    _delete(*change)
            _insert(fresh)
            _learn(change for change in self.changes if isinstance(change, Document))
        self.changes = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        self.changes = []


def _delete(first: int, last: int, group: int | None) -> None:
    of_group = "" if group is None else " AND group_id = %s"
    _run(
        f"DELETE FROM archive_searchdocument WHERE message_id BETWEEN %s AND %s{of_group}",
        [first, last, *([] if group is None else [group])],
    )


def _insert(documents: list[Document]) -> None:
    if not documents:
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY archive_searchdocument ({COLUMNS}) FROM STDIN") as copy:  # type: ignore[attr-defined]
        for document in documents:
            copy.write_row(_row(document))


def _row(document: Document) -> tuple[Any, ...]:
    return (
        document.id,
        document.group_id,
        document.thread_id,
        document.number,
        document.sent_at,
        document.year,
        document.author_id,
        document.transfer_id,
        document.has_attachment,
        tsvector_of(document),
    )


def _learn(documents: Iterable[Document]) -> None:
    """Keep the vocabulary that variants and suggestions come from. Counts only ever grow: they are a rough guide."""
    letters: Counter[str] = Counter()
    for document in documents:
        text = f"{document.subject}\n{document.sender}\n{document.body}"
        letters.update({word for _, word in words_of(text)})
    for some in chunks(sorted(letters.items()), 5000):
        _run(
            "INSERT INTO archive_searchword (word, letters) SELECT * FROM unnest(%s::text[], %s::int[]) "
            "ON CONFLICT (word) DO UPDATE SET letters = archive_searchword.letters + excluded.letters",
            [[word for word, _ in some], [count for _, count in some]],
        )
