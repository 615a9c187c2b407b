"""Takes a plain-text letter apart: what the author wrote, what they quote, how they sign.

`segment` is the one place that decides; the HTML of plain letters (plain) and `split_reply` both follow it. Nothing is ever
cut: every line belongs to exactly one segment. All passes are linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from operator import attrgetter
from typing import NamedTuple

from archive.rendering import announcements, attribution, patches, quotemarks, signatures


class Kind(IntEnum):
    TEXT = 0
    QUOTE = 1
    SIGNATURE = 2  # "-- ", list footers, "Sent from my …"
    CLOSING = 3  # "Best regards," and the name: shown as text, but not what a reader searches for
    PATCH = 4
    ARMOR = 5  # of PGP


class _Clues(NamedTuple):
    """What one look at the lines tells: their first characters (so, what cannot be there), and which may announce a quote."""

    initials: set[str]
    suspects: list[int]

    @classmethod
    def of(cls, lines: list[str]) -> "_Clues":
        initials = {line[:1] for line in lines}
        return cls(initials, announcements.suspects_of(lines, initials))


class Segment(NamedTuple):
    """Lines [start, end) of one kind. head: how many of its first lines announce a quote. marked: quoted with ">"."""

    kind: Kind
    start: int
    end: int
    head: int = 0
    marked: bool = False


@dataclass(slots=True)
class Reply:
    """visible: what the author wrote. quoted and signature: the rest. Together they hold every line of the text."""

    visible: str
    quoted: str
    signature: str


def split_reply(text: str) -> Reply:
    """Split a text body ("\\n" line ends) into what its author wrote, what they quoted, and their signature."""
    lines = split_lines(text)
    return reply_of(lines, segment(lines))


def split_lines(text: str) -> list[str]:
    """The lines of a text; an attribution that a client put behind the author's last words gets a line of its own."""
    lines = text.split("\n")
    if " wrote:" not in text or " On " not in text:
        return lines
    for index in reversed([index for index, line in enumerate(lines) if " On " in line]):
        if " wrote:" in lines[index] and (found := _ATTRIBUTION_IN_LINE.match(lines[index])):
            lines[index : index + 1] = found.groups()
            break  # only the last one can be the client's
    return lines


_ATTRIBUTION_IN_LINE = re.compile(
    r"([^>]{0,300}?[^\s>-])[ \t]*-*[ \t]*(On (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .{6,300}? wrote:[ \t]*)$"
)


def reply_of(lines: list[str], segments: list[Segment]) -> Reply:
    """The three texts of a letter taken apart."""
    parts: tuple[list[str], list[str], list[str]] = ([], [], [])
    for kind, start, end, _, _ in segments:
        parts[_PART_OF_REPLY[kind]].extend(lines[start:end])
    return Reply(*["\n".join(part).strip("\n") for part in parts])


_PART_OF_REPLY = {  # position among the fields of Reply
    Kind.TEXT: 0,
    Kind.PATCH: 0,
    Kind.QUOTE: 1,
    Kind.SIGNATURE: 2,
    Kind.CLOSING: 2,
    Kind.ARMOR: 2,
}


def segment(lines: list[str]) -> list[Segment]:
    """Every line of a letter in order, as segments."""
    clues = _Clues.of(lines)
    fixed = _fixed_segments(lines, clues.initials)
    if not fixed:
        return _segment_prose(lines, clues)
    segments: list[Segment] = []
    at = 0
    for piece in [*fixed, Segment(Kind.TEXT, len(lines), len(lines))]:
        if piece.start > at:
            segments += _prose_between(lines, at, piece.start)
        if piece.end > piece.start:
            segments.append(piece)
        at = piece.end
    return segments


def _fixed_segments(lines: list[str], initials: set[str]) -> list[Segment]:
    """Patches and PGP armour: what stands in them is never read as a quote or a signature."""
    found: list[Segment] = []
    if not initials.isdisjoint(patches.INITIALS):
        found = [Segment(Kind.PATCH, start, end) for start, end in patches.find_patches(lines)]
    if "-" not in initials or not (armor := signatures.find_armor(lines)):
        return found
    covered = {index for piece in found for index in range(piece.start, piece.end)}
    found += [Segment(Kind.ARMOR, start, end) for start, end in armor if covered.isdisjoint(range(start, end))]
    return sorted(found, key=_START)


_START = attrgetter("start")


def _prose_between(lines: list[str], start: int, end: int) -> list[Segment]:
    part = lines[start:end]
    found = _segment_prose(part, _Clues.of(part), written=start > 0)
    return [Segment(kind, first + start, last + start, head, marked) for kind, first, last, head, marked in found]


def _segment_prose(lines: list[str], clues: _Clues, written: bool = False) -> list[Segment]:
    """Lines without patches and armour. Quotes first; what lies between them is text, and may end in a signature."""
    marked = _announced_runs(lines, clues)
    heads, tail = _unmarked_quotes(lines, marked, clues.suspects, written)
    quotes = _with_heads(lines, marked, heads) if heads else marked
    if tail is not None:
        quotes = [*(quote for quote in quotes if quote.start < tail.start), tail]
    return _with_text(lines, quotes, "-" in clues.initials)


