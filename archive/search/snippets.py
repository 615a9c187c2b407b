"""The passage of a letter that shows best why it was found, with the words marked. Pure; shared by all engines."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from html import escape
from itertools import islice

from django.utils.safestring import SafeString, mark_safe

from archive.rendering.addresses import mask_text
from archive.search.engine import Words
from archive.search.words import fold, is_unspaced

LENGTH = 220  # characters of a passage
LEAD = 60  # of them before the first marked word, at most
READ = 20_000  # characters of a letter that are looked through
MOST_MATCHES = 120
MOST_FORMS = 200
PIECE = 64  # characters of a line that are aligned at once
_QUOTE_MARK = re.compile(r"^[>|\s]*>\s?", re.MULTILINE)
_LETTER = r"[^\W_]"


class Highlighter:
    """Marks the words of a query. Made once a search, used for every hit."""

    def __init__(self, wanted: Sequence[Words]) -> None:
        self.pattern = _pattern(wanted)

    def passage(self, text: str, *, masked: bool, otherwise: str = "") -> SafeString:
        """Safe HTML of the best passage; of the beginning (or `otherwise`) where no word stands in it."""
        text = _shown(text, masked)
        matches = self._matches(text)
        if not matches:
            return self.marked(
                _tidy(mask_text(otherwise) if masked else otherwise) or _tidy(text)[:LENGTH], masked=False
            )
        start, end = _best_window(text, matches)
        before, after = "… " if start else "", " …" if end < len(text) else ""
        return mark_safe(before + self.marked(_tidy(text[start:end]), masked=False) + after)  # noqa: S308  escaped

    def marked(self, text: str, *, masked: bool) -> SafeString:
        """A short text (a subject, a name) with the words marked."""
        text = _shown(text, masked)
        parts: list[str] = []
        at = 0
        for start, end in _merged(text, self._matches(text)):
            parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
            at = end
        return mark_safe("".join(parts) + escape(text[at:]))  # noqa: S308  every part is escaped

    def _matches(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, folded word) in the text as it stands."""
        if self.pattern is None:
            return []
        folded = fold(text)
        found = list(islice(_found(self.pattern, folded), MOST_MATCHES))
        if text.isascii() or not found:
            return found
        return _in_the_original(text, folded, found)


def _pattern(wanted: Sequence[Words]) -> re.Pattern[str] | None:
    """What the words look like in folded text: whole words, beginnings of words, and parts of unspaced runs."""
    whole: dict[str, None] = {}
    beginnings: dict[str, None] = {}
    parts: dict[str, None] = {}
    for words in wanted:
        for text in [*(word for _, word in words.words), *words.variants]:
            kind = parts if is_unspaced(text) else beginnings if words.prefix else whole
            kind[text] = None
    spaced = []
    if beginnings:
        spaced.append(rf"(?:{_options(beginnings)}){_LETTER}*+")
    if whole:
        spaced.append(rf"(?:{_options(whole)})(?!{_LETTER})")
    options = [f"({'|'.join(spaced)})"] if spaced else []
    if parts:
        options.append(_options(parts))
    return re.compile("|".join(options)) if options else None


def _found(pattern: re.Pattern[str], folded: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, word). What stands before a word is looked at here: a pattern that begins by looking behind cannot skip what
    begins with none of the words, and takes ten times as long."""
    for match in pattern.finditer(folded):
        start, end = match.span()
        inside_a_word = match.lastindex and start and folded[start - 1].isalnum()
        if not inside_a_word:
            yield start, end, match[0]


def _options(texts: dict[str, None]) -> str:
    return "|".join(map(re.escape, list(texts)[:MOST_FORMS]))


def _shown(text: str, masked: bool) -> str:
    if len(text) > READ:
        text = text[:READ].rpartition(" ")[0] or text[:READ]
    return mask_text(text) if masked else text


def _in_the_original(text: str, folded: str, found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Where matches in the folded text stand in the text itself. Folding keeps lines, so only a line is ever realigned."""
    lines, folded_lines = text.split("\n"), folded.split("\n")
    if len(lines) != len(folded_lines):
        return []
    moved = []
    number = start = folded_start = 0
    aligned = _Alignment(lines[0])
    for begin, end, word in found:
        while begin > folded_start + len(folded_lines[number]):
            start += len(lines[number]) + 1
            folded_start += len(folded_lines[number]) + 1
            number += 1
            aligned = _Alignment(lines[number])
        first, last = begin - folded_start, min(end - folded_start, len(folded_lines[number]))
        if len(lines[number]) != len(folded_lines[number]):
            first, last = aligned.place(first), aligned.place(last)
        moved.append((start + first, start + last, word))
    return moved


class _Alignment:
    """Which place in a line became which by folding. Folding keeps the order and does not reach beyond a character and its
    accents, so a line is folded once, piece by piece, however many words of it are marked."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.starts: list[int] = []  # of pieces, in the line
        self.folded_starts: list[int] = []

    def _measure(self) -> None:
        start = folded_start = 0
        while start < len(self.line):
            self.starts.append(start)
            self.folded_starts.append(folded_start)
            end = start + PIECE
            while end < len(self.line) and unicodedata.combining(self.line[end]):
                end += 1
            folded_start += len(fold(self.line[start:end]))
            start = end

    def place(self, folded_place: int) -> int:
        if not self.starts:
            self._measure()
        piece = max(0, bisect_right(self.folded_starts, folded_place) - 1)
        start, wanted = self.starts[piece], folded_place - self.folded_starts[piece]
        low, high = 0, min(2 * PIECE, len(self.line) - start)
        while low < high:
            middle = (low + high) // 2
            if len(fold(self.line[start : start + middle])) < wanted:
                low = middle + 1
            else:
                high = middle
        return start + low


def _best_window(text: str, matches: list[tuple[int, int, str]]) -> tuple[int, int]:
    """The window with most different words, then most words, rather what the author wrote than a quote, then the first."""
    best, best_worth = matches[0][0], (-1, -1)
    for place, (start, _, _) in enumerate(matches):
        inside = [word for begin, _, word in matches[place : place + 20] if begin < start + LENGTH - LEAD]
        line_start = text.rfind("\n", 0, start) + 1
        quoted = text[line_start : line_start + 3].lstrip().startswith((">", "|"))
        worth = (2 * len(set(inside)) - quoted, len(inside))
        if worth > best_worth:
            best, best_worth = start, worth
    return _whole_words(text, max(0, best - LEAD), min(len(text), best - LEAD + LENGTH if best > LEAD else LENGTH))


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Move the ends to spaces near by; scripts without spaces are cut anywhere."""
    if start:
        space = re.search(r"\s", text[start : start + 30])
        start += space.end() if space else 0
    if end < len(text):
        space_before = max(text.rfind(" ", end - 30, end), text.rfind("\n", end - 30, end))
        end = space_before if space_before > start else end
    return start, end


def _tidy(text: str) -> str:
    return " ".join(_QUOTE_MARK.sub("", text).split())


def _merged(text: str, matches: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """Overlapping marks, and marks with nothing but a space between, as one."""
    merged: list[list[int]] = []
    for start, end, _ in matches:
        if merged and (start <= merged[-1][1] or text[merged[-1][1] : start] == " "):
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return [(start, end) for start, end in merged if end > start]
