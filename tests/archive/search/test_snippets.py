"""The passage shows why a letter was found; nothing in it is ever markup of the letter's own."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.engine import ANYWHERE, Words
from archive.search.snippets import LENGTH, Highlighter
from archive.search.words import words_asked


def highlighter(*texts, **options):
    return Highlighter([Words(ANYWHERE, tuple(words_asked(text)), **options) for text in texts])


def passage(text, *wanted, masked=False, **options):
    return highlighter(*wanted, **options).passage(text, masked=masked)


def test_words_are_marked_whole():
    assert passage("Seeds, seed and seedling", "seed") == "Seeds, <mark>seed</mark> and seedling"
    assert passage("tomatoes, tom", "tom", prefix=True) == "<mark>tomatoes</mark>, <mark>tom</mark>"
    assert passage("a patch, patches", "patch", variants=("patches",)) == "a <mark>patch</mark>, <mark>patches</mark>"


def test_words_side_by_side_are_marked_as_one():
    assert passage("the early bird sings", "early bird") == "the <mark>early bird</mark> sings"


@pytest.mark.parametrize(
    ("text", "wanted", "shown"),
    [
        ("Lange Straße hier", "strasse", "Lange <mark>Straße</mark> hier"),
        ("ßß ßß Élan", "elan", "ßß ßß <mark>Élan</mark>"),
        ("ﬁne\nﬁne Ende", "ende", "ﬁne ﬁne <mark>Ende</mark>"),
        ("これは検索です", "検索", "これは<mark>検索</mark>です"),
        ("ПРИВЕТ, мир", "мир", "ПРИВЕТ, <mark>мир</mark>"),
        ("İİİ son", "son", "İİİ <mark>son</mark>"),
    ],
)
def test_marks_stand_at_the_letters_of_the_original(text, wanted, shown):
    assert passage(text, wanted) == shown


def test_markup_is_shown_not_obeyed():
    shown = passage('<script>seed</script> "&" <mark>', "seed")
    assert shown == "&lt;script&gt;<mark>seed</mark>&lt;/script&gt; &quot;&amp;&quot; &lt;mark&gt;"


def test_the_place_with_most_words_is_shown():
    text = "seed " + "filler words here " * 40 + "\nthe seed swap of tomato plants\n" + "more filler " * 60
    shown = passage(text, "seed", "swap", "tomato")
    assert shown.startswith("… ") and shown.endswith(" …")
    assert "<mark>seed swap</mark> of <mark>tomato</mark>" in shown
    assert len(re.sub("<[^>]+>", "", shown)) < LENGTH + 10


def test_what_the_author_wrote_goes_before_a_quote():
    text = "> a seed that was quoted\n" + "filler " * 60 + "\nmy own seed\n"
    assert "my own <mark>seed</mark>" in passage(text, "seed")


def test_quote_marks_and_line_ends_are_left_out():
    assert passage("> > the\n> seed\n\n  swap", "seed") == "the <mark>seed</mark> swap"


def test_without_a_word_the_beginning_is_shown():
    assert highlighter("zzz").passage("First line\nsecond", masked=False) == "First line second"
    assert highlighter().passage("long text", masked=False, otherwise="Kept <snippet>") == "Kept &lt;snippet&gt;"


def test_addresses_are_masked_even_where_the_passage_is_cut():
    text = ("x" * 25 + " ") * 8 + "ann.lee@a-long-name.of.a-domain.example seed " + "y " * 300
    for masked in (True, False):
        shown = passage(text, "seed", masked=masked)
        assert ("a-long-name" in shown) is not masked
    assert "long-name" not in highlighter().passage("", masked=True, otherwise="ask ann@long-name.example")


def test_a_book_is_looked_through_quickly():
    text = "word " * 2_000_000 + "seed"
    started = time.perf_counter()
    passage(text, "word", "seed", masked=True)
    passage("@" * 100_000, "seed", masked=True)
    passage("ß" * 100_000 + " seed", "seed", masked=True)
    assert time.perf_counter() - started < 20  # a square of its length would take minutes


@given(
    st.text(alphabet=st.sampled_from("seedßİﬁ e\u0301<>&\n>検索@.\0\u200d")),
    st.sampled_from(["seed", "検索", "e", "ss"]),
)
def test_any_text_gives_safe_html(text, wanted):
    shown = passage(text, wanted, masked=True)
    assert "<" not in re.sub("</?mark>", "", shown)
    assert shown.count("<mark>") == shown.count("</mark>")


@pytest.mark.parametrize(
    "filling", ["straße ", "ﬃ ", "e\u0301te\u0301 ", "x\u0301\u0302\u0303" * 70 + " ", "ß" * 500 + " ", "한글 ﬁ "]
)
def test_a_word_far_into_a_long_line_that_folding_changes_is_marked_in_its_place(filling):
    text = (filling * 3000)[:15_000].rpartition(" ")[0] + " seed behind"
    passage = Highlighter([Words(ANYWHERE, ((0, "seed"),))]).passage(text, masked=False)
    assert passage.endswith("<mark>seed</mark> behind")
