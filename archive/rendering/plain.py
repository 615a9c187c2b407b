"""Plain-text letters as HTML: faithful to every space and line break, quotes folded, patches coloured, links to follow.

The fragment relies on the style sheet for `white-space: pre-wrap` inside of .letter-plain; nothing is laid out with markup.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from archive.rendering import attribution, fixedwidth, patches, quotemarks
from archive.rendering.addresses import mark_all, storable
from archive.rendering.links import escape, linkify
from archive.rendering.replies import Kind, Reply, Segment, reply_of, segment, split_lines

SHORT_QUOTE = 3  # lines: a quote this short above an answer stays open
_LONG_PATCH_QUOTE = 30  # lines: of a longer quoted patch only the end stays open above the answer
_OPEN_PATCH_LINES = 12
_PARAGRAPH = '<p dir="auto">'
_BETWEEN = "</p>\n" + _PARAGRAPH


@dataclass(slots=True)
class PlainLetter:
    """html: the fragment, addresses marked. text: the letter, fit to store. is_patch: it holds a diff.

    monospace: its lines are aligned by columns.
    """

    html: str
    text: str
    reply: Reply
    is_patch: bool
    monospace: bool


def render_plain(text: str) -> PlainLetter:
    """A plain-text body ("\\n" line ends, format=flowed undone) as a fragment of safe HTML."""
    plain = read_plain(text)
    writer = _Writer(plain.lines, plain.segments)
    html = writer.write()
    mono = writer.fixed_lines * 2 > writer.text_lines > 0
    opening = '<div class="letter-plain mono">' if mono else '<div class="letter-plain">'
    is_patch = any(piece.kind is Kind.PATCH for piece in plain.segments)
    return PlainLetter(f"{opening}{html}</div>", plain.text, plain.reply, is_patch, mono or is_patch)


class PlainText(NamedTuple):
    """A plain-text body fit to store, taken apart, without HTML."""

    text: str
    lines: list[str]
    segments: list[Segment]

    @property
    def reply(self) -> Reply:
        return reply_of(self.lines, self.segments)


def read_plain(text: str) -> PlainText:
    """What is read of a body before it is written as HTML. Its `text` read again gives the same."""
    text = storable(text).strip("\n")
    lines = split_lines(text)
    return PlainText(text, lines, segment(lines))


class _Writer:
    """Writes the segments of one letter, counting how many of its lines need a fixed width.

    lines: as they came. shown: the same as HTML text, escaped, with links, addresses marked.
    """

    def __init__(self, lines: list[str], segments: list[Segment]) -> None:
        self.lines, self.segments = lines, segments
        self.shown = linked_lines(lines)
        self.fixed_lines = self.text_lines = 0
        self.last_written = next((piece.start for piece in reversed(segments) if self._is_written(piece)), -1)

    def _is_written(self, piece: Segment) -> bool:
        """Words of the author: what makes a quote above it one that is answered."""
        if piece.kind is not Kind.TEXT:
            return piece.kind is Kind.PATCH
        start, end = self._trimmed(piece.start, piece.end)
        return start < end

    def write(self) -> str:
        return "\n".join(filter(None, map(self._segment, _text_with_closing(self.segments))))

    def _segment(self, piece: Segment) -> str:
        if piece.kind is Kind.QUOTE:
            return self._quote(piece)
        if piece.kind is Kind.PATCH:
            return patch_html(self.lines[piece.start : piece.end], self.shown[piece.start : piece.end])
        start, end = self._trimmed(piece.start, piece.end)
        if start == end:
            return ""
        if piece.kind is Kind.TEXT:
            return self._text(start, end)
        text = "\n".join(self.shown[start:end])
        return (
            f'<div class="sig" dir="auto">{text}</div>'
            if piece.kind is Kind.SIGNATURE
            else _armor(self.lines[start], text)
        )

    def _text(self, start: int, end: int) -> str:
        self.text_lines += end - start
        if not fixedwidth.may_need(self.lines[start:end]):
            return _PARAGRAPH + "\n".join(self.shown[start:end]).replace("\n\n", _BETWEEN) + "</p>"
        blocks = []
        for first, last in self._paragraphs(start, end):
            text = "\n".join(self.shown[first:last])
            if fixedwidth.needs(self.lines[first:last]):
                self.fixed_lines += last - first
                blocks.append(f'<pre class="fixed" dir="auto">{text}</pre>')
            else:
                blocks.append(f"{_PARAGRAPH}{text}</p>")
        return "\n".join(blocks)

    def _paragraphs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Blocks between blank lines; a second blank line stands at the head of the next block, so that it is seen."""
        first, filled = start, False
        for index in range(start, end):
            if self.lines[index]:
                filled = True
            elif filled:
                yield first, index
                first, filled = index + 1, False
        yield first, end

    def _quote(self, piece: Segment) -> str:
        head_start, head_end = self._trimmed(piece.start, piece.start + piece.head)
        start, end = self._trimmed(piece.start + piece.head, piece.end)
        head = self.lines[head_start:head_end]
        by = f'<p class="by" dir="auto">{chr(10).join(self.shown[head_start:head_end])}</p>' if head else ""
        if start == end:
            return by
        quoted = _unmarked(self.lines[start:end], self.shown[start:end], piece.marked)
        if self.last_written < 0:
            return by + _quoted(quoted)
        if piece.start > self.last_written:
            return _folded(head, end - start, by + _quoted(quoted))
        return _answered(head, by, quoted)

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        """The range without blank lines at both ends."""
        lines = self.lines
        while start < end and (not lines[start] or lines[start].isspace()):
            start += 1
        while end > start and (not lines[end - 1] or lines[end - 1].isspace()):
            end -= 1
        return start, end


