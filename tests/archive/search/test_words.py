"""Letters and queries are folded and cut alike."""

import sys
import unicodedata

import pytest
import tantivy

from archive.search.words import LONGEST, fold, for_index, is_indexed, words_asked, words_of
from common.chunks import chunks


def cut(text):
    return [word for _, word in words_of(text)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Grüße", "grusse"),
        ("ŁÓDŹ", "lodz"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full width"),
        ("ﬁle ½", "file 1⁄2"),
        ("Ёж и Йод", "еж и йод"),
        ("и\u0306од", "йод"),
        ("и\u0301мя", "имя"),
        ("Ὀδυσσεύς", "οδυσσευσ"),
        ("مَرْحَبًا", "مرحبا"),
        ("שָׁלוֹם", "שלום"),
        ("İstanbul ISPARTA ısı", "istanbul isparta isi"),
        ("が\u30ab\u3099", "がガ"),
        ("soft\u00adhyphen zero\u200dwidth", "softhyphen zerowidth"),
    ],
)
def test_what_looks_alike_is_folded_into_one(text, folded):
    assert fold(text) == folded


def test_words_are_letters_and_digits():
    assert cut("don't foo_bar-baz v2.6.12 (C++)") == ["don", "t", "foo", "bar", "baz", "v2", "6", "12", "c"]
    assert cut("हिन्दी में") == ["हिनदी", "में"]


def test_unspaced_runs_become_pairs_and_a_last_character():
    assert cut("日本語abc") == ["日本", "本語", "語", "abc"]
    assert words_asked("日本語 abc") == [(0, "日本"), (1, "本語"), (3, "abc")]
    assert words_asked("語") == [(0, "語")]


def test_positions_asked_are_positions_indexed():
    text = "the 日本語 patch of ค้นหา 12"
    assert set(words_asked(text)) <= set(words_of(text))


def test_endless_words_leave_a_gap():
    assert words_of(f"a {'x' * (LONGEST + 1)} b") == [(0, "a"), (2, "b")]
    assert not is_indexed("é" * LONGEST)


def test_our_words_are_those_of_the_engine_for_every_character_there_is():
    """Query words are cut here, indexed words in Rust: they must agree, or something cannot be found."""
    cutter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).build()
    assigned = [chr(code) for code in range(0x20, sys.maxunicode + 1) if _is_settled(chr(code))]
    for some in chunks(assigned, 500):
        text = "\n".join(f"ab{character}cd {character}" for character in some)
        assert cutter.analyze(for_index(text)) == cut(text)


def _is_settled(character):
    """Not unassigned, private or half of a pair; not "So" either, which holds letters in emoji squares."""
    return unicodedata.category(character) not in ("Cn", "Cs", "Co", "So")
