"""The default engine: tantivy, an index in a folder, read by every process of one machine and written by one at a time.

Words are folded and cut in Python only where they are not plain ASCII (archive.search.words); tantivy's `simple` tokenizer
cuts at everything that is neither letter nor digit. No stemming here: a query brings the variants of its words.
"""

import os
import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import tantivy
from tantivy import FieldType, Occur, Order, Query, Searcher

from archive.search.engine import (
    BEST,
    FACET_SIZE,
    FIELDS,
    MAX_YEARS,
    VARIANT_WEIGHT,
    WEIGHTS,
    Between,
    Document,
    EngineError,
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
from archive.search.language import And, Not, Or, fold_tree
from archive.search.places import Places
from archive.search.words import LONGEST, for_index

FORMAT = "tantivy-1"  # grows with every change of the schema or of archive.search.words: old indexes are then rebuilt
KEYS = ("id", "thread", "transfer", "attached")
COLUMNS = ("group_id", "number", "author", "year")
VOCABULARY = ("body", "subject", "sender")  # fields whose words serve as variants and suggestions
FILTERS_KEPT = 64


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="words")
    builder.add_text_field("group", tokenizer_name="raw", index_option="basic")
    for name in KEYS:
        builder.add_unsigned_field(name, indexed=True, fast=True)
    for name in COLUMNS:
        builder.add_unsigned_field(name, fast=True)
    builder.add_integer_field("sent_at", fast=True)
    return builder.build()


def _prepared(index: tantivy.Index) -> tantivy.Index:
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    index.register_tokenizer("words", words.filter(tantivy.Filter.remove_long(LONGEST + 1)).build())
    index.config_reader("manual")
    return index


class TantivyEngine:
    """The index below `root`; `memory` is what a writer may hold, in bytes."""

    name = "tantivy"
    keeps_up = True

    def __init__(self, root: Path, memory: int) -> None:
        self.places = Places(root / FORMAT)
        self.memory = max(memory, 16_000_000)  # tantivy's least is 15 MB
        self._reader: _Reader | None = None
        self._opening = threading.Lock()

    def exists(self) -> bool:
        path = self.places.current()
        return path is not None and (path / "meta.json").exists()

    def healthy(self) -> bool:
        try:
            with guarded():
                reader = self.reader()
                reader.searcher.search(Query.all_query(), 10, order_by_field="sent_at")
                reader.searcher.aggregate(Query.all_query(), _facet("year", 5))
                reader.searcher.terms_with_prefix("group", "", limit=10)
        except EngineError:
            return False
        return True

    def lock(self, timeout: float) -> AbstractContextManager[None]:
        return self.places.writing(timeout)

    def writer(self, path: Path | None = None) -> "_Writer":
        with guarded():
            folder = path or self.places.current()
            if folder is None:
                raise IndexMissing("There is no search index.")
            there = (folder / "meta.json").exists()
            if not there and path is None:
                raise IndexMissing("The search index has no meta.json.")
            index = tantivy.Index.open(str(folder)) if there else tantivy.Index(_schema(), str(folder))
            return _Writer(_prepared(index), self.memory)

    def reader(self) -> "_Reader":
        """The newest committed state; looks at two files' times, opens nothing while they stay."""
        return self.places.opened(self._reader_of)

    def _reader_of(self, path: Path | None) -> "_Reader":
        if path is None:
            raise IndexMissing("There is no search index.")
        try:
            stat = os.stat(path / "meta.json")  # noqa: PTH116  hot
        except FileNotFoundError:
            raise IndexMissing("The search index has no meta.json.") from None
        stamp = (os.getpid(), str(path), stat.st_mtime_ns, stat.st_ino)
        reader = self._reader
        if reader is None or reader.stamp != stamp:
            with self._opening:
                reader = self._reader
                if reader is None or reader.stamp != stamp:
                    reader = self._reader = _Reader.open(stamp, reader)
        return reader

    def search(self, query: Any, scope: Scope, *, sort: Sort, limit: int, facets: bool) -> Found:
        with guarded():
            return self.reader().search(query, scope, sort, limit, facets)

    def keys(self, query: Any, scope: Scope, after: int, limit: int) -> list[int]:
        with guarded():
            reader = self.reader()
            above = Query.range_query(reader.schema, "id", FieldType.Unsigned, after + 1, None)
            chosen = _all(reader.compiled(query, scope), above)
            result = reader.searcher.search(chosen, limit, count=False, order_by_field="id", order=Order.Asc)
            return [int(key) for key, _ in result.hits]  # type: ignore[attr-defined]

    def by_thread(self, query: Any, scope: Scope, threads: Sequence[int]) -> dict[int, int]:
        if not threads:
            return {}
        with guarded():
            reader = self.reader()
            chosen = And((query, OneOf("thread", frozenset(threads))))
            buckets = reader.buckets(reader.compiled(chosen, scope), "thread", len(threads))
            return dict(buckets)

    def beginning_with(self, prefix: str, limit: int) -> list[str]:
        with guarded():
            searcher = self.reader().searcher
            found: dict[str, int] = {}
            for name in VOCABULARY:
                for word, count in searcher.terms_with_prefix(name, prefix, limit=limit):
                    found[word] = found.get(word, 0) + count
            return sorted(found, key=lambda word: (-found[word], word))[:limit]

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        with guarded():
            searcher = self.reader().searcher
            counts = {word: max(searcher.doc_freq(name, word) for name in VOCABULARY) for word in words}
            return {word: count for word, count in counts.items() if count}


