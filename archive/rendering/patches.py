"""Finds patches in the text of a letter: unified, git, context and normal diffs.

Hunks are counted by their headers, so that a removed "- " line is never taken for a signature; where a mail program has
damaged the lines, the hunk ends with the first line that cannot belong to it.
"""

import re

_HUNK = re.compile(r"@@ -\d+(?:,(\d{1,7}))? \+\d+(?:,(\d{1,7}))? @@")
_NORMAL = re.compile(r"(\d{1,7})(?:,(\d{1,7}))?([acd])(\d{1,7})(?:,(\d{1,7}))?$")
_HEAD = (
    "diff ", "index ", "--- ", "+++ ", "*** ", "Index: ", "======", "new file mode", "deleted file mode",
    "old mode ", "new mode ", "similarity index", "dissimilarity index", "rename from ", "rename to ",
    "copy from ", "copy to ", "Binary files ", "GIT binary patch", "RCS file: ", "retrieving revision ",
    "Only in ", "Property changes on",
)  # fmt: skip
_CONTEXT_LINES = (" ", "! ", "+ ", "- ", "--- ", "*** ", "\\ ")

INITIALS = frozenset(
    "@*<"
)  # a letter without a line that begins so holds no patch; normal diffs that only add need "diff"

Ranges = list[tuple[int, int]]


def find_patches(lines: list[str]) -> Ranges:
    """Ranges of lines that are a patch, with the "diff --git" lines above the first hunk."""
    ranges: Ranges = []
    done = 0
    for index in [index for index, line in enumerate(lines) if line[:4] in _HUNK_STARTS or line[:1].isdigit()]:
        if index < done:
            continue
        end = _hunk_end(lines, index)
        if end > index:
            start = _head_start(lines, index, done)
            if ranges and done >= start:
                ranges[-1] = (ranges[-1][0], end)
            else:
                ranges.append((start, end))
            done = end
    return ranges


_HUNK_STARTS = frozenset({"@@ -", "****"})


def _hunk_end(lines: list[str], index: int) -> int:
    """Behind the hunk that begins on this line; `index` where none does."""
    line = lines[index]
    if line.startswith("@@ -"):
        return _unified_end(lines, index)
    if line.startswith("***************"):
        return _context_end(lines, index)
    if line[:1].isdigit() and len(line) < 40:
        return _normal_end(lines, index)
    return index


def _unified_end(lines: list[str], index: int) -> int:
    header = _HUNK.match(lines[index])
    if header is None:
        return index
    old, new = int(header[1] or 1), int(header[2] or 1)
    at = index + 1
    while at < len(lines) and (old > 0 or new > 0):
        first = lines[at][:1]
        if first not in ("", " ", "+", "-", "\\", "\t", "\xa0"):
            break
        old -= first not in ("+", "\\")
        new -= first not in ("-", "\\")
        at += 1
    while at > index + 1 and not lines[at - 1]:
        at -= 1
    return at + 1 if at < len(lines) and lines[at].startswith("\\ ") else at


def _context_end(lines: list[str], index: int) -> int:
    if index + 1 >= len(lines) or not lines[index + 1].startswith("*** "):
        return index
    at = index + 1
    while at < len(lines) and (lines[at].startswith(_CONTEXT_LINES) or lines[at].rstrip() in ("", "!", "+", "-")):
        at += 1
    while at > index + 1 and not lines[at - 1].strip():
        at -= 1
    return at


def _normal_end(lines: list[str], index: int) -> int:
    """A hunk of plain `diff`: "12,13c12", "< old", "---", "> new"; believed only if every line is there."""
    header = _NORMAL.match(lines[index])
    if header is None:
        return index
    old = 0 if header[3] == "a" else _count(header[1], header[2])
    new = 0 if header[3] == "d" else _count(header[4], header[5])
    expected = [("<", old)] + ([("---", 1)] if header[3] == "c" else []) + [(">", new)]
    at = index + 1
    for mark, count in expected:
        if count < 0 or at + count > len(lines) or not all(line.startswith(mark) for line in lines[at : at + count]):
            return index
        at += count
    return at


def _count(first: str, last: str | None) -> int:
    return int(last) - int(first) + 1 if last else 1


def _head_start(lines: list[str], index: int, floor: int) -> int:
    start = index
    while start > floor and lines[start - 1].startswith(_HEAD):
        start -= 1
    return start


def kind_of(line: str) -> str:
    """CSS class of a patch line: "add", "del", "hunk", "meta", or "" for context."""
    first = line[:1]
    if first == "+":
        return "meta" if line.startswith("+++ ") else "add"
    if first == "-":
        return "meta" if line.startswith("--- ") else "del"
    if first in (" ", "", "\t"):
        return ""
    if line.startswith(("@@ ", "***************", "*** ")) or _NORMAL.match(line[:40]):
        return "hunk"
    return {">": "add", "<": "del", "!": "hunk"}.get(first, "meta")
