"""The MIME tree (RFC 2046) flattened into its leaves, in one pass over the lines that begin with "--", without
recursion.

Delimiters are matched as whole lines, as the RFC asks. What strangers get wrong is forgiven: a missing closing
delimiter, junk behind a boundary, a boundary that was never declared or never used, levels closed by an outer
delimiter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from archive.parsing.headers import by_name, split_headers
from archive.parsing.parameters import (
    NO_DISPOSITION,
    PLAIN,
    ContentType,
    Disposition,
    parse_content_type,
    parse_disposition,
)

DEEPEST = 100  # levels of multipart; a letter has five
MOST_PARTS = 5000
_MOST_GUESSES = 20  # boundaries looked for by other means; keeps hostile mail linear
_WHITE = b" \t\r"

BOUNDARY_MISSING = "boundary-missing"  # none declared, or the declared one never occurs
BOUNDARY_UNCLOSED = "boundary-unclosed"  # the closing delimiter is missing: cut off, or a careless program
NESTED_TOO_DEEP = "nested-too-deep"
TOO_MANY_PARTS = "too-many-parts"
_OCTETS = ContentType("application", "octet-stream", PLAIN.parameters)
_MESSAGE = ContentType("message", "rfc822", PLAIN.parameters)


@dataclass(slots=True)
class Leaf:
    """A part that is not a multipart. Content is raw[start:end], still transfer-encoded.

    parent: subtype of the multipart it is in, "" at the root. is_first: in that multipart. alternative: as in BodyPart.
    is_cut: its end is missing. is_ambiguous: nobody can tell which level it belongs to. is_typed: it has a Content-Type
    that can be read.
    """

    content_type: ContentType
    disposition: Disposition
    encoding: str
    content_id: str
    start: int
    end: int
    parent: str = ""
    is_first: bool = True
    alternative: int = 0
    is_cut: bool = False
    is_ambiguous: bool = False
    is_typed: bool = True


@dataclass(slots=True)
class _Level:
    boundary: bytes
    subtype: str
    alternative: int
    is_ambiguous: bool
    is_lenient: bool = False
    parts: int = 0


class _Line(NamedTuple):
    """A line that begins with "--": where it and the next one start, and what stands behind the dashes."""

    start: int
    after: int
    text: bytes


def read_leaves(raw: bytes, root: Leaf) -> tuple[list[Leaf], list[str]]:
    """The leaves of a message in order, and the defects met. root: the message itself, as `entity` reads its header."""
    if root.content_type.main != "multipart":
        return [root], []
    walker = _Walker(raw, root.start)
    walker.enter(root)
    walker.walk()
    return walker.leaves, walker.defects


def entity(values: dict[str, list[str]], start: int, end: int, *, default: ContentType = PLAIN) -> Leaf:
    """What a header (values by lower-case name) says about the content in raw[start:end]. The last Content-Type that
    can be read counts."""
    content_type, disposition = None, NO_DISPOSITION
    if "content-type" in values:
        for value in reversed(values["content-type"]):
            content_type = content_type or parse_content_type(value)
    if "content-disposition" in values:
        disposition = parse_disposition(values["content-disposition"][-1])
    encoding = values["content-transfer-encoding"][-1] if "content-transfer-encoding" in values else ""
    content_id = values["content-id"][-1] if "content-id" in values else ""
    return Leaf(
        content_type or default, disposition, encoding, content_id, start, end, is_typed=content_type is not None
    )


def _dashed_lines(raw: bytes, start: int) -> Iterator[_Line]:
    at = start if raw.startswith(b"--", start) else raw.find(b"\n--", max(0, start - 1)) + 1
    while at > 0 or (at == 0 and raw.startswith(b"--") and start == 0):
        end = raw.find(b"\n", at)
        after = len(raw) if end < 0 else end + 1
        yield _Line(at, after, raw[at + 2 : after].rstrip(b" \t\r\n"))
        if end < 0:
            return
        at = raw.find(b"\n--", end) + 1


class _Walker:
    def __init__(self, raw: bytes, start: int) -> None:
        self.raw = raw
        self.leaves: list[Leaf] = []
        self.defects: list[str] = []
        self._lines = list(_dashed_lines(raw, start))
        self._texts = {line.text for line in self._lines}
        self._closed = {text[:-2].rstrip() for text in self._texts if text.endswith(b"--")}
        self._levels: list[_Level] = []
        self._open: dict[bytes, list[int]] = {}
        self._alternatives = 0
        self._guesses = 0
        self._parts = 0
        self._next = 0  # index into _lines
        self._pending: Leaf | None = None  # begun, end not yet found

    def walk(self) -> None:
        """Part after part, until the lines are used up."""
        while (found := self._next_delimiter()) is not None:
            line, level, is_closing = found
            self._finish(line.start)
            self._leave(level + (0 if is_closing else 1))
            if is_closing:
                continue
            self._parts += 1
            if self._parts > MOST_PARTS:
                self._add_defect(TOO_MANY_PARTS)
                self.leaves.append(Leaf(_OCTETS, NO_DISPOSITION, "", "", line.after, len(self.raw)))
                return
            self._read_part(line.after)
        self._finish_cut()

    def enter(self, part: Leaf) -> None:
        """Open a multipart, or keep it as one leaf where it cannot be taken apart."""
        boundary = part.content_type.parameters.get("boundary", "").strip().encode("utf-8", "replace")
        is_lenient = False
        if len(self._levels) >= DEEPEST:
            self._add_defect(NESTED_TOO_DEEP)
            self._pending = part
            return
        if not boundary or (boundary not in self._texts and boundary not in self._closed):
            is_lenient, boundary = self._find_boundary(boundary, part.start)
            if not boundary:
                self._add_defect(BOUNDARY_MISSING)
                part.content_type, part.is_first = PLAIN, True
                self._pending = part
                return
        self._push(part, boundary, is_lenient=is_lenient)

    def _push(self, part: Leaf, boundary: bytes, *, is_lenient: bool) -> None:
        outer = self._levels[-1] if self._levels else None
        alternative = outer.alternative if outer else 0
        if not alternative and part.content_type.sub == "alternative":
            self._alternatives += 1
            alternative = self._alternatives
        is_ambiguous = outer is not None and (outer.is_ambiguous or boundary.startswith(outer.boundary))
        self._open.setdefault(boundary, []).append(len(self._levels))
        self._levels.append(_Level(boundary, part.content_type.sub, alternative, is_ambiguous, is_lenient))

    def _find_boundary(self, declared: bytes, start: int) -> tuple[bool, bytes]:
        """The declared boundary with junk behind it or in other case; else a line that must be one. (lenient, boundary
        or b"")"""
        self._guesses += 1
        if self._guesses > _MOST_GUESSES:
            return False, b""
        behind = [line for line in self._lines[self._next :] if line.start >= start]
        if declared and any(line.text.lower().startswith(declared.lower()) for line in behind):
            return True, declared
        for line in behind:
            if line.text in self._closed and self.raw[line.after : line.after + 8].lower() == b"content-":
                self._add_defect(BOUNDARY_MISSING)
                return False, line.text
        return False, b""

    def _read_part(self, start: int) -> None:
        level = self._levels[-1]
        block = split_headers(self.raw, start, self._header_limit(start))
        fields = block.fields
        if block.charset == "latin-1":
            fields = [(name, block.readable(value)) for name, value in fields]
        default = _MESSAGE if level.subtype == "digest" else PLAIN
        part = entity(by_name(fields), block.body, len(self.raw), default=default)
        while self._next < len(self._lines) and self._lines[self._next].start < part.start:
            self._next += 1
        part.parent, part.is_first, part.alternative = level.subtype, level.parts == 0, level.alternative
        level.parts += 1
        if part.content_type.main == "multipart":
            self.enter(part)
        else:
            self._pending = part

    def _header_limit(self, start: int) -> int:
        """Where the next delimiter stands, if it comes before any blank line: a header never goes beyond it."""
        if self.raw.startswith((b"\n", b"\r"), start):
            return len(self.raw)
        at = start
        for index in range(self._next, len(self._lines)):
            line = self._lines[index]
            if self.raw.find(b"\n\n", at, line.start) >= 0 or self.raw.find(b"\n\r", at, line.start) >= 0:
                break
            if self._match(line.text)[0] >= 0:
                return line.start
            at = line.start - 1
        return len(self.raw)

    def _finish(self, end: int) -> None:
        part, self._pending = self._pending, None
        if part is None:
            return
        part.end = _before_line_end(self.raw, part.start, end)
        if part.end > part.start or (part.is_typed and part.start < end):
            self.leaves.append(part)

    def _finish_cut(self) -> None:
        """The last part, where the closing delimiter is missing."""
        if self._levels:
            self._add_defect(BOUNDARY_UNCLOSED)
        part = self._pending
        if part is None or (part.end == part.start and not part.is_typed):
            return
        if not self._levels:
            self.leaves.append(part)
            return
        closing = b"--" + self._levels[-1].boundary + b"--"
        tail = self.raw[max(part.start, len(self.raw) - 2000) :]
        if tail.rstrip().endswith(closing):  # it stands on the last line of the text, not below it
            part.end -= len(tail) - len(tail.rstrip()) + len(closing)
        else:
            part.is_cut, part.is_ambiguous = True, self._levels[-1].is_ambiguous
        self.leaves.append(part)

    def _next_delimiter(self) -> tuple[_Line, int, bool] | None:
        while self._next < len(self._lines):
            line = self._lines[self._next]
            self._next += 1
            level, is_closing = self._match(line.text)
            if level >= 0:
                return line, level, is_closing
        return None

    def _match(self, text: bytes) -> tuple[int, bool]:
        """Which open level a line delimits (-1: none), and whether it closes it."""
        is_closing = False
        levels = self._open.get(text)
        if not levels and text.endswith(b"--"):
            levels, is_closing = self._open.get(text[:-2].rstrip()), True
        if not levels:
            return self._match_leniently(text)
        level = levels[-1]
        inner = self._levels[-1]
        if (
            level < len(self._levels) - 1
            and inner.boundary not in self._closed
            and self._levels[level].boundary not in self._closed
        ):
            # neither is ever closed, so the line may as well be text, or the inner one's with junk behind it
            return (len(self._levels) - 1, False) if text.startswith(inner.boundary) else (-1, False)
        return level, is_closing

    def _match_leniently(self, text: bytes) -> tuple[int, bool]:
        if not self._guesses:
            return -1, False
        for level in range(len(self._levels) - 1, -1, -1):
            boundary = self._levels[level].boundary
            if self._levels[level].is_lenient and text[: len(boundary)].lower() == boundary.lower():
                return level, text[len(boundary) :].startswith(b"--")
        return -1, False

    def _leave(self, depth: int) -> None:
        while len(self._levels) > depth:
            self._open[self._levels.pop().boundary].pop()

    def _add_defect(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)


def _before_line_end(raw: bytes, start: int, end: int) -> int:
    """The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1)."""
    if end > start and raw[end - 1] == 10:
        end -= 1
    if end > start and raw[end - 1] == 13:
        end -= 1
    return end
