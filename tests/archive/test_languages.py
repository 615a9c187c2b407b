"""Pages of the archive in other languages: what is cached, stored in English, or put together from parts."""

import pytest
from django.utils import translation
from django.utils.translation import ngettext

from archive import bodies, counts
from archive.actions import topics
from archive.models.topics import _FORMS, TopicChange


def test_numbers_are_kept_for_each_language():
    for language in ("en", "de", "en", "ar"):
        with translation.override(language):
            assert counts.letters(3) == ngettext("%(shown)s letter", "%(shown)s letters", 3) % {"shown": "3"}


def test_numbers_are_written_as_the_language_writes_them():
    assert (counts.amount(999), counts.amount(12345), counts.file_size(1_258_291)) == ("999", "12,345", "1.2 MB")
    with translation.override("de"):
        assert counts.amount(12345) == "12.345"
        assert counts.file_size(1_258_291).startswith("1,2 ")


@pytest.mark.parametrize(
    "fragment",
    [
        '<details class="quote"><summary>Marta Berg wrote, 9 lines</summary>It froze.</details>',
        '<details class="quote"><summary><a class="addr" href="mailto:m@a.example">m@a.example</a> wrote, 1 line</summary>',
        '<details class="quote"><summary>12 quoted lines</summary>It froze.</details>',
        '<p class="quote away"><a href="/g/x/message/3/">Marta Berg wrote, 9 lines</a></p>',
    ],
)
def test_what_stands_above_a_folded_quote_is_in_the_readers_language(monkeypatch, fragment):
    monkeypatch.setattr(bodies, "ngettext", _translated)
    assert bodies.in_language_of_page(fragment) == fragment
    with translation.override("de"):
        shown = bodies.in_language_of_page(fragment)
    assert ("ZEILEN" in shown, "line" in shown) == (True, False)
    assert ("Marta Berg" in shown, "</summary>" in shown) == ("Marta Berg" in fragment, "</summary>" in fragment)


def _translated(one: str, _many: str, _count: int) -> str:
    return "%(name)s SCHRIEB, %(count)s ZEILEN" if "name" in one else "%(count)s ZEILEN"


def test_words_of_a_letter_stay_as_they_were_written():
    letter = '<div class="letter-plain"><p class="quote">Marta wrote, 9 lines</p><dt>When</dt></div>'
    with translation.override("de"):
        assert bodies.in_language_of_page(letter) == letter


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (topics.Kind.RENAMED, "“Hedges” is called “Fences” now"),
        (topics.Kind.MERGED, "“Hedges” was merged into “Fences”"),
        (topics.Kind.SPLIT, "Letter 12 was split off “Hedges”"),
        (topics.Kind.MOVED, "“100 % of it” was moved to Builders"),
    ],
)
def test_what_was_done_with_a_topic_can_be_said_in_other_words(kind, sentence):
    assert _FORMS[kind].fullmatch(sentence)
    assert TopicChange(kind=kind, sentence=sentence).said == sentence


def test_a_sentence_that_was_blacked_out_stands_as_it_is():
    assert TopicChange(kind=topics.Kind.MERGED, sentence="“█████").said == "“█████"
