"""Words as the directory compares them: without case and accents, cut where they end. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST = 40
# Marks that a reader may leave out: Latin, Greek and Cyrillic accents, Hebrew and Arabic points. Vowels of Indic scripts stay.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
_LETTERS_OF_THEIR_OWN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
)
_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


def fold(text: str) -> str:
    """ "Übersetzer-Straße" and "ubersetzer-strasse" are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", apart)).translate(_LETTERS_OF_THEIR_OWN)


def words_of(text: str) -> Iterator[str]:
    """In order. Chinese and Japanese, written without spaces, come as pairs of characters."""
    for word in "".join(character if _in_a_word(character) else " " for character in fold(text)).split():
        for piece in _split(word):
            yield piece[:LONGEST]


def _in_a_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _split(word: str) -> Iterator[str]:
    place = 0
    for run in _WITHOUT_SPACES.finditer(word):
        if run.start() > place:
            yield word[place : run.start()]
        pairs = run[0]
        yield from (pairs[n : n + 2] for n in range(max(1, len(pairs) - 1)))
        place = run.end()
    if place < len(word):
        yield word[place:]


def ways_to_misspell(word: str) -> set[str]:
    """The word, and what is left of it without any one letter. Two words that share one are at most one mistake apart, or two
    letters changed places."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def one_mistake_apart(one: str, other: str) -> bool:
    """A letter too many, missing, another one, or two that changed places (Damerau)."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def distinct(words: Iterable[str], most: int) -> list[str]:
    """The first `most` different ones."""
    found: dict[str, None] = {}
    for word in words:
        found[word] = None
        if len(found) == most:
            break
    return list(found)
