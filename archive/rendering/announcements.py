"""Finds what announces quoted text that carries no marks: "-----Original Message-----", header blocks, dated attributions.

The words in all languages are in `words`. Everything works on lines and looks a fixed number of lines ahead.
"""

import re
from bisect import bisect_left
from typing import NamedTuple

from archive.rendering import attribution, words

_RULE_MARKS = "-_=*~+—–‐‑‒―"
_BLOCK_LINES = 16  # a header block with wrapped values is no longer
_LONGEST_RULE = 120


class Announcement(NamedTuple):
    """Lines [begin, end). is_forward: of a letter sent on, which nobody in the group has read: content, not a quotation.

    is_header: a rule or header fields, as programs write that put the answer on top; otherwise an attribution.
    """

    begin: int
    end: int
    is_forward: bool = False
    is_header: bool = False


def suspects_of(lines: list[str], initials: set[str]) -> list[int]:
    """The lines that may announce a quote at all: those with a colon, and those that begin like a rule.

    initials: the first characters of the lines."""
    if initials.isdisjoint(_RULE_INITIALS) and all(map(str.isascii, lines)):
        return [i for i, line in enumerate(lines) if ":" in line]
    return [i for i, line in enumerate(lines) if ":" in line or line[:1] in _RULE_INITIALS or "：" in line]


def find_announcement(lines: list[str], suspects: list[int], start: int, end: int) -> Announcement | None:
    """The first announcement within lines [start, end). suspects: of these lines, see suspects_of."""
    for position in range(bisect_left(suspects, start), bisect_left(suspects, end)):
        index = suspects[position]
        line = lines[index]
        if line[:1] in _RULE_INITIALS:
            found = _ruled(lines, index, end) if line.lstrip()[:2] in _RULE_STARTS else None
            found = found or _with_colon(lines, index, start, end)
        elif line[-1:] in _ENDS_SENTENCE and not label_of(line) and line[-4:] not in _VERB_ENDS:
            continue  # most lines with a colon: an address of the web, a sentence that goes on
        else:
            found = _with_colon(lines, index, start, end)
        if found is not None:
            return found
    return None


_ENDS_SENTENCE = frozenset('abcdefghijklmnopqrstuvwxyz0123456789.,;)>"')
_VERB_ENDS = frozenset(verb[-4:] for verb in words.WROTE)
_RULE_INITIALS = frozenset(_RULE_MARKS + " \t")
_RULE_STARTS = frozenset(a + b for a in _RULE_MARKS for b in _RULE_MARKS)


def with_rule_above(lines: list[str], begin: int, start: int) -> int:
    """A bare rule above an announcement belongs to it ("____" of Outlook, "====" of others), and the sender of Lotus Notes."""
    above = begin - 1
    while above >= start and begin - above <= 3 and not lines[above].strip():
        above -= 1
    if above < start:
        return begin
    return above if is_rule(lines[above]) or attribution.is_lotus_sender(lines[above]) else begin


def is_rule(line: str) -> bool:
    """A line of nothing but dashes, underscores, equals signs or asterisks."""
    bare = line[:_LONGEST_RULE].strip(" \t>\xa0")
    return len(bare) > 1 and not bare.strip(_RULE_MARKS)


def label_of(line: str) -> str:
    """What a quoted header field tells (words.FROM, …), or "" for a line that is none. Bold marks may surround it."""
    colon = line.find(":", 0, 48)
    if colon < 0:
        colon = line.find("：", 0, 48)
    return words.LABELS.get(line[:colon].strip(" *_\t\xa0>|").lower(), "") if colon > 0 else ""


def header_block_end(lines: list[str], start: int, limit: int) -> int:
    """The line behind a block of quoted header fields (From, Sent, To, Subject in any language); -1 where there is none."""
    kinds: set[str] = set()
    end = start
    for index in range(start, min(limit, start + _BLOCK_LINES)):
        label = label_of(lines[index])
        if label:
            kinds.add(label)
            end = index + 1
        elif not _block_goes_on(lines, index, end):
            break
    if not _is_header_block(kinds, lines[start:end]):
        return -1
    return end + 1 if end < limit and lines[end][:1] in (" ", "\t") and lines[end].strip() else end


def _block_goes_on(lines: list[str], index: int, end: int) -> bool:
    """A line without a label is part of a block only if fields follow: a wrapped value, or a blank between two fields."""
    return index - end < 2 and any(label_of(line) for line in lines[index + 1 : index + 3])


