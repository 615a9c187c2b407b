"""Other forms of a word come from the index's own vocabulary."""

import pytest

from archive.search.inflections import KEPT_FOR, MOST_VARIANTS, Memory, language_of, same_stem, stems, variants


def vocabulary(*words):
    return lambda prefix, limit: [word for word in words if word.startswith(prefix)][:limit]


@pytest.mark.parametrize(
    ("language", "word", "others", "alike"),
    [
        ("en", "patch", ["patches", "patched", "patching", "patchwork", "patch"], ["patches", "patched", "patching"]),
        ("en", "happy", ["happiness", "happier", "happen"], ["happiness"]),
        ("en", "running", ["run", "runs", "runner", "rune"], ["run", "runs"]),
        ("de", "hauser", ["haus", "hause", "hausen"], ["haus", "hause", "hausen"]),
        ("fr", "cheval", ["chevaux", "chevalier"], ["chevaux"]),
        ("es", "casas", ["casa", "casar", "caso"], ["casa", "casar", "caso"]),
        ("ru", "книга", ["книги", "книгу", "книжный"], ["книги", "книгу"]),
    ],
)
def test_forms_with_the_same_stem_are_alike(language, word, others, alike):
    assert same_stem(word, others, language) == alike


def test_the_most_frequent_forms_come_first_and_no_more_than_enough():
    known = vocabulary("patches", "patched", "patch", "patchwork", *(f"patch{n}" for n in range(99)))
    assert variants("patch", ["en"], known) == ("patches", "patched")
    many = vocabulary(*(f"walk{'s' * times}" for times in range(1, 3)), *["walked"] * 99)
    assert len(variants("walk", ["en"], many)) <= MOST_VARIANTS


@pytest.mark.parametrize("word", ["of", "v2", "検索", "x86"])
def test_short_words_numbers_and_unspaced_scripts_have_no_forms(word):
    assert variants(word, ["en"], vocabulary(word + "s")) == ()


def test_several_languages_add_up():
    known = vocabulary("hauses", "haus", "houses", "house")
    assert variants("haus", ["en", "de"], known) == ("hauses",)


def test_a_language_tag_is_understood():
    assert [language_of(tag) for tag in ("de-AT", "EN", "pt_BR", "ja", "")] == ["de", "en", "pt", "", ""]


def test_stems_keep_their_number():
    assert stems(["running", "x"], "en") == ["run", "x"]


def test_found_forms_are_remembered_for_a_while():
    asked = []

    def known(prefix, limit):
        asked.append(prefix)
        return ["patches"]

    now = [0.0]
    memory = Memory(clock=lambda: now[0])
    for moment in (0.0, KEPT_FOR - 1, KEPT_FOR + 1):
        now[0] = moment
        assert memory.variants("index", "patch", ("en",), known) == ("patches",)
    assert len(asked) == 2
    memory.variants("another index", "patch", ("en",), known)
    assert len(asked) == 3