def _with_heads(lines: list[str], marked: list[Segment], heads: list[Segment]) -> list[Segment]:
    """All quotes in order; a header right above marked text becomes its announcement."""
    quotes: list[Segment] = []
    for quote in sorted([*marked, *heads], key=_START):
        above = quotes[-1] if quotes else None
        if (
            above is not None
            and not above.marked
            and quote.marked
            and not quote.head
            and not _has_words(lines, above.end, quote.start)
        ):
            quotes[-1] = Segment(Kind.QUOTE, above.start, quote.end, quote.start - above.start, True)
        else:
            quotes.append(quote)
    return quotes


def _announced_runs(lines: list[str], clues: _Clues) -> list[Segment]:
    """Marked runs as quotes, each with the attribution above it."""
    quotes: list[Segment] = []
    floor = 0
    for start, end in quotemarks.find_runs(lines, clues.initials, clues.suspects):
        begin = _attribution_above(lines, start, floor)
        quotes.append(Segment(Kind.QUOTE, begin, end, start - begin, True))
        floor = end
    return quotes


def _attribution_above(lines: list[str], start: int, floor: int) -> int:
    """Where the attribution of the marked run at `start` begins; `start` itself where it has none."""
    last = start - 1
    while last >= floor and start - last <= 3 and not lines[last].strip():
        last -= 1
    if last < floor or not lines[last].strip():
        return start
    begin = attribution.attribution_start(lines, last, floor, quote_follows=True)
    return start if begin < 0 else begin


def _unmarked_quotes(
    lines: list[str], marked: list[Segment], suspects: list[int], written: bool
) -> tuple[list[Segment], Segment | None]:
    """Announcements outside of marked runs, and the quote without marks that goes on to the end of the letter.

    What follows an announcement is quoted to the end, unless it is marked: then the marks say what is quoted, and the
    announcement belongs to them. Where nothing is `written` above it, what follows is taken for the author's own.
    """
    heads: list[Segment] = []
    for start, end, following in _gaps(marked, len(lines)):
        at = start
        while (found := announcements.find_announcement(lines, suspects, at, end)) is not None:
            written = written or _has_words(lines, at, found.begin) or found.is_forward
            if not found.is_forward:
                begin = announcements.with_rule_above(lines, found.begin, at)
                if written and not _is_marked(lines, found, following):
                    return heads, Segment(Kind.QUOTE, begin, len(lines), found.end - begin)
                heads.append(Segment(Kind.QUOTE, begin, found.end, found.end - begin))
            at = found.end
        written = written or _has_words(lines, at, end)
    return heads, None


def _is_marked(lines: list[str], found: announcements.Announcement, following: Segment | None) -> bool:
    """True where marks tell what was announced: right below a header; below an attribution a greeting may come first."""
    if following is None or following.head:
        return False
    return not found.is_header or not _has_words(lines, found.end, following.start)


def _gaps(marked: list[Segment], end: int) -> Iterator[tuple[int, int, Segment | None]]:
    """Ranges of lines outside of the marked quotes, each with the quote that follows it."""
    at = 0
    for quote in marked:
        if quote.start > at:
            yield at, quote.start, quote
        at = quote.end
    if at < end:
        yield at, end, None


def _has_words(lines: list[str], start: int, end: int) -> bool:
    for index in range(start, end):
        line = lines[index]
        if line and not line.isspace() and not announcements.is_rule(line):
            return True
    return False


def _with_text(lines: list[str], quotes: list[Segment], has_dashes: bool) -> list[Segment]:
    """The quotes, and between them text with its signatures."""
    segments: list[Segment] = []
    last_words = _last_text(lines, quotes)
    at = 0
    for quote in quotes:
        if quote.start > at:
            segments += _text(lines, at, quote.start, at >= last_words, has_dashes)
        segments.append(quote)
        at = quote.end
    return segments + _text(lines, at, len(lines), at >= last_words, has_dashes) if at < len(lines) else segments


def _last_text(lines: list[str], quotes: list[Segment]) -> int:
    """Where the last text that has words begins."""
    for start, end, _ in reversed(list(_gaps(quotes, len(lines)))):
        for index in range(start, end):
            if lines[index] and not lines[index].isspace():
                return start
    return 0


def _text(lines: list[str], start: int, end: int, is_last: bool, has_dashes: bool) -> list[Segment]:
    pieces: list[Segment] = []
    kind, at = Kind.TEXT, start
    for ending in signatures.find_endings(lines, start, end, is_last, has_dashes):
        if ending.start > at:
            pieces.append(Segment(kind, at, ending.start))
        kind, at = (Kind.CLOSING if ending.is_closing else Kind.SIGNATURE), ending.start
    pieces.append(Segment(kind, at, end))
    return pieces
