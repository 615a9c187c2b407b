"""Stemming when a query is read, not when a letter is indexed: other forms of a word, looked up in the index's vocabulary.

A word's variants are the words of the index that have its stem (Snowball) in English or in the languages of the groups
searched. So the index holds words as they were written, prefixes and phrases stay exact, and a group may change its language.
"""

import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import takewhile
from threading import Lock

import tantivy

from archive.search.words import fold, is_unspaced

SNOWBALL = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nb": "norwegian", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip
SHORTEST = 3  # letters a word and its stem must have
MOST_VARIANTS = 24
MOST_CANDIDATES = 1500
LONGEST_ENDING = 7
KEPT_FOR = 600.0  # seconds that found variants are good for; the word itself is always asked for
KEPT = 20_000


def language_of(code: str) -> str:
    """The two-letter code of a BCP 47 tag if we can stem it, else ""."""
    short = code.lower().replace("_", "-").split("-")[0]
    return short if short in SNOWBALL else ""


@lru_cache(maxsize=32)
def _stemmer(language: str) -> tantivy.TextAnalyzer:
    cut = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    return cut.filter(tantivy.Filter.stemmer(SNOWBALL[language])).build()


def stems(words: Sequence[str], language: str) -> list[str]:
    """The stem of each word; words hold no spaces."""
    found = _stemmer(language).analyze(" ".join(words))
    return [fold(stem) for stem in found] if len(found) == len(words) else list(words)


def same_stem(word: str, candidates: Sequence[str], language: str) -> list[str]:
    """Those of the candidates that are another form of the word."""
    stem, *others = stems([word, *candidates], language)
    return [other for other, its_stem in zip(candidates, others, strict=True) if its_stem == stem and other != word]


def _stem_start(word: str, language: str) -> str:
    """What every form of the word begins with: the part that the word and its stem share."""
    stem = stems([word], language)[0]
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, stem, strict=False)))


Vocabulary = Callable[[str, int], Sequence[str]]  # Engine.beginning_with


def variants(word: str, languages: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Other forms of the (folded) word that occur in the index, the most frequent first."""
    if len(word) < SHORTEST or not word.isalpha() or is_unspaced(word):
        return ()
    found: dict[str, None] = {}
    for language in languages:
        start = _stem_start(word, language)
        if len(start) < SHORTEST:
            continue
        longest = max(len(word), len(start)) + LONGEST_ENDING
        candidates = [
            other for other in vocabulary(start, MOST_CANDIDATES) if len(other) <= longest and other.isalpha()
        ]
        found |= dict.fromkeys(same_stem(word, candidates, language))
    return tuple(found)[:MOST_VARIANTS]


class Memory:
    """Variants found lately, by engine and languages: words come back, and a common prefix takes milliseconds to list."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.kept: dict[tuple[str, str, tuple[str, ...]], tuple[float, tuple[str, ...]]] = {}
        self.lock = Lock()

    def variants(self, index: str, word: str, languages: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
        key = (index, word, languages)
        known = self.kept.get(key)
        if known is not None and known[0] > self.clock():
            return known[1]
        found = variants(word, languages, vocabulary)
        with self.lock:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            self.kept[key] = (self.clock() + KEPT_FOR, found)
        return found
