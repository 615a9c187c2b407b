"""The query language understands what people type, says what it did not understand, and never raises."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.language import (
    MAX_CLAUSES,
    MAX_LENGTH,
    And,
    Dates,
    Is,
    Not,
    Or,
    Text,
    Within,
    fold_tree,
    leaves,
    parse,
    replaced,
)

TODAY = date(2024, 3, 10)


def shown(text):
    """The tree as text: a & b, a | b, -a."""

    def leaf(node):
        if isinstance(node, Text):
            shape = f'"{node.text}"' if node.quoted else node.text + "*" * node.prefix
            return f"{node.field}:{shape}" if node.field else shape
        if isinstance(node, Dates):
            return "..".join(moment.strftime("%Y%m%d") if moment else "" for moment in (node.since, node.until))
        return node.what if isinstance(node, Is) else f"{node.what}={node.value}"

    def join(node, parts):
        if isinstance(node, Not):
            return f"-{parts[0]}"
        return f"({(' & ' if isinstance(node, And) else ' | ').join(parts)})"

    node = parse(text, today=TODAY).node
    return None if node is None else fold_tree(node, leaf, join)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("kernel", "kernel"),
        ("kernel panic", "(kernel & panic)"),
        ('"kernel panic" now', '("kernel panic" & now)'),
        ("“kernel panic”", '"kernel panic"'),
        ("red -blue NOT green", "(red & -blue & -green)"),
        ("a OR b c", "((a | b) & c)"),
        ("a b OR c OR d", "(a & (b | c | d))"),
        ("a | b", "(a | b)"),
        ("a or b", "(a & or & b)"),
        ("a AND b", "(a & b)"),
        ("(a b) OR c", "((a & b) | c)"),
        ("-(a OR b)", "-(a | b)"),
        ('-"a b"', '-"a b"'),
        ("NOT NOT a", "a"),
        ("--verbose -v", "(--verbose & -v)"),
        ("e-mail", "e-mail"),
        ("http://a.b/c std::map Re: x", "(http://a.b/c & std::map & x)"),
        ("Re: seed", "seed"),
        ("Re:seed", "seed"),
        ("re:", "re:"),
        ("message-id:<a@b>", "message=a@b"),
        ("printk()", "printk"),
        ("tom*", "tom*"),
        ("庭*", "庭*"),
        ("from:marta", "from:marta"),
        ('subject:"seed swap"', 'subject:"seed swap"'),
        ("-from:marta", "-from:marta"),
        ("FROM:Marta Cc:bob", "(from:Marta & to:bob)"),
        ("from:(ann OR bob) x", "((from:ann | from:bob) & x)"),
        ("list-id:<a.b>", "list-id:<a.b>"),
        ("filename:*.pdf", "filename:*.pdf"),
        ("has:attachment is:unread -is:read", "(attachment & unread & -read)"),
        ("in:gardeners thread:12", "(group=gardeners & thread=12)"),
        ("thread:<a@b>", "thread=a@b"),
        ("tag:#Harvest hashtag:garlic", "(tag=Harvest & tag=garlic)"),
        ("date:2004", "20040101..20050101"),
        ("date:2004-12", "20041201..20050101"),
        ("date:2004-02-29", "20040229..20040301"),
        ("date:2004/2/9", "20040209..20040210"),
        ("date:20040209", "20040209..20040210"),
        ("date:2004-05..2005", "20040501..20060101"),
        ("date:2005..2004-05", "20040501..20060101"),
        ("date:..2005", "..20060101"),
        ("date:2004..", "20040101.."),
        ("after:2004-05 before:2005", "(20040501.. & ..20050101)"),
        ("date:today", "20240310..20240311"),
        ("after:yesterday", "20240309.."),
        ("after:10d", "20240229.."),
        ("date:9999", "99990101.."),
        ("", None),
        ("   ", None),
        ("$$$ -- ( ) OR", None),
        ("OR a OR", "a"),
        ("a)b(c", "(a & b & c)"),
        ("((((((((((((((((a", "a"),
        ("a OR date:nonsense b", "(a & b)"),
        ("-date:nonsense b", "b"),
    ],
)
def test_typed_is_understood(typed, understood):
    assert shown(typed) == understood


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("colour:red", "“colour:”"),
        ("date:2004-13", "is not a date"),
        ("date:2004-02-30", "is not a date"),
        ("after:0000", "is not a date"),
        ("after:9999y", "is not a date"),
        ("has:wings", "has:attachment"),
        ("is:new-ish", "is:unread"),
        ('"never closed', "not closed"),
        ("from:", "needs something"),
        ("to*", "too short"),
        ("(" * 30 + "a", "deeper"),
        ("a " * 60, "Only the first"),
        ("a" * 2000, "Only the first"),
    ],
)
def test_what_is_not_understood_is_said(typed, problem):
    assert problem in " ".join(parse(typed).problems)


@pytest.mark.parametrize(
    "typed", ["kernel", "http://a.b", "Re: swap", "C::x", 'from:"A B"', "date:2004..2005", "12:30"]
)
def test_plain_queries_raise_no_problem(typed):
    assert parse(typed).problems == [] or typed == "12:30"


def test_an_unknown_prefix_is_searched_as_a_word():
    assert shown("colour:red") == "colour:red"


def test_a_clock_time_is_a_word():
    assert shown("12:30") == "12:30"
    assert parse("12:30").problems == []


def test_words_remember_where_they_stood():
    query = parse('swap  from:marta -"seed swap" tom*')
    assert [query.text[leaf.start : leaf.end] for leaf in leaves(query.node)] == ["swap", "marta", "seed swap", "tom"]


def test_leaves_that_are_not_wanted_are_known():
    query = parse("a -b -(c -d) e")
    assert [leaf.text for leaf in leaves(query.node, wanted_only=True)] == ["a", "d", "e"]


def test_words_are_replaced_in_place():
    assert replaced("kernle -panik x", [(0, 6, "kernel"), (8, 13, "panic")]) == "kernel -panic x"


def test_a_hostile_query_is_bounded():
    query = parse("(a OR " * 5000 + "date:" * 5000 + '"' * 5000)
    assert len(list(leaves(query.node))) <= MAX_CLAUSES
    assert max(leaf.end for leaf in leaves(query.node)) <= MAX_LENGTH


def test_dates_are_utc_days():
    assert parse("date:2004-05-06").node == Dates(datetime(2004, 5, 6, tzinfo=UTC), datetime(2004, 5, 7, tzinfo=UTC))


_PIECES = st.sampled_from(
    [
        "a",
        "庭",
        " ",
        "(",
        ")",
        '"',
        "-",
        "OR ",
        "NOT ",
        "from:",
        "date:",
        "2004",
        "..",
        "after:",
        "is:",
        "in:",
        "*",
        "\0",
        "|",
    ]
)


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=60).map("".join)))
def test_nothing_that_is_typed_raises(typed):
    query = parse(typed)
    assert all(isinstance(leaf, Text | Dates | Is | Within) for leaf in leaves(query.node))
    assert not any(isinstance(node, And | Or) and len(node.nodes) < 2 for node in _all_nodes(query.node))


def _all_nodes(node):
    waiting = [] if node is None else [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += getattr(current, "nodes", ()) or ([current.node] if isinstance(current, Not) else [])


@pytest.mark.parametrize(
    ("typed", "closing"),
    [
        ("a", ""),
        ('"a b', '"'),
        ("(a (b", "))"),
        ('(a "b', '")'),
        ("a) b", ""),
        ("from:(a OR b", ")"),
        ("(" * 15 + "a", ")" * 15),
    ],
)
def test_what_was_left_open_is_known(typed, closing):
    assert parse(typed).closing == closing
    assert parse(typed + closing).closing == ""


@pytest.mark.parametrize("typed", ["🎉", "--", "()", '""', "OR", "-"])
def test_a_query_without_a_word_is_said_to_be_one(typed):
    assert parse(typed).problems == ["There is no word in this that could be looked for."]


@pytest.mark.parametrize("typed", ["localhost:8000", "12:30", "std::map", "http://x.example", "mailto:ann@b.example"])
def test_what_only_looks_like_a_field_is_no_problem(typed):
    assert parse(typed).problems == []


@pytest.mark.parametrize("typed", ["ab*", "é*", "пе*", "seed-a*", "e\u0301*"])
def test_a_letter_or_two_are_no_beginning(typed):
    assert "too short" in parse(typed).problems[0]
    assert not next(leaves(parse(typed).node)).prefix
