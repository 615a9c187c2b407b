"""The pure-Python engine, for small houses on machines without a wheel of tantivy: slower, same answers.

One writer at a time (archive.search.places), memory capped, small segments merged at each commit so that the index does not
grow without bound; a reader whose files were merged away under it opens the newer generation and tries again.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from whoosh import index as whoosh_index
from whoosh import query as q
from whoosh import sorting
from whoosh.analysis import Token, Tokenizer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import ID, NUMERIC, TEXT, Schema
from whoosh.formats import Positions
from whoosh.matching import AndNotMatcher
from whoosh.scoring import BM25F

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
from archive.search.words import words_of

FORMAT = "whoosh-1"  # grows with every change of the schema or of archive.search.words: old indexes are then rebuilt
VOCABULARY = ("body", "subject", "sender")
TRIES = 3  # a merge may remove files between reading the list of segments and opening them


class OurPositions(Positions):  # type: ignore[misc]
    """Where the words of a text stand, cut by us, without an object a word. Stands in the pickled schema: keep the name."""

    def word_values(self, value: str, analyzer: Any, **options: Any) -> Iterator[tuple[str, int, float, bytes]]:
        places: dict[str, list[int]] = defaultdict(list)
        for place, word in words_of(value):
            places[word].append(place)
        for word, found in places.items():
            yield word, len(found), float(len(found)), self.encode(found)


class OurText(TEXT):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(analyzer=CutWords())
        self.format = OurPositions()


class CutWords(Tokenizer):  # type: ignore[misc]
    """Our words, as whoosh wants them for a query. Stands in the pickled schema: keep the name."""

    def __call__(self, value: str, positions: bool = False, **options: Any) -> Iterator[Token]:
        token = Token(positions, boost=1.0, removestops=True, mode="")
        token.boost = 1.0
        for place, word in words_of(value):
            token.text, token.pos = word, place
            yield token


def _schema() -> Schema:
    texts = {name: OurText() for name in FIELDS}
    return Schema(
        **texts,
        key=ID(stored=True),
        thread=ID(stored=True, sortable=True),
        group=ID(sortable=True),
        transfer=ID(),
        author=ID(sortable=True),
        year=ID(sortable=True),
        attached=ID(),
        number=NUMERIC(int, bits=64, signed=True, shift_step=8),  # whoosh gets ranges of unsigned numbers wrong
        sent_at=NUMERIC(int, bits=64, signed=True, shift_step=8, sortable=True),
    )


def _key(pk: int) -> str:
    return f"{pk:019}"  # of one length, so that a range of keys is a range of words


class WhooshEngine:
    """The index below `root`; `memory` is what a writer may hold, in bytes."""

    name = "whoosh"
    keeps_up = False

    def __init__(self, root: Path, memory: int) -> None:
        self.places = Places(root / FORMAT)
        self.memory = max(32, memory // 1024**2)
        self._reader: _Reader | None = None
        self._opening = threading.Lock()

    def exists(self) -> bool:
        path = self.places.current()
        return path is not None and any(path.glob("_MAIN_*.toc"))

    def healthy(self) -> bool:
        try:
            with guarded():
                searcher = self.reader().searcher
                searcher.search(q.Every(), limit=10, sortedby="sent_at")
                next(iter(searcher.reader().lexicon("group")), None)
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
            if not whoosh_index.exists_in(str(folder)):
                if path is None:
                    raise IndexMissing("The search index has no table of contents.")
                whoosh_index.create_in(str(folder), _schema())
            return _Writer(str(folder), self.memory)

    def reader(self) -> "_Reader":
        return self.places.opened(self._reader_of)

    def _reader_of(self, path: Path | None) -> "_Reader":
        if path is None:
            raise IndexMissing("There is no search index.")
        try:
            changed = os.stat(path).st_mtime_ns  # noqa: PTH116  a new generation is a new file
        except FileNotFoundError:
            raise IndexMissing("The search index is gone.") from None
        stamp = (os.getpid(), str(path), changed)
        with self._opening:
            if self._reader is None or self._reader.stamp != stamp:
                self._reader = self._opened(stamp)
            return self._reader

    def _opened(self, stamp: tuple[int, str, int]) -> "_Reader":
        before = self._reader
        if before is not None and before.stamp[:2] == stamp[:2] and before.searcher.up_to_date():
            before.stamp = stamp
            return before
        for attempt in range(TRIES):
            try:
                return _Reader(stamp, whoosh_index.open_dir(stamp[1], readonly=True).searcher(weighting=BM25F()))
            except whoosh_index.EmptyIndexError:
                raise IndexMissing("The search index has no table of contents.") from None
            except OSError:
                if attempt == TRIES - 1:
                    raise
        raise AssertionError

    def search(self, query: Any, scope: Scope, *, sort: Sort, limit: int, facets: bool) -> Found:
        with guarded():
            return self.reader().search(query, scope, sort, limit, facets)

    def keys(self, query: Any, scope: Scope, after: int, limit: int) -> list[int]:
        with guarded():
            return self.reader().keys(query, scope, after, limit)

    def by_thread(self, query: Any, scope: Scope, threads: Sequence[int]) -> dict[int, int]:
        if not threads:
            return {}
        with guarded():
            chosen = And((query, OneOf("thread", frozenset(threads))))
            return dict(self.reader().counted(chosen, scope, ["thread"])["thread"])

    def beginning_with(self, prefix: str, limit: int) -> list[str]:
        with guarded():
            reader = self.reader().searcher.reader()
            found: dict[str, int] = {}
            for name in VOCABULARY:
                for term in reader.expand_prefix(name, prefix):
                    word = term.decode()
                    found[word] = found.get(word, 0) + reader.doc_frequency(name, term)
            return nlargest(limit, found, key=lambda word: found[word])

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        with guarded():
            reader = self.reader().searcher.reader()
            counts = {word: max(reader.doc_frequency(name, word) for name in VOCABULARY) for word in words}
            return {word: count for word, count in counts.items() if count}


@dataclass(slots=True)
class _Reader:
    stamp: tuple[int, str, int]
    searcher: Any
    groups: frozenset[int] | None = None
    filters: dict[frozenset[int], Any] = field(default_factory=dict)

    def search(self, node: Any, scope: Scope, sort: Sort, limit: int, facets: bool) -> Found:
        options: dict[str, Any] = {"limit": max(limit, 1), **self._scope(scope)}
        if sort != "relevance":
            options |= {"sortedby": "sent_at", "reverse": sort == "date"}
        results = self.searcher.search(_compiled(node), **options)
        hits = [self._hit(place, results) for place in range(min(limit, results.scored_length()))]
        found = Found(hits, len(results))
        if facets and found.count:
            self._add_facets(found, node, scope)
        return found

    def keys(self, node: Any, scope: Scope, after: int, limit: int) -> list[int]:
        above = q.And([_compiled(node), q.TermRange("key", _key(after + 1), None)])
        results = self.searcher.search(above, limit=limit, sortedby="key", **self._scope(scope))
        return [int(results.fields(place)["key"]) for place in range(min(limit, results.scored_length()))]

    def _hit(self, place: int, results: Any) -> tuple[int, int, float]:
        fields = results.fields(place)
        score = results.score(place)
        return int(fields["key"]), int(fields["thread"]), score if isinstance(score, float) else 0.0

    def _add_facets(self, found: Found, node: Any, scope: Scope) -> None:
        counts = self.counted(node, scope, ["year", "author", "group"])
        found.years = sorted(counts["year"][:MAX_YEARS])
        found.authors, found.groups = counts["author"][:FACET_SIZE], counts["group"][:FACET_SIZE]
        with_files = self.searcher.search(_compiled(And((node, HasAttachment()))), limit=1, **self._scope(scope))
        found.with_attachment = len(with_files)

    def counted(self, node: Any, scope: Scope, names: list[str]) -> dict[str, list[tuple[int, int]]]:
        """How many letters have each value, most frequent first."""
        facets = sorting.Facets()
        for name in names:
            facets.add_field(name)
        results = self.searcher.search(
            _compiled(node), limit=None, groupedby=facets, maptype=sorting.Count, **self._scope(scope)
        )
        return {
            name: sorted(((int(key), count) for key, count in results.groups(name).items()), key=lambda pair: -pair[1])
            for name in names
        }

    def _scope(self, scope: Scope) -> dict[str, Any]:
        if scope.groups not in self.filters:
            self.filters[scope.groups] = self._group_filter(scope.groups)
        options = dict(self.filters[scope.groups])
        if scope.hidden_transfers:
            hidden = _terms("transfer", scope.hidden_transfers)
            options["mask"] = q.Or([options["mask"], hidden]) if "mask" in options else hidden
        return options

    def _group_filter(self, allowed: frozenset[int]) -> dict[str, Any]:
        if self.groups is None:
            self.groups = frozenset(int(term) for term in self.searcher.reader().lexicon("group"))
        inside, outside = self.groups & allowed, self.groups - allowed
        if not outside:
            return {}
        if len(inside) <= len(outside):
            return {"filter": _terms("group", inside)}
        return {"mask": _terms("group", outside)}


class _WithoutMatcher(AndNotMatcher):  # type: ignore[misc]
    """whoosh looks at its first letter only where both lists begin alike, and so lets [2, 3] without [1, 2] be [2, 3]."""

    def _find_first(self) -> None:
        self._find_next()

    def _find_next(self) -> Any:
        return super()._find_next() if self.a.is_active() and self.b.is_active() else False


class _Without(q.AndNot):  # type: ignore[misc]
    """Letters that match `a` and not `b`."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        unwanted = self.b.matcher(searcher, searcher.boolean_context())
        return _WithoutMatcher(self.a.matcher(searcher, context), unwanted)


