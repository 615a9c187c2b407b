"""Finds lines that carry quote marks: "> ", "| ", ": ", "Marta> ", however deep, and takes the marks off."""

import re
from functools import lru_cache

from archive.rendering import attribution

_MARKED = (">", " >", "  >", "   >", "\t>", "\xa0>")
_SPACES = frozenset(" \t\xa0")
_MARK_INITIALS = _SPACES | {">"}
_MARKS = re.compile(r"[ \t\xa0]{0,3}(?:>[ \t\xa0]?)+")
_NAME_MARK = re.compile(r"[ \t]{0,6}([A-Za-z]{1,10}[>|]|[|}:»])")
_MOST_PREFIXES = 12  # people quoted by name in one letter
_LONG = 60  # a quoted line at least this long may have been wrapped by a mail program

Runs = list[tuple[int, int]]


def find_runs(lines: list[str], initials: set[str], suspects: list[int]) -> Runs:
    """Ranges of lines that are quoted by marks; blank lines between two marked lines belong to the range.

    initials: the first characters of the lines. suspects: the lines that may be attributions.
    """
    marked: list[int] = []
    if not initials.isdisjoint(_SPACES):
        marked = [i for i, line in enumerate(lines) if line[:1] in _MARK_INITIALS and line.startswith(_MARKED)]
    elif ">" in initials:
        marked = [i for i, line in enumerate(lines) if line[:1] == ">"]
    others = _other_marks(lines, suspects)
    if others:
        marked = sorted({*marked, *others})
    runs = _without_lookalikes(lines, _consecutive(marked))
    if runs and all(lines[index].startswith(">>> ") for start, end in runs for index in range(start, end)):
        runs = [run for run in runs if _last_words_above(lines, run[0]).rstrip().endswith(":")]
    return _joined(lines, runs) if runs else runs


def _consecutive(indexes: list[int]) -> Runs:
    runs: Runs = []
    start = previous = -2
    for index in indexes:
        if index != previous + 1:
            if start >= 0:
                runs.append((start, previous + 1))
            start = index
        previous = index
    return [*runs, (start, previous + 1)] if indexes else runs


def marks_of(line: str) -> tuple[int, int]:
    """How deep a line is quoted, and how many characters its marks take."""
    return _marks_in(line[: len(line) - len(line.lstrip("> \t\xa0"))][:100])


@lru_cache(maxsize=1024)
def _marks_in(start: str) -> tuple[int, int]:
    found = _MARKS.match(start)
    return (found[0].count(">"), found.end()) if found else (0, 0)


def _without_lookalikes(lines: list[str], runs: Runs) -> Runs:
    """Not quoted: the ">" that closes a wrapped "<address", and a lone ">From " as mbox files write it."""
    kept: Runs = []
    for start, end in runs:
        if start > 0 and _closes_bracket(lines[start - 1], lines[start]):
            start += 1
        if end - start > 1 or (end - start == 1 and not lines[start].startswith(">From ")):
            kept.append((start, end))
    return kept


def _closes_bracket(above: str, line: str) -> bool:
    """True for "… <marta@example.org" over ">:" and for a wrapped "<http://…" over ">"."""
    opened = above.rfind("<")
    return opened > above.rfind(">") and ("@" in above[opened:] or "://" in above[opened:]) and line.count(">") == 1


def _last_words_above(lines: list[str], index: int) -> str:
    for above in range(index - 1, max(-1, index - 4), -1):
        if lines[above].strip():
            return lines[above]
    return ""


def _other_marks(lines: list[str], suspects: list[int]) -> list[int]:
    """Other programs mark with "| ", ": ", "} " or the name of the author; believed only right below an attribution."""
    prefixes: set[str] = set()
    for index in suspects:
        if ":" not in lines[index][-2:]:
            continue
        below = next((line for line in lines[index + 1 : index + 4] if line and not line.isspace()), "")
        if below[:1] == ">" or not (found := _NAME_MARK.match(below)):
            continue
        if attribution.names_writer(lines[index][-attribution.LONGEST_ATTRIBUTION :]):
            prefixes.add(found[1])
            if len(prefixes) == _MOST_PREFIXES:
                break
    starts = tuple(prefixes)
    return [index for index, line in enumerate(lines) if line.lstrip().startswith(starts)] if starts else []


def _joined(lines: list[str], runs: Runs) -> Runs:
    joined: Runs = []
    start, end = runs[0]
    for next_start, next_end in runs[1:]:
        if not _belong_together(lines, end - 1, next_start):
            joined.append((start, end))
            start = next_start
        end = next_end
    return [*joined, (start, _with_last_wrap(lines, end - 1))]


def _belong_together(lines: list[str], above: int, below: int) -> bool:
    """Only blank lines between two marked ones, or the rest of a quoted line that a program wrapped."""
    between = lines[above + 1 : below]
    if len(between) <= 3 and not any(line.strip() for line in between):
        return True
    return len(between) <= 2 and _is_wrapped(lines[above], between, lines[below])


def _with_last_wrap(lines: list[str], last: int) -> int:
    """The rest of the last quoted line, where the letter ends with it."""
    rest = lines[last + 1 :][:3]
    if (
        len(rest) == 1
        and rest[0].strip()
        and len(lines[last]) >= _LONG
        and lines[last][-1:].isalnum()
        and _goes_on(rest[0])
    ):
        return last + 2
    return last + 1


def _is_wrapped(above: str, between: list[str], below: str) -> bool:
    """True where `between` is the end of the quoted line above, pushed onto a line of its own without a mark."""
    first = between[0]
    if "://" in above[above.rfind(" ") :] and len(between) == 1 and " " not in first.strip():
        return True
    if len(above) < _LONG or not all(line.strip() for line in between) or not _goes_on(first):
        return False
    return above.rstrip()[-1:] not in ".?!:;" or not below.strip("> \t")


_ANSWERS = re.compile(
    r"(?:yes|yep|yeah|no|nope|ok|okay|sure|agreed|done|right|fixed|true|i|it|that|this|not|well|see|why|what|how|and|but)\b"
)


def _goes_on(line: str) -> bool:
    """A line that begins in the middle of a sentence, and not as people begin an answer."""
    return line[:1].islower() and not _ANSWERS.match(line)