class _Quoted(NamedTuple):
    """Lines of a quote without their marks: how deep each was, its text, and the same as HTML text."""

    depths: list[int]
    lines: list[str]
    shown: list[str]

    def part(self, start: int, end: int) -> "_Quoted":
        return _Quoted(self.depths[start:end], self.lines[start:end], self.shown[start:end])


def _unmarked(lines: list[str], shown: list[str], marked: bool) -> _Quoted:
    if not marked:
        return _Quoted([1] * len(lines), lines, shown)
    unusual = [line for line in lines if line[:2] != "> " or line[2:3] == ">"]
    if all(line == ">" or not line for line in unusual):  # most quotes
        return _Quoted([1] * len(lines), [line[2:] for line in lines], [line[5:] for line in shown])
    found = list(map(quotemarks.marks_of, lines))
    texts = [line[length:] for line, (_, length) in zip(lines, found, strict=True)]
    htmls = [html[length + 3 * depth :] for html, (depth, length) in zip(shown, found, strict=True)]  # "&gt;"
    return _Quoted([depth for depth, _ in found], texts, htmls)


def _text_with_closing(segments: list[Segment]) -> Iterator[Segment]:
    """ "Best regards, / Marta" is shown as part of the text above it."""
    held: Segment | None = None
    for piece in segments:
        if piece.kind is Kind.CLOSING:
            held = Segment(Kind.TEXT, held.start if held else piece.start, piece.end)
            continue
        if held is not None:
            yield held
            held = None
        if piece.kind is Kind.TEXT:
            held = piece
        else:
            yield piece
    if held is not None:
        yield held


def _answered(head: list[str], by: str, quoted: _Quoted) -> str:
    """A quote with an answer below: short ones stay open; of a reviewed patch, the lines the answer is about."""
    count = len(quoted.lines)
    if count <= SHORT_QUOTE:
        return by + _quoted(quoted)
    if not _has_hunk(quoted.lines):
        return _folded(head, count, by + _quoted(quoted))
    if count <= _LONG_PATCH_QUOTE:
        return by + _quoted(quoted)
    cut = count - _OPEN_PATCH_LINES
    return _folded(head, cut, by + _quoted(quoted.part(0, cut))) + _quoted(quoted.part(cut, count))