class _Or(q.Or):  # type: ignore[misc]
    """Letters that match any. whoosh's array matchers, which it likes for small indexes, go backwards when told to skip to a
    letter they have passed, and take a score of nothing for no match."""

    matcher_type = q.Or.DEFAULT_MATCHER


def _terms(name: str, keys: Iterable[int]) -> Any:
    terms = [q.Term(name, str(key)) for key in sorted(keys)]
    return q.Or(terms) if terms else q.NullQuery


def _compiled(node: Any) -> Any:
    return _plain(fold_tree(node, _leaf, _join))


def _join(node: Not | And | Or, parts: list[Any]) -> Any:
    if isinstance(node, Not):
        return parts[0].query if isinstance(parts[0], q.Not) else q.Not(parts[0])
    if isinstance(node, Or):
        return _Or([_plain(part) for part in parts])
    wanted = [part for part in parts if not isinstance(part, q.Not)]
    unwanted = [part.query for part in parts if isinstance(part, q.Not)]
    found = q.And(wanted) if wanted else q.Every()
    return _Without(found, _Or(unwanted)) if unwanted else found


def _plain(part: Any) -> Any:
    return _Without(q.Every(), part.query) if isinstance(part, q.Not) else part


def _leaf(leaf: Any) -> Any:
    if isinstance(leaf, Words):
        return _Or([_words(name, leaf) for name in leaf.fields])
    if isinstance(leaf, Between):
        return q.NumericRange("sent_at", leaf.since, leaf.until, endexcl=True, constantscore=True)
    if isinstance(leaf, HasAttachment):
        return q.ConstantScoreQuery(q.Term("attached", "1"), 0.0)
    if isinstance(leaf, OneOf):
        if leaf.what == "message":
            return q.ConstantScoreQuery(q.Or([q.Term("key", _key(pk)) for pk in leaf.keys]), BEST)
        return q.ConstantScoreQuery(_terms(leaf.what, leaf.keys), 0.0)
    if isinstance(leaf, Seen):
        return _seen(leaf)
    return q.Every() if isinstance(leaf, Everything) else q.NullQuery