def _is_header_block(kinds: set[str], block: list[str]) -> bool:
    """Three fields that tell of a letter, or two and an address: "From: 9:00, To: 17:00, Date: …" is an appointment."""
    known = kinds - {words.COPY}
    addressed = any("@" in line for line in block)
    if len(known) >= 3:
        return addressed or words.SUBJECT in known
    dated = words.SENT in known and any(char.isdigit() for line in block for char in line[:200])
    if known == {words.SENT, words.TO}:
        return addressed and dated
    return addressed and (known in _PAIRS or (words.COPY in kinds and known == {words.TO, words.SUBJECT}))


_PAIRS = ({words.FROM, words.SENT}, {words.FROM, words.SUBJECT})


def _with_colon(lines: list[str], index: int, start: int, end: int) -> Announcement | None:
    line = lines[index]
    if ":" not in line and "：" not in line:
        return None
    if label_of(line):
        block_end = header_block_end(lines, index, end)
        if block_end > 0 and not _is_patch_mail(lines, index):
            return Announcement(index, block_end, _is_raw_header(lines, index), is_header=True)
    if line[:1] in _RULE_INITIALS and line.lstrip()[:2] in _RULE_STARTS:
        found = _ruled(lines, index, end)
        if found is not None:
            return found
    if line[-1:] in _ENDS_WORD and not attribution.is_verb(line[line.rfind(" ") + 1 :]):
        return None
    return _with_colon_at_end(lines, index, start, end)


_ENDS_WORD = frozenset(
    "abcdefghijklmnopqrstuvwxyz0123456789.,;)>"
)  # most lines with a colon end so, and announce nothing


def _with_colon_at_end(lines: list[str], index: int, start: int, end: int) -> Announcement | None:
    bare = attribution.plain(lines[index]).rstrip(" \t\xa0-*")
    if bare[-1:] not in ":：" and not attribution.is_verb(bare[bare.rfind(" ") + 1 :]):
        return None
    if len(bare) < 60 and bare.lstrip().lower().startswith(words.BEGIN_FORWARDED):
        return Announcement(index, _end_of_forward(lines, index + 1, end), is_forward=True)
    begin = attribution.attribution_start(lines, index, start, quote_follows=False)
    return Announcement(begin, index + 1) if begin >= 0 else None


def _is_raw_header(lines: list[str], index: int) -> bool:
    """The whole header of a message, of which other fields stand above: sent on by a program, as in a bounce."""
    above = lines[index - 1] if index else ""
    return above[:1] in ("\t", " ") or bool(_RAW_FIELD.match(above))


_RAW_FIELD = re.compile(
    r"(?:Received|Return-Path|Message-I[dD]|MIME-Version|Mime-Version|Content-[A-Z][a-z-]+|X-[\w-]+|Delivered-To|>?From) ?:? "
)


def _ruled(lines: list[str], index: int, end: int) -> Announcement | None:
    """A rule with words in it, or a bare rule that is told by the header block below."""
    line = lines[index]
    if len(line) > _LONGEST_RULE:
        return None
    ruled = " ".join(line.strip(_RULE_MARKS + " \t>\xa0:").lower().split())
    if not ruled:
        return None
    if _announces_forward(ruled):
        return Announcement(index, _end_of_forward(lines, index + 1, end), is_forward=True)
    if ruled in words.ORIGINAL or ruled.startswith(("original message", "original mail")):
        return Announcement(index, max(index + 1, _header_below(lines, index + 1, end)), is_header=True)
    return None


def _announces_forward(ruled: str) -> bool:
    return any(word in ruled for word in words.FORWARDED)


def _end_of_forward(lines: list[str], index: int, end: int) -> int:
    return max(index, _header_below(lines, index, end))


def _header_below(lines: list[str], index: int, end: int) -> int:
    """The end of a header block that begins at most two blank lines further down; else -1."""
    for below in range(index, min(index + 3, end)):
        if lines[below].strip():
            return header_block_end(lines, below, end) if label_of(lines[below]) else -1
    return -1


def _is_patch_mail(lines: list[str], index: int) -> bool:
    """The header that `git format-patch` wrote belongs to the patch the author sends."""
    return index > 0 and lines[index - 1].startswith("From ") and lines[index - 1].endswith(" 00:00:00 2001")
