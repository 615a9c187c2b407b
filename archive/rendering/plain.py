"""Plain-text letters as HTML: faithful to every space and line break, quotes folded, patches coloured, links to follow.

The fragment relies on the style sheet for `white-space: pre-wrap` inside of .letter-plain; nothing is laid out with markup.
"""

from collections.abc import Iterator
from dataclasses import dataclass

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
    """html: the fragment, addresses marked. is_patch: it holds a diff. monospace: its own text is aligned by columns."""

    html: str
    reply: Reply
    is_patch: bool
    monospace: bool


def render_plain(text: str) -> PlainLetter:
    """A plain-text body ("\\n" line ends, format=flowed undone) as a fragment of safe HTML."""
    lines = split_lines(storable(text))
    segments = segment(lines)
    writer = _Writer(lines, segments)
    html = writer.write()
    mono = writer.fixed_lines * 2 > writer.text_lines > 0
    opening = '<div class="letter-plain mono">' if mono else '<div class="letter-plain">'
    is_patch = any(piece.kind is Kind.PATCH for piece in segments)
    return PlainLetter(f"{opening}{html}</div>", reply_of(lines, segments), is_patch, mono or is_patch)


class _Writer:
    """Writes the segments of one letter, counting how many of its lines need a fixed width."""

    def __init__(self, lines: list[str], segments: list[Segment]) -> None:
        self.lines, self.segments = lines, segments
        self.fixed_lines = self.text_lines = 0
        self.last_written = max((piece.start for piece in segments if self._is_written(piece)), default=-1)

    def _is_written(self, piece: Segment) -> bool:
        """Words of the author: what makes a quote above it one that is answered."""
        if piece.kind is not Kind.TEXT:
            return piece.kind is Kind.PATCH
        return bool(_trimmed(self.lines[piece.start : piece.end]))

    def write(self) -> str:
        return "\n".join(filter(None, map(self._segment, _text_with_closing(self.segments))))

    def _segment(self, piece: Segment) -> str:
        part = self.lines[piece.start : piece.end]
        if piece.kind is Kind.QUOTE:
            return self._quote(piece, part)
        if piece.kind is Kind.PATCH:
            return patch_html(part)
        part = _trimmed(part)
        if not part:
            return ""
        if piece.kind is Kind.SIGNATURE:
            return f'<div class="sig" dir="auto">{linked(part)}</div>'
        return self._text(part) if piece.kind is Kind.TEXT else _armor(part)

    def _text(self, part: list[str]) -> str:
        self.text_lines += len(part)
        if not fixedwidth.may_need(part):
            return f"{_PARAGRAPH}{linked(part).replace(chr(10) * 2, _BETWEEN)}</p>"
        blocks = []
        for block in _paragraphs(part):
            if fixedwidth.needs(block):
                self.fixed_lines += len(block)
                blocks.append(f'<pre class="fixed" dir="auto">{linked(block)}</pre>')
            else:
                blocks.append(f"{_PARAGRAPH}{linked(block)}</p>")
        return "\n".join(blocks)

    def _quote(self, piece: Segment, part: list[str]) -> str:
        head, body = _trimmed(part[: piece.head]), _trimmed(part[piece.head :])
        by = f'<p class="by" dir="auto">{linked(head)}</p>' if head else ""
        if not body:
            return by
        depths = list(map(quotemarks.depth_and_text, body)) if piece.marked else [(1, line) for line in body]
        if self.last_written < 0:
            return by + _quoted(depths)
        if piece.start > self.last_written:
            return _folded(head, len(body), by + _quoted(depths))
        return _answered(head, by, depths)


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