def _words(name: str, leaf: Words) -> Any:
    weight = WEIGHTS.get(name, 1.0)
    texts = [word for _, word in leaf.words]
    if len(texts) > 1:
        places = [place for place, _ in leaf.words]
        gap = max(after - before for before, after in pairwise(places))
        return q.Phrase(name, texts, slop=gap, boost=weight)
    if leaf.prefix:
        return q.Prefix(name, texts[0], boost=weight, constantscore=True)
    exact = q.Term(name, texts[0], boost=weight)
    if not leaf.variants:
        return exact
    return _Or([exact, *(q.Term(name, variant, boost=weight * VARIANT_WEIGHT) for variant in leaf.variants)])


def _seen(leaf: Seen) -> Any:
    read = [q.And([q.Term("group", str(key)), q.NumericRange("number", None, last)]) for key, last in leaf.groups]
    read += [q.And([q.Term("thread", str(key)), q.NumericRange("number", None, last)]) for key, last in leaf.threads]
    return q.ConstantScoreQuery(_Or(read), 0.0) if read else q.NullQuery


class _Writer:
    def __init__(self, folder: str, memory: int) -> None:
        self.index = whoosh_index.open_dir(folder)
        self.memory = memory
        self.writer: Any = None
        self.added: set[int] = set()

    def _open(self) -> Any:
        if self.writer is None:
            self.writer = self.index.writer(limitmb=self.memory, procs=1, codec=W3Codec(compression=0))
        return self.writer

    def add(self, documents: Iterable[Document]) -> None:
        with guarded():
            writer = self._open()
            for document in documents:
                writer.add_document(**_values(document))
                self.added.add(document.id)

    def delete(self, first: int, last: int, group: int | None = None) -> None:
        # whoosh deletes only what is committed
        if any(first <= pk <= last for pk in self.added):
            self.commit()
        with guarded():
            writer = self._open()
            chosen = q.Term("key", _key(first)) if first == last else q.TermRange("key", _key(first), _key(last))
            writer.delete_by_query(chosen if group is None else q.And([chosen, q.Term("group", str(group))]))

    def commit(self) -> None:
        with guarded():
            self._open().commit()
        self.writer = None
        self.added.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        if self.writer is not None:
            with guarded():
                self.writer.cancel()
        self.index.close()


def _values(document: Document) -> dict[str, Any]:
    return {
        "key": _key(document.id),
        "thread": str(document.thread_id),
        "group": str(document.group_id),
        "transfer": str(document.transfer_id),
        "author": str(document.author_id),
        "year": str(document.year),
        "attached": "1" if document.has_attachment else "0",
        "number": document.number,
        "sent_at": document.sent_at,
        **{name: getattr(document, name) for name in FIELDS},
    }
