"""The header block: where it ends, and its fields as text.

Names and values come out as str, unfolded (RFC 5322 §2.2.3), encoded words not decoded. A block that is neither ASCII
nor UTF-8 (RFC 6532) is read as Latin-1, so that nothing is lost, and each value is decoded on its own later: senders
mix charsets within one block. So only blanks may be stripped here: other "white space" is half a character.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.parsing.charsets import clean, decode
from archive.parsing.words import decode_words

_FIELD = re.compile(r"^([!-9;-~]+)[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_BLANK_LINE = re.compile(rb"\n\r*+\n|(?<!\r)\r\r++(?!\n)")
_LINE_END = re.compile(rb"\r++\n?|\n")
_NAME = re.compile(rb"[!-9;-~]+[ \t]*:")
_WELL_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|message-id|received|return-path|reply-to|sender|in-reply-to|references"
    rb"|mime-version|content-[a-z-]+|list-[a-z-]+|x-[!-9;-~]+|delivered-to|status|errors-to|organization|user-agent"
    rb"|precedence|lines|newsgroups|path)[ \t]*:",
    re.IGNORECASE,
)
_SHIFTED = re.compile(rb"\x1b(?:\$[@B(A)]|\([JI])")  # ISO-2022: seven bits, and still not ASCII
_ENVELOPE = (b"From ", b">From ")
_LINE_ENDS = b"\r\n"

HEADER_MALFORMED = "header-malformed"  # lines that are no fields, or no blank line before the body
HEADER_8BIT = "header-8bit"  # neither ASCII nor UTF-8


@dataclass(slots=True)
class HeaderBlock:
    """fields: (name, value), each on one line. body: offset of the body in the message. charset: of the block: "ascii",
    "utf-8" or "latin-1" (which then means: unknown, ISO-2022 included). has_words: perhaps there are encoded words (RFC 2047)."""

    fields: list[tuple[str, str]]
    body: int
    charset: str = "ascii"
    defect: str = ""
    has_words: bool = False

    def values(self, name: str) -> Iterator[str]:
        """Every value of the field `name` (lower case)."""
        return (value for field, value in self.fields if field.lower() == name)

    def readable(self, value: str, hint: str = "") -> str:
        """A value as Unicode, where the block as a whole was not. hint: charset of the body, often that of the header."""
        if self.charset != "latin-1" or (value.isascii() and "\x1b" not in value):
            return value
        return decode(value.encode("latin-1"), "", hint=hint).text


def by_name(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Values by lower-case name, in order."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        key = name.lower()
        if key in values:
            values[key].append(value)
        else:
            values[key] = [value]
    return values


def split_headers(raw: bytes, start: int = 0, end: int | None = None) -> HeaderBlock:
    """Split raw[start:end] into fields and body offset. A message without a header has no fields and starts its body at
    `start`."""
    end = len(raw) if end is None else end
    if raw.startswith(_ENVELOPE, start, end) and not _NAME.match(raw, start, end):
        start = _next_line(raw, start, end)
    if raw.startswith((b"\n", b"\r"), start, end):
        return HeaderBlock([], _next_line(raw, start, end))
    stop, body = _find_blank_line(raw, start, end)
    block = raw[start:stop]
    if b"\r" in block:
        block = _with_line_feeds(block)
    text, charset = _text_of(block)
    fields = _fields_of(text)
    if fields is None:
        return _split_malformed(raw, start, stop, body, end)
    return HeaderBlock(fields, body, charset, "", "=?" in text)


def _fields_of(text: str) -> list[tuple[str, str]] | None:
    """The fields of a well-formed block; None where some line is neither a field nor a fold."""
    fields: list[tuple[str, str]] = []
    name, value = "", ""
    folds: list[str] = []
    for line in text.split("\n"):
        first = line[:1]
        if (first == " " or first == "\t") and name:
            folds.append(line.strip(" \t"))
            continue
        if name:
            fields.append((name, " ".join([value, *folds]) if folds else value))
            folds.clear()
        name, colon, value = line.partition(":")
        if not colon or not name or not name.isascii() or " " in name or first == "-":
            return None
        value = value.strip(" \t")
    if name:
        fields.append((name, " ".join([value, *folds]) if folds else value))
    return fields


def header_values(raw: bytes, name: str) -> list[str]:
    """Every value of one header field of a message, unfolded, encoded words decoded. [] where there is none."""
    block = split_headers(raw, leading_blank_lines(raw))
    return [clean(decode_words(block.readable(value))) for value in block.values(name.lower())]


def leading_blank_lines(raw: bytes) -> int:
    """How many bytes of blank lines stand before the header."""
    return len(raw) - len(raw.lstrip(_LINE_ENDS)) if raw[:1] in (b"\n", b"\r") else 0


def _text_of(block: bytes) -> tuple[str, str]:
    if b"\0" in block:
        block = block.replace(b"\0", b"")
    if _SHIFTED.search(block):
        return block.decode("latin-1"), "latin-1"
    for charset in ("ascii", "utf-8"):
        try:
            return block.decode(charset), charset
        except UnicodeError:
            pass
    return block.decode("latin-1"), "latin-1"


def _find_blank_line(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the block ends, and where the body begins behind the blank line, for any style of line ends."""
    feeds = raw.find(b"\n\n", start, end)
    stop = end if feeds < 0 else feeds
    if raw.find(b"\r", start, stop) < 0:
        return (end, end) if feeds < 0 else (feeds, feeds + 2)
    found = _BLANK_LINE.search(raw, start, end)
    return found.span() if found else (end, end)


def _next_line(raw: bytes, start: int, end: int) -> int:
    """Offset behind the next line end, whatever it is made of."""
    found = _LINE_END.search(raw, start, end)
    return found.end() if found else end


def _with_line_feeds(block: bytes) -> bytes:
    block = block.rstrip(_LINE_ENDS).replace(b"\r\n", b"\n")
    return _LINE_END.sub(b"\n", block) if b"\r" in block else block


def _split_malformed(raw: bytes, start: int, stop: int, body: int, end: int) -> HeaderBlock:
    """Some line is no field. With fields behind it, it is junk and skipped; else the blank line is missing and the body
    begins there. A line that begins with "--" delimits a part, so the body begins there in any case."""
    at, begin_of_body, junk = start, -1, False
    kept: list[bytes] = []
    while at < stop:
        after = _next_line(raw, at, stop)
        line = raw[at:after]
        if line.startswith(b"--") and kept:
            begin_of_body = at
            break
        if _NAME.match(line) or (line[:1] in (b" ", b"\t") and kept and begin_of_body < 0):
            kept.append(line)
            if begin_of_body >= 0 and _WELL_KNOWN.match(line):
                begin_of_body, junk = -1, True
        elif begin_of_body < 0:
            begin_of_body = at
        at = after
    if begin_of_body >= 0:
        return _cut_short(raw, start, begin_of_body)
    text, charset = _text_of(_with_line_feeds(b"".join(kept)))
    return HeaderBlock(_tolerant_fields_of(text), body, charset, HEADER_MALFORMED if junk else "", True)


def _cut_short(raw: bytes, start: int, begin_of_body: int) -> HeaderBlock:
    text, charset = _text_of(_with_line_feeds(raw[start:begin_of_body]))
    return HeaderBlock(_tolerant_fields_of(text), begin_of_body, charset, HEADER_MALFORMED, True)


def _tolerant_fields_of(text: str) -> list[tuple[str, str]]:
    return [(name, _unfold(value)) for name, value in _FIELD.findall(text)]


def _unfold(value: str) -> str:
    return " ".join([line.strip(" \t") for line in value.split("\n")]).strip(" ")