def _answered(head: list[str], by: str, depths: list[tuple[int, str]]) -> str:
    """A quote with an answer below: short ones stay open; of a reviewed patch, the lines the answer is about."""
    if len(depths) <= SHORT_QUOTE:
        return by + _quoted(depths)
    if not _is_quoted_patch(depths):
        return _folded(head, len(depths), by + _quoted(depths))
    if len(depths) <= _LONG_PATCH_QUOTE:
        return by + _quoted(depths)
    return _folded(head, len(depths) - _OPEN_PATCH_LINES, by + _quoted(depths[:-_OPEN_PATCH_LINES])) + _quoted(
        depths[-_OPEN_PATCH_LINES:]
    )


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


def _quoted(depths: list[tuple[int, str]]) -> str:
    """Lines of one quote as nested blocks, three levels deep; deeper ones stay on the third."""
    html: list[str] = []
    level = at = 0
    while at < len(depths):
        depth, end = min(depths[at][0] or level or 1, 3), at + 1
        while end < len(depths) and (depths[end][0] in (0, depth) or depths[end][0] > depth == 3):
            end += 1
        html.append(_LEVELS[level, depth])
        html.append(_quoted_block([text for _, text in depths[at:end]]))
        level, at = depth, end
    return "".join(html) + _LEVELS[level, 0]


# What leads from one depth of quotation to another.
_LEVELS = {
    (level, depth): "</blockquote>" * (level - depth)
    + "".join(f'<blockquote class="q{deeper}" dir="auto">' for deeper in range(level + 1, depth + 1))
    for level in range(4)
    for depth in range(4)
}


def _quoted_block(part: list[str]) -> str:
    return patch_html(part) if _has_hunk(part) else linked(part)


def _has_hunk(part: list[str]) -> bool:
    """True for part of a patch, whether or not its header was quoted with it."""
    initials = {line[:1] for line in part}
    if not initials.isdisjoint("@d-") and any(line.startswith(("@@ -", "diff --git ", "--- a/")) for line in part):
        return True
    if "+" not in initials and "-" not in initials:
        return False
    changes = sum(line[:1] in ("+", "-") and line[:2] not in ("--", "- ") for line in part)
    return changes >= 2 and changes * 3 >= len(part)


def _is_quoted_patch(depths: list[tuple[int, str]]) -> bool:
    return _has_hunk([text for _, text in depths])


def patch_html(part: list[str]) -> str:
    """A patch with its lines coloured; neighbours of one kind share a span."""
    html: list[str] = []
    shown = ""
    for line, text in zip(part, linked(part).split("\n"), strict=True):
        kind = patches.kind_of(line)
        if kind != shown:
            html.append(("</span>" if shown else "") + (f'<span class="{kind}">' if kind else ""))
            shown = kind
        html.append(text + "\n")
    html[-1] = html[-1][:-1] + ("</span>" if shown else "")
    return f'<pre class="patch">{"".join(html)}</pre>'


def _armor(part: list[str]) -> str:
    """PGP armour, folded: "-----BEGIN PGP SIGNATURE-----" becomes "PGP signature"."""
    title = part[0].strip("- ").removeprefix("BEGIN ").lower().replace("pgp", "PGP", 1)
    return f'<details class="sig"><summary>{escape(title)}</summary><pre>{linked(part)}</pre></details>'


def linked(part: list[str]) -> str:
    """Lines as HTML text: escaped, with links, addresses marked."""
    text = escape("\n".join(part))
    if "@" in text or "://" in text or "www." in text:
        return "\n".join(
            [linkify(line) if "@" in line or "://" in line or "www." in line else line for line in text.split("\n")]
        )
    return text


def _trimmed(part: list[str]) -> list[str]:
    """Without blank lines at both ends."""
    start, end = 0, len(part)
    while start < end and (not part[start] or part[start].isspace()):
        start += 1
    while end > start and (not part[end - 1] or part[end - 1].isspace()):
        end -= 1
    return part[start:end]


def _paragraphs(part: list[str]) -> Iterator[list[str]]:
    """Blocks between blank lines; a second blank line stands at the head of the next block, so that it is seen."""
    block: list[str] = []
    for line in part:
        if line or not any(block):
            block.append(line)
        else:
            yield block
            block = []
    if block:
        yield block