def _folded(head: list[str], count: int, html: str) -> str:
    """Quoted text behind a line that says whose and how much it is."""
    name = attribution.author_of(_name_line(head)) if head else ""
    lines = f"{count} line" if count == 1 else f"{count} lines"
    summary = f"{mark_all(escape(name))} wrote, {lines}" if name else f"{count} quoted line{'s' if count > 1 else ''}"
    return f'<details class="quote"><summary>{summary}</summary>{html}</details>'


def _name_line(head: list[str]) -> str:
    """The line of an announcement that names the writer: the From field of a header block, else the attribution."""
    if len(head) < 3:
        return " ".join(head)
    fields = [line for line in head if ("@" in line or '"' in line) and ":" in line]
    return fields[0].partition(":")[2] if fields and len(head) > attribution.MOST_LINES - 1 else " ".join(head)


def _quoted(quoted: _Quoted) -> str:
    """Lines of one quote as nested blocks, three levels deep; deeper ones stay on the third."""
    depths = quoted.depths
    html: list[str] = []
    level = at = 0
    while at < len(depths):
        depth, end = min(depths[at] or level or 1, 3), at + 1
        while end < len(depths) and (depths[end] in (0, depth) or depths[end] > depth == 3):
            end += 1
        html.append(_LEVELS[level, depth])
        html.append(_quoted_block(quoted.lines[at:end], quoted.shown[at:end]))
        level, at = depth, end
    return "".join(html) + _LEVELS[level, 0]


# What leads from one depth of quotation to another.
_LEVELS = {
    (level, depth): "</blockquote>" * (level - depth)
    + "".join(f'<blockquote class="q{deeper}" dir="auto">' for deeper in range(level + 1, depth + 1))
    for level in range(4)
    for depth in range(4)
}


def _quoted_block(lines: list[str], shown: list[str]) -> str:
    return patch_html(lines, shown) if _has_hunk(lines) else "\n".join(shown)


def _has_hunk(part: list[str]) -> bool:
    """True for part of a patch, whether or not its header was quoted with it."""
    initials = {line[:1] for line in part}
    if initials.isdisjoint("@d-+"):
        return False
    if not initials.isdisjoint("@d-") and any(line.startswith(("@@ -", "diff --git ", "--- a/")) for line in part):
        return True
    if "+" not in initials and "-" not in initials:
        return False
    changes = sum(line[:1] in ("+", "-") and line[:2] not in ("--", "- ") for line in part)
    return changes >= 2 and changes * 3 >= len(part)


def patch_html(lines: list[str], shown: list[str]) -> str:
    """A patch with its lines coloured; neighbours of one kind share a span. shown: the lines as HTML text."""
    html: list[str] = []
    current = ""
    for line, text in zip(lines, shown, strict=True):
        kind = patches.kind_of(line)
        if kind != current:
            html.append(("</span>" if current else "") + (f'<span class="{kind}">' if kind else ""))
            current = kind
        html.append(text + "\n")
    html[-1] = html[-1][:-1] + ("</span>" if current else "")
    return f'<pre class="patch">{"".join(html)}</pre>'


def _armor(first: str, text: str) -> str:
    """PGP armour, folded: "-----BEGIN PGP SIGNATURE-----" becomes "PGP signature"."""
    title = first.strip("- ").removeprefix("BEGIN ").lower().replace("pgp", "PGP", 1)
    return f'<details class="sig"><summary>{escape(title)}</summary><pre>{text}</pre></details>'


def linked_lines(lines: list[str]) -> list[str]:
    """Lines as HTML text: escaped, with links, addresses marked."""
    text = escape("\n".join(lines))
    if "@" not in text and "://" not in text and "www." not in text:
        return text.split("\n")
    return [linkify(line) if "@" in line or "://" in line or "www." in line else line for line in text.split("\n")]
