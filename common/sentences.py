"""Words as they stand in mails and logs: small inside a sentence, wrapped, in English where they are kept."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils import translation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WIDTH = 72
SOURCE = "en"  # what stands in the code
_KEPT = (">", "|", " ", "\t")  # quoted, or indented
_ITEM = re.compile(r"(?:[-+*•]|\d+[.)]) +|\S.{0,20}?\S? {3,}")
_GAP = re.compile(r"( +)")


def small(label: "StrOrPromise") -> str:
    """A label inside a sentence. English writes it small; other languages write some nouns large, and keep it."""
    said = str(label)
    return said.lower() if (translation.get_language() or SOURCE).split("-")[0] == SOURCE else said


class Said:
    """Translates for one page that says the same things hundreds of times: `_ = Said()` instead of gettext, which asks each time
    what language is spoken."""

    def __init__(self) -> None:
        self.language = translation.get_language() or SOURCE
        self._labels: dict[int, tuple[StrOrPromise, str]] = {}  # each kept, so that no other takes its id

    def __call__(self, text: str) -> str:
        return _said(self.language, text)

    def label(self, label: "StrOrPromise") -> str:
        """What a choice or another constant is called."""
        if id(label) not in self._labels:
            self._labels[id(label)] = (label, str(label))
        return self._labels[id(label)][1]


@lru_cache(maxsize=2000)
def _said(_language: str, text: str) -> str:
    return translation.gettext(text)


def as_kept(words: "StrOrPromise") -> str:
    """In English, whatever the language of the moment: for what logs and the database keep."""
    with translation.override(SOURCE):
        return str(words)


def wrapped(text: str, width: int = WIDTH) -> str:
    """Plain text with its long lines broken at spaces. Links and addresses have none and so stay whole; lines that are quoted
    or indented stay as they are; what follows a list's mark, or a column of words, keeps its indent."""
    return "\n".join(_folded(line, width) for line in text.split("\n"))


def _folded(line: str, width: int) -> str:
    if len(line) <= width or line.startswith(_KEPT):
        return line
    line = line.rstrip()
    item = _ITEM.match(line)
    indent = " " * item.end() if item and item.end() < width // 2 else ""
    lines, now, gap = [], line[: len(indent)], ""
    for part in _GAP.split(line[len(indent) :]):
        if part.startswith(" "):
            gap = part
        elif now.strip() and len(now + gap + part) > width and gap:
            lines.append(now)
            now, gap = indent + part, ""
        else:
            now, gap = now + gap + part, ""
    return "\n".join([*lines, now])
