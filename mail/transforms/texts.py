"""Putting words above and below a text part in its own charset and transfer encoding, the author's bytes kept."""

import binascii
import re
from dataclasses import dataclass

from archive.parsing.transfer import decode_transfer
from mail.outbox.personal import BASE64_LINE, base64_lines, base64_region
from mail.transforms.fields import Fields

_MARK = re.compile(rb"\0[^\0]+\0")
_CHARSET = re.compile(rb"""(;\s*charset\s*=\s*)("[^"]*"|[^\s;]*)""", re.IGNORECASE)
_BODY_END = re.compile(rb"</body\s*>", re.IGNORECASE)
_BODY_BEGIN = re.compile(rb"<body\b[^>]*>", re.IGNORECASE)
_SEVEN_BIT = frozenset({"", "7bit", "7-bit"})
_IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit"})
# ASCII means itself in these, also between their other characters at the start of a line.
_KEEPS_ASCII = re.compile(
    r"(|us-ascii|ascii|utf-?8|iso-?8859-?\d+|windows-12\d\d|cp12\d\d|koi8-[ru]|gb2312|gbk|gb18030|big5|euc-\w+|shift_jis|iso-2022-jp)",
    re.IGNORECASE,
)


_SHIFTS = re.compile(
    rb"\x1b[$(][@-Z(]{1,2}"
)  # RFC 1468: a text that ends in Japanese would make our words Japanese, too
_TO_ASCII = (b"\x1b(B", b"\x1b(J")


@dataclass(frozen=True, slots=True)
class Words:
    """What stands above and below, with marks, as lines ended by LF."""

    above: str = ""
    below: str = ""

    @property
    def is_ascii(self) -> bool:
        return self.above.isascii() and self.below.isascii()


@dataclass(frozen=True, slots=True)
class Changed:
    """The part's content anew, and its charset and encoding where they had to change."""

    content: bytes
    charset: str = ""
    encoding: str = ""


def with_words(content: bytes, charset: str, encoding: str, words: Words, *, is_html: bool) -> Changed | None:
    """None where it cannot be done without guessing."""
    encoding = encoding.strip().lower()
    above, below = words.above, words.below
    asciilike = _KEEPS_ASCII.fullmatch(charset) is not None
    added = _in_charset(above, below, charset) if asciilike else None
    if added is None or (encoding in _SEVEN_BIT and not (added[0] + added[1]).isascii()):
        return _anew(content, charset, encoding, words, is_html)
    if charset.lower() == "iso-2022-jp" and (found := _SHIFTS.findall(content)) and found[-1] not in _TO_ASCII:
        added = added[0], b"\x1b(B" + added[1]
    if encoding in _IDENTITY:
        return Changed(_placed(content, *added, is_html))
    if encoding == "quoted-printable":
        # A soft line end at the very end would draw our first line up to it.
        return Changed(
            _placed(content.removesuffix(b"="), quoted_printable(added[0]), quoted_printable(added[1]), is_html)
        )
    if encoding == "base64":
        return _in_base64(content, added, is_html)
    return None


def _in_charset(above: str, below: str, charset: str) -> tuple[bytes, bytes] | None:
    name = charset.lower() or "us-ascii"
    if name == "iso-2022-jp":
        name = "us-ascii"
    try:
        return above.encode(name).replace(b"\n", b"\r\n"), below.encode(name).replace(b"\n", b"\r\n")
    except (UnicodeError, LookupError):
        return None


def _placed(content: bytes, above: bytes, below: bytes, is_html: bool) -> bytes:
    """Text: above and below. HTML: inside its body."""
    if is_html:
        return _placed_in_html(content, above, below)
    if below and content and not content.endswith(b"\r\n"):
        content += b"\r\n"
    return above + content + below


def _placed_in_html(content: bytes, above: bytes, below: bytes) -> bytes:
    begin = _BODY_BEGIN.search(content)
    at = begin.end() if begin else 0
    content = content[:at] + above + content[at:]
    ends = list(_BODY_END.finditer(content))
    at = ends[-1].start() if ends else len(content)
    return content[:at] + below + content[at:]


def quoted_printable(text: bytes) -> bytes:
    """RFC 2045 §6.7, with a soft line end on both sides of each mark: a token needs no quoting and is under 60 characters."""
    lines = []
    for line in text.split(b"\r\n"):
        pieces = []
        for place, piece in enumerate(re.split(rb"(\0[^\0]+\0)", line)):
            pieces.append(piece if place % 2 else _quoted_line(piece))
        lines.append(b"=\r\n".join(piece for piece in pieces if piece))
    return b"\r\n".join(lines)


def _quoted_line(piece: bytes) -> bytes:
    encoded = binascii.b2a_qp(piece, istext=True)
    return encoded.replace(b"=\r\n", b"=\n").replace(b"=\n", b"=\r\n")


def _in_base64(content: bytes, added: tuple[bytes, bytes], is_html: bool) -> Changed | None:
    undone = decode_transfer(content, "base64")
    if undone.defect or b"\0" in undone.data:
        return None  # damaged, or no text at all
    return Changed(_base64(_placed(_crlf(undone.data), *added, is_html)))


def _crlf(data: bytes) -> bytes:
    return data if b"\r\n" in data else data.replace(b"\n", b"\r\n")


def _base64(text: bytes) -> bytes:
    """Lines before the first mark once for all, the rest for each copy."""
    first = _MARK.search(text)
    if first is None:
        return base64_lines(text) + b"\r\n"
    whole = first.start() // BASE64_LINE * BASE64_LINE
    before = base64_lines(text[:whole]) + b"\r\n" if whole else b""
    return before + base64_region(text[whole:]) + b"\r\n"


def _anew(content: bytes, charset: str, encoding: str, words: Words, is_html: bool) -> Changed | None:
    """In UTF-8, where the words do not fit the charset, or nobody can append to it. The text itself stays what it was."""
    undone = decode_transfer(content, encoding)
    if undone.defect or (is_html and not words.is_ascii):
        return None
    try:
        text = undone.data.decode(charset or "us-ascii")
        data = _crlf(text.encode())  # UTF-7 may hold half a character that UTF-8 has no bytes for
    except (UnicodeError, LookupError):
        return None
    if is_html or "\0" in text:
        return None  # its own <meta> may name the charset
    below, above = (each.encode().replace(b"\n", b"\r\n") for each in (words.below, words.above))
    if sum(byte > 127 for byte in data[:4000]) * 6 > min(len(data), 4000):
        return Changed(_base64(_placed(data, above, below, False)), "utf-8", "base64")
    quoted = quoted_printable(data)
    return Changed(
        _placed(quoted, quoted_printable(above), quoted_printable(below), False), "utf-8", "quoted-printable"
    )


def renamed(head: bytes, changed: Changed) -> bytes:
    """A part's header with the charset and encoding of its new content; head ends with the blank line."""
    if not changed.charset:
        return head
    fields = Fields.read(head)
    value = fields.raw("content-type") or "text/plain"
    name = f'charset="{changed.charset}"'
    given = _CHARSET.search(value.encode("utf-8", "surrogateescape"))
    if given:
        start, end = given.span()
        value = value[:start] + f"; {name}" + value[end:]
    else:
        value = f"{value.rstrip('; ')}; {name}"
    fields.set("Content-Type", value)
    fields.set("Content-Transfer-Encoding", changed.encoding)
    return bytes(fields) + b"\r\n"
