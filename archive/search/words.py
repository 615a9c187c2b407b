"""Words as the index knows them: one folding and cutting for every engine, for letters and queries alike. Pure.

Small letters without accents, compatibility forms folded (Unicode NFKD). Scripts written without spaces between
words are cut into pairs of characters (bigrams), so that any part of a sentence can be found.
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 64  # bytes of UTF-8; longer "words" are base64 and hashes of hashes, and nobody types them

# Thai, Lao, Burmese, Hangul jamo, Khmer, kana, Bopomofo, Han, Hangul; without their punctuation
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4d\u0e50-\u0e59\u0e81-\u0ece\u0ed0-\u0edf\u1000-\u1049\u1050-\u109f\u1100-\u11ff\u1780-\u17d3"
    "\u17d7\u17dc-\u17e9\u3005-\u3007\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u318e\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff"
)
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")

_SPECIAL = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t",
    "ё": "е", "ς": "σ", "ـ": "", "ى": "ي", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",
}  # fmt: skip
_SPECIALS = re.compile(f"[{''.join(_SPECIAL)}]")

# Of combining class 0 like a vowel sign, yet not alphabetic (DerivedCoreProperties.txt): enclosing marks and such
_NEVER_LETTERS = (0x34F, 0x488, 0x489, 0xAFD, 0xAFE, 0xAFF, 0xB55, 0xE47, 0xE4C, 0xE4E, 0xECC, 0xF3E, 0xF3F, 0x17B4)
_NEVER_LETTERS += (0x17B5, *range(0x17C9, 0x17D4), 0x180B, 0x180C, 0x180D, 0x180F, 0x1CE1, 0x1CF7, 0xABEC)
_NEVER_LETTERS += (*range(0x20DD, 0x20E5), 0xA670, 0xA671, 0xA672, *range(0xFE00, 0xFE10), 0x1ABE, 0x111C9)
_NEVER_LETTERS += (0x111CB, 0x111CC, 0x11A33, 0x11A98, 0x16FE4, 0x1BC9D, *range(0x1CF00, 0x1CF47))
_NEVER_LETTERS += (*range(0x1DA00, 0x1DAB0), *range(0xE0100, 0xE01F0))
_INVISIBLE = (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x200E, 0x200F, 0x61C)  # joiners, soft hyphen, direction


def _character_class(codes: Iterable[int]) -> str:
    """The inside of a regular expression's brackets."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in runs)


_MARKS = {code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)) in ("Mn", "Mc", "Me")}
_VOWEL_SIGNS = {code for code in _MARKS if not unicodedata.combining(chr(code))} - set(_NEVER_LETTERS)
_DROPPED = re.compile(f"[{_character_class((_MARKS - _VOWEL_SIGNS) | {*_NEVER_LETTERS, *_INVISIBLE})}]+")
_VOWELS = _character_class(_VOWEL_SIGNS)
# й is a letter of its own, not и with an accent; a dakuten makes another kana
_KEEPS_ITS_MARK = re.compile("[\u0400-\u04ff\u3040-\u30ff]")
_ASCII_WORD = re.compile("[a-z0-9]+")
_WORD = re.compile(f"[\\w{_VOWELS}]+")  # after "_" has become a space
_PART = re.compile(f"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[\\w{_VOWELS}])+")


class _Folded(dict[str, str]):
    """Character -> what it becomes; made when first met. Few different ones occur in a text: fold by replacing them."""

    def __missing__(self, character: str) -> str:
        taken_apart = unicodedata.normalize("NFKD", character)
        if _KEEPS_ITS_MARK.match(taken_apart):
            taken_apart = unicodedata.normalize("NFC", taken_apart)
        folded = unicodedata.normalize("NFC", _DROPPED.sub("", taken_apart)).lower()
        self[character] = folded = _SPECIALS.sub(lambda found: _SPECIAL[found[0]], folded)
        return folded


_FOLDED = _Folded()
_TRANSLATE_FROM = 40  # so many different characters to change, and one pass through a table is quicker


def fold(text: str) -> str:
    """Small letters, no accents, one form for what looks the same. The result may be shorter or longer."""
    text = text.lower()
    if text.isascii():
        return text
    characters = _beyond_ascii(text)
    if any(map(unicodedata.combining, characters)):
        text = unicodedata.normalize("NFC", text)
        characters = _beyond_ascii(text)
    changing = {character: _FOLDED[character] for character in characters if _FOLDED[character] != character}
    if len(changing) > _TRANSLATE_FROM:
        return text.translate({ord(character): folded for character, folded in changing.items()})
    for character, folded in changing.items():
        text = text.replace(character, folded)
    return text


_ASCII = bytes(range(128))


def _beyond_ascii(text: str) -> set[str]:
    """The different characters of a text that are not ASCII: few, as a rule, and bytes are sifted more quickly."""
    return set(text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass"))


def for_index(text: str) -> str:
    """Folded text with unspaced runs as bigrams: what an engine cuts at all that is neither letter nor digit.

    The last character of a run stands alone, too: every character begins some word, so one alone is found as a prefix.
    """
    folded = fold(text)
    return folded if folded.isascii() else _UNSPACED_RUN.sub(_bigrams, folded)


def _bigrams(run: re.Match[str]) -> str:
    characters = run[0]
    return f" {' '.join([characters[at : at + 2] for at in range(len(characters))])} "


def words_of(text: str) -> list[tuple[int, str]]:
    """(position, word) as they stand in the index; words that are too long leave a gap."""
    return [(place, word) for place, word in enumerate(_cut(for_index(text))) if is_indexed(word)]


def _cut(folded: str) -> list[str]:
    if folded.isascii():
        return _ASCII_WORD.findall(folded)
    return _WORD.findall(folded.replace("_", " "))


def words_asked(text: str) -> list[tuple[int, str]]:
    """(position, word) to look for: like words_of, but of an unspaced run of two or more only the bigrams."""
    asked: list[tuple[int, str]] = []
    place = 0
    for part in _PART.findall(fold(text).replace("_", " ")):
        if _UNSPACED_RUN.match(part):
            pairs = [part[at : at + 2] for at in range(len(part) - 1)] or [part]
            asked += enumerate(pairs, place)
            place += len(part)
        else:
            asked.append((place, part))
            place += 1
    return [(at, word) for at, word in asked if is_indexed(word)]


def is_indexed(word: str) -> bool:
    return len(word) * 4 <= LONGEST or len(word.encode("utf-8", "replace")) <= LONGEST


def is_unspaced(word: str) -> bool:
    """Whether the word is written in a script that we cut into bigrams."""
    return bool(_UNSPACED_RUN.match(word))
