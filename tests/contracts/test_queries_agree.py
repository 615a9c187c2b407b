"""Whatever is typed, every engine finds the same letters: those that a plain look at each letter finds."""

import random
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.search.engine import (
    Between,
    Document,
    Everything,
    HasAttachment,
    OneOf,
    Scope,
    Words,
    document_of,
)
from archive.search.engines import make_engine
from archive.search.language import And, Not, fold_tree, parse
from archive.search.plan import Planner
from archive.search.words import words_of

pytestmark = pytest.mark.django_db
ENGINES = ["tantivy", "whoosh", "postgres"]
SCOPE = Scope(frozenset([1, 2]), frozenset([9]))
VOCABULARY = [
    *(
        "seed",
        "seeds",
        "seeding",
        "tomato",
        "Tomatoes",
        "patch",
        "patches",
        "the",
        "re",
        "C++",
        "c",
        "x86-64",
        "2.6.32",
    ),
    *(
        "naïve",
        "Straße",
        "ﬁsh",
        "привет",
        "Москва",
        "日本語",
        "検索",
        "庭",
        "검색",
        "ค้นหา",
        "مرحبا",
        "שלום",
        "🎉",
        "don't",
    ),
    *(
        "ann@example.org",
        "https://example.org/a/b?c=d",
        "<m1@host.example>",
        "foo_bar",
        "a.b.c",
        "--",
        "1,000",
        "e\u0301t\u0301",
    ),
]


def documents() -> list[Document]:
    rng = random.Random(11)

    def text(most: int) -> str:
        return " ".join(rng.choice(VOCABULARY) for _ in range(rng.randint(0, most)))

    return [
        document_of(
            id=pk,
            group_id=rng.choice([1, 1, 2, 3]),
            thread_id=pk % 7,
            number=pk,
            sent_at=datetime(rng.choice([1969, 2003, 2004, 2005]), rng.randint(1, 12), 6, tzinfo=UTC),
            author_id=pk % 3,
            from_text=rng.choice(["Ann Lee ann@example.org", "Bob bob@example.net", "Зоя zoe@x.example"]),
            to_text="list@example.org",
            subject=text(4),
            body=text(12),
            quoted=text(6),
            filenames=rng.choice([(), (), ("plan of beds.pdf",), ("",)]),
            list_id=rng.choice(["", "seed.lists.example"]),
            transfer_id=rng.choice([0, 0, 9]),
        )
        for pk in range(1, 61)
    ]


@pytest.fixture(params=ENGINES)
def engine(request, tmp_path):
    """An engine that knows the letters."""
    if request.param == "postgres" and connection.vendor != "postgresql":
        pytest.skip("postgres needs the server profile")
    made = make_engine.__wrapped__(request.param, tmp_path, 16_000_000)
    if made.places is None:
        made.save_progress(0, filled=True)
    with made.writer(made.places and made.places.start_empty()) as writer:
        writer.add(documents())
        writer.commit()
    return made


def matches(node, letter: Document) -> bool:
    return fold_tree(node, lambda leaf: leaf_matches(leaf, letter), joined)


def joined(node, parts: list[bool]) -> bool:
    if isinstance(node, Not):
        return not parts[0]
    return all(parts) if isinstance(node, And) else any(parts)


def leaf_matches(leaf, letter: Document) -> bool:
    if isinstance(leaf, Words):
        return any(words_match(leaf, words_of(getattr(letter, name))) for name in leaf.fields)
    if isinstance(leaf, Between):
        return (leaf.since is None or letter.sent_at >= leaf.since) and (
            leaf.until is None or letter.sent_at < leaf.until
        )
    if isinstance(leaf, HasAttachment):
        return letter.has_attachment
    if isinstance(leaf, OneOf):
        return getattr(letter, {"message": "id"}.get(leaf.what, f"{leaf.what}_id")) in leaf.keys
    return isinstance(leaf, Everything)


def words_match(leaf: Words, there: list[tuple[int, str]]) -> bool:
    first = leaf.words[0][1]
    if leaf.prefix:
        return any(word.startswith(first) for _, word in there)
    if len(leaf.words) == 1:
        return any(word in (first, *leaf.variants) for _, word in there)
    gaps = [after - before for (before, _), (after, _) in pairwise(leaf.words)]
    starts = {place for place, word in there if word == first}
    for gap, (_, wanted) in zip(gaps, leaf.words[1:], strict=True):
        starts = {place for place, word in there if word == wanted and place - gap in starts}
    return bool(starts)


def expected(node) -> set[int]:
    seen = [each for each in documents() if each.group_id in SCOPE.groups and not each.transfer_id]
    return {each.id for each in seen if matches(node, each)}


WORD = st.sampled_from([*VOCABULARY, "kernel", "se*", "see*", "日*", "é*", "x-s*", "seed*"])
VALUE = st.one_of(WORD, st.tuples(WORD, WORD).map(lambda two: f'"{two[0]} {two[1]}"'))
FIELD = st.sampled_from(["from", "to", "subject", "body", "quoted", "filename", "list-id", "foo", "re", "SUBJECT"])
PLAIN = st.sampled_from(
    [
        "has:attachment",
        "date:2004",
        "date:2004-05..2005",
        "before:2004",
        "after:1970",
        "date:..2003",
        "date:x",
        "-",
        "is:",
    ]
)
TERM = st.one_of(VALUE, VALUE, st.tuples(FIELD, VALUE).map(":".join), PLAIN)
NEGATED = st.one_of(TERM, TERM, TERM.map("-".__add__), TERM.map("NOT ".__add__))
GLUE = st.sampled_from([" ", " ", " OR ", " AND ", " (", ") ", ' "', " -(", "  ", "\t", " | "])
QUERY = st.lists(st.tuples(NEGATED, GLUE), min_size=1, max_size=7).map(lambda parts: "".join(a + b for a, b in parts))


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.one_of(QUERY, QUERY, QUERY, st.text(max_size=40)))
def test_every_query_finds_what_it_says(engine, text):
    query = parse(text)
    if query.node is None:
        return
    node = Planner(None, None, SCOPE, engine, ("en",)).plan(query).node
    wanted = expected(node)
    best = engine.search(node, SCOPE, sort="relevance", limit=100, facets=True)
    assert {pk for pk, _, _ in best.hits} == wanted
    assert best.count == len(wanted) == sum(count for _, count in best.years) == sum(count for _, count in best.groups)
    newest = engine.search(node, SCOPE, sort="date", limit=3, facets=False)
    assert newest.count == len(wanted) and len(newest.hits) == min(3, len(wanted))
    assert engine.keys(node, SCOPE, 0, 100) == sorted(wanted)
    assert engine.keys(node, SCOPE, 20, 2) == sorted(pk for pk in wanted if pk > 20)[:2]