@dataclass(slots=True)
class _Reader:
    """One committed state of the index, as one process sees it."""

    stamp: tuple[int, str, int, int]
    index: tantivy.Index
    searcher: Searcher
    schema: tantivy.Schema
    groups: dict[int, int] | None = None  # key -> letters
    filters: dict[frozenset[int], list[tuple[Occur, Query]]] = field(default_factory=dict)

    @classmethod
    def open(cls, stamp: tuple[int, str, int, int], before: "_Reader | None") -> "_Reader":
        if before is not None and before.stamp[:2] == stamp[:2]:
            index = before.index
            index.reload()
        else:
            index = _prepared(tantivy.Index.open(stamp[1]))
        return cls(stamp, index, index.searcher(), index.schema)

    def search(self, node: Any, scope: Scope, sort: Sort, limit: int, facets: bool) -> Found:
        query = self.compiled(node, scope)
        order: dict[str, Any] = {}
        if sort != "relevance":
            order = {"order_by_field": "sent_at", "order": Order.Desc if sort == "date" else Order.Asc}
        result = self.searcher.search(query, max(limit, 1), **order)
        found = Found(self._hits(result.hits[:limit]), int(result.count or 0))  # type: ignore[attr-defined]
        if facets and found.count:
            self._add_facets(found, query)
        return found

    def _hits(self, hits: list[tuple[Any, Any]]) -> list[tuple[int, int, float]]:
        addresses = [address for _, address in hits]
        ids = self.searcher.fast_field_values("id", addresses)
        threads = self.searcher.fast_field_values("thread", addresses)
        return [
            (int(pk or 0), int(thread or 0), float(score or 0))
            for pk, thread, (score, _) in zip(ids, threads, hits, strict=True)
        ]

    def _add_facets(self, found: Found, query: Query) -> None:
        sizes = {"year": MAX_YEARS, "author": FACET_SIZE, "group_id": FACET_SIZE, "attached": 2}
        request = {name: _facet(name, size)[name] for name, size in sizes.items()}
        answer = self.searcher.aggregate(query, request)
        counts = {name: _counts(answer[name]) for name in sizes}
        found.years = sorted(counts["year"])
        found.authors, found.groups = counts["author"], counts["group_id"]
        found.with_attachment = dict(counts["attached"]).get(1, 0)

    def buckets(self, query: Query, name: str, size: int) -> list[tuple[int, int]]:
        return _counts(self.searcher.aggregate(query, _facet(name, size))[name])

    def compiled(self, node: Any, scope: Scope) -> Query:
        """The query, and the scope as conditions that do not score."""
        clauses = [(Occur.Must, _plain(fold_tree(node, self._leaf, _join)))]
        clauses += self._group_filter(scope.groups)
        if scope.hidden_transfers:
            hidden = Query.term_set_query(self.schema, "transfer", sorted(scope.hidden_transfers))
            clauses.append((Occur.MustNot, hidden))
        return Query.boolean_query(clauses) if len(clauses) > 1 else clauses[0][1]

    def _group_filter(self, allowed: frozenset[int]) -> list[tuple[Occur, Query]]:
        """Name the allowed groups or the others, whichever hold fewer letters; nothing where all are allowed."""
        if allowed not in self.filters:
            if len(self.filters) >= FILTERS_KEPT:
                self.filters.clear()
            self.filters[allowed] = self._make_group_filter(allowed)
        return self.filters[allowed]

    def _make_group_filter(self, allowed: frozenset[int]) -> list[tuple[Occur, Query]]:
        if self.groups is None:
            self.groups = {int(term): letters for term, letters in self.searcher.terms_with_prefix("group", "")}
        inside = self.groups.keys() & allowed
        outside = self.groups.keys() - allowed
        if not outside:
            return []
        if sum(self.groups[key] for key in inside) <= sum(self.groups[key] for key in outside):
            return [(Occur.Must, Query.const_score_query(self._groups(inside), 0.0))]
        return [(Occur.MustNot, self._groups(outside))]

    def _groups(self, keys: Iterable[int]) -> Query:
        terms = [str(key) for key in keys]
        if len(terms) == 1:
            return Query.term_query(self.schema, "group", terms[0])
        return Query.term_set_query(self.schema, "group", terms)

    # leaves

    def _leaf(self, leaf: Any) -> Query:
        if isinstance(leaf, Words):
            return _any(self._words(name, leaf) for name in leaf.fields)
        if isinstance(leaf, Between):
            last = None if leaf.until is None else leaf.until - 1
            return self._range("sent_at", FieldType.Integer, leaf.since, last)
        if isinstance(leaf, HasAttachment):
            return Query.const_score_query(Query.term_query(self.schema, "attached", 1), 0.0)
        if isinstance(leaf, OneOf):
            return Query.const_score_query(self._one_of(leaf), BEST if leaf.what == "message" else 0.0)
        if isinstance(leaf, Seen):
            return Query.const_score_query(self._seen(leaf), 0.0)
        return Query.all_query() if isinstance(leaf, Everything) else Query.empty_query()

    def _words(self, name: str, leaf: Words) -> Query:
        weight = WEIGHTS.get(name, 1.0)
        if len(leaf.words) > 1:
            start = leaf.words[0][0]
            places: list[str | tuple[int, str]] = [(place - start, word) for place, word in leaf.words]
            return Query.boost_query(Query.phrase_query(self.schema, name, places), weight)
        word = leaf.words[0][1]
        if leaf.prefix:  # letters and digits only, so nothing to escape
            return Query.boost_query(Query.regex_query(self.schema, name, f"{word}.*"), weight)
        exact = Query.boost_query(Query.term_query(self.schema, name, word), weight)
        if not leaf.variants:
            return exact
        others = [Query.term_query(self.schema, name, variant) for variant in leaf.variants]
        return _any([exact, *(Query.boost_query(other, weight * VARIANT_WEIGHT) for other in others)])

    def _range(self, name: str, kind: FieldType, first: int | None, last: int | None) -> Query:
        if first is None and last is None:
            return Query.all_query()
        return Query.const_score_query(Query.range_query(self.schema, name, kind, first, last), 0.0)

    def _one_of(self, leaf: OneOf) -> Query:
        if not leaf.keys:
            return Query.empty_query()
        if leaf.what == "group":
            return self._groups(leaf.keys)
        name = "id" if leaf.what == "message" else "thread"
        return Query.term_set_query(self.schema, name, sorted(leaf.keys))

    def _seen(self, leaf: Seen) -> Query:
        marks = [(self._groups([group]), last) for group, last in leaf.groups]
        marks += [(Query.term_query(self.schema, "thread", thread), last) for thread, last in leaf.threads]
        return _any(_all(place, self._range("number", FieldType.Unsigned, None, last)) for place, last in marks)


@dataclass(slots=True)
class _Negated:
    query: Query


def _join(node: Not | And | Or, parts: list[Any]) -> Any:
    if isinstance(node, Not):
        return parts[0].query if isinstance(parts[0], _Negated) else _Negated(parts[0])
    if isinstance(node, Or):
        return _any(_plain(part) for part in parts)
    clauses = [(Occur.MustNot, part.query) if isinstance(part, _Negated) else (Occur.Must, part) for part in parts]
    if all(isinstance(part, _Negated) for part in parts):
        clauses.append((Occur.Must, Query.all_query()))
    return Query.boolean_query(clauses)


def _plain(part: Any) -> Query:
    if not isinstance(part, _Negated):
        return part
    return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, part.query)])


def _any(queries: Iterable[Query]) -> Query:
    clauses = [(Occur.Should, query) for query in queries]
    return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)


def _all(*queries: Query) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _facet(name: str, size: int) -> dict[str, Any]:
    return {name: {"terms": {"field": name, "size": size, "segment_size": max(1000, size)}}}


def _counts(answer: dict[str, Any]) -> list[tuple[int, int]]:
    return [(int(bucket["key"]), int(bucket["doc_count"])) for bucket in answer["buckets"]]


class _Writer:
    """Adds in a thread of tantivy's own; merges small segments in others after each commit."""

    def __init__(self, index: tantivy.Index, memory: int) -> None:
        self.schema = index.schema
        self.writer: Any = index.writer(memory, 1)
        self.changed = False

    def add(self, documents: Iterable[Document]) -> None:
        self.changed = True
        with guarded():
            for document in documents:
                self.writer.add_document(tantivy.Document.from_dict(_values(document), self.schema))

    def delete(self, first: int, last: int, group: int | None = None) -> None:
        self.changed = True
        with guarded():
            if first == last:
                chosen = Query.term_query(self.schema, "id", first)
            else:
                chosen = Query.range_query(self.schema, "id", FieldType.Unsigned, first, last)
            if group is not None:
                chosen = _all(chosen, Query.term_query(self.schema, "group", str(group)))
            self.writer.delete_documents_by_query(chosen)

    def commit(self) -> None:
        with guarded():
            self.writer.commit()
        self.changed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        writer, self.writer = self.writer, None
        with guarded():
            if self.changed:
                writer.rollback()
            writer.wait_merging_threads()


def _values(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "group": str(document.group_id),
        "group_id": document.group_id,
        "thread": document.thread_id,
        "transfer": document.transfer_id,
        "attached": int(document.has_attachment),
        "number": document.number,
        "author": document.author_id,
        "year": document.year,
        "sent_at": document.sent_at,
        "subject": for_index(document.subject),
        "sender": for_index(document.sender),
        "recipients": for_index(document.recipients),
        "body": for_index(document.body),
        "quoted": for_index(document.quoted),
        "filenames": for_index(document.filenames),
        "list_id": for_index(document.list_id),
    }
