"""Content-Transfer-Encoding (RFC 2045 §6), undone as far as the bytes allow; uuencode in both its places."""

import binascii
import re
from functools import lru_cache
from typing import NamedTuple

BASE64_DAMAGED = "base64-damaged"
ENCODING_UNKNOWN = "transfer-encoding-unknown"
UUENCODE_DAMAGED = "uuencode-damaged"

_WHITE = b" \t\r\n"
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]*={0,3}[ \t\r]*")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_BEGIN = re.compile(rb"^begin(?:-base64)?[ \t]+([0-7]{3,4})[ \t]+([^\r\n]+?)[ \t]*\r?$", re.MULTILINE)
_TRAILING_WHITE = re.compile(rb"(?<![ \t])[ \t]++(?=\r?\n|$)")
_IDENTITY = frozenset(
    (
        "",
        "7bit",
        "8bit",
        "binary",
        "7-bit",
        "8-bit",
        "7bits",
        "8bits",
        "7 bit",
        "8 bit",
        "6bit",
        "none",
        "ascii",
        "identity",
    )
)
_UUENCODE = frozenset(("x-uuencode", "uuencode", "x-uue", "uue", "x-uu", "uu"))


class Undone(NamedTuple):
    """data: the bytes. defect: a slug or "". hopeless: nothing could be decoded and data is as it came."""

    data: bytes
    defect: str = ""
    hopeless: bool = False


def decode_transfer(data: bytes, encoding: str, *, is_text: bool = False) -> Undone:
    """Undo a transfer encoding. encoding: the header's value, any case. is_text: what follows base64 may be a footer
    that a list added."""
    encoding = _plain_name(encoding[:1000])
    if encoding in _IDENTITY:
        return Undone(data if encoding == "binary" else _local_line_ends(data))
    if encoding == "base64":
        return _decode_base64(data, is_text)
    if encoding in ("quoted-printable", "quotedprintable", "quoted printable"):
        return Undone(_decode_quoted_printable(data))
    if encoding in _UUENCODE:
        found = find_uuencoded(data)
        return Undone(found[0].data, found[0].defect) if found else Undone(data, UUENCODE_DAMAGED, True)
    return Undone(data, ENCODING_UNKNOWN)


@lru_cache(maxsize=256)
def _plain_name(encoding: str) -> str:
    return encoding.partition(";")[0].partition("(")[0].strip(" \t\"'").lower()


def _local_line_ends(data: bytes) -> bytes:
    """CRLF is how lines travel, not what was written: the same letter from an mbox has LF. What holds NULs is no
    text."""
    return data.replace(b"\r\n", b"\n") if b"\r\n" in data and b"\0" not in data else data


def _decode_quoted_printable(data: bytes) -> bytes:
    """RFC 2045 §6.7. White space before a line end was added on the way. "=" before anything else stays."""
    data = _local_line_ends(data)
    return binascii.a2b_qp(
        _TRAILING_WHITE.sub(b"", data)
        if b" \n" in data or b" \r" in data or b"\t\r" in data or b"\t\n" in data
        else data
    )


def _decode_base64(data: bytes, is_text: bool) -> Undone:
    compact = data.translate(None, _WHITE)
    try:
        return Undone(binascii.a2b_base64(compact, strict_mode=True))
    except binascii.Error:
        return _decode_damaged_base64(data, compact, is_text)


def _decode_damaged_base64(data: bytes, compact: bytes, is_text: bool) -> Undone:
    """Padding lost or doubled, a footer behind it, foreign characters within; or no base64 at all."""
    good, rest = _split_base64_lines(data)
    if not good and compact:
        return Undone(data, BASE64_DAMAGED, True)
    if rest and any(len(line.strip()) > 20 and _BASE64_LINE.fullmatch(line) for line in rest.split(b"\n", 1000)):
        good, rest = data, b""  # it goes on behind the damage
    decoded = _lenient_base64(good)
    if rest.strip() and is_text:
        decoded += b"\n" + rest
    only_padding = not rest.strip() and _BASE64_LINE.fullmatch(compact) is not None
    return Undone(decoded, "" if only_padding else BASE64_DAMAGED)


def _split_base64_lines(data: bytes) -> tuple[bytes, bytes]:
    """The lines that are base64, and what follows from the first one that is not. Padding ends it."""
    at = 0
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        line = data[at:end].strip(_WHITE)
        if not _BASE64_LINE.fullmatch(line):
            head = line.partition(b"=")[0] if b"=" in line else b""
            if len(head) > 3 and _BASE64_LINE.fullmatch(head):  # "Cg== footer" on one line
                at = end - len(data[at:end].partition(b"=")[2].lstrip(b"="))
            break
        at = end
        if line.endswith(b"=") and data[at : at + 200].strip(_WHITE)[:3] in (b"", b"___", b"---", b"-- "):
            break
    return data[:at], data[at:]


def _lenient_base64(data: bytes) -> bytes:
    """Every padded piece on its own (some programs encode in chunks), foreign characters dropped, a lone last character
    too."""
    pieces = []
    for piece in re.split(rb"=+", data):
        piece = _NOT_BASE64.sub(b"", piece)
        if len(piece) % 4 == 1:
            piece = piece[:-1]
        pieces.append(binascii.a2b_base64(piece + b"=" * (-len(piece) % 4)))
    return b"".join(pieces)


class EmbeddedFile(NamedTuple):
    """A file within a text, decoded. start and end: where it stood. No data: it belongs to the file before it."""

    name: bytes
    data: bytes
    start: int
    end: int
    defect: str


def find_uuencoded(text: bytes) -> list[EmbeddedFile]:
    """Every uuencoded file in a body, in order. Lines that read "begin 644 …" in a sentence are left alone."""
    found: list[EmbeddedFile] = []
    at = 0
    while (at := text.find(b"begin", at)) >= 0:
        match = _BEGIN.match(text, at)
        block = _read_block(text, match) if match and (at == 0 or text[at - 1] in _WHITE[2:]) else None
        at = block.end if block else at + 5
        if block:
            found.append(block)
    return found


def _read_block(text: bytes, begin: re.Match[bytes]) -> EmbeddedFile | None:
    read_line, end = (_base64_line, b"====") if begin[0].startswith(b"begin-base64") else (_uu_line, b"end")
    pieces: list[bytes] = []
    at, defect, ended = min(begin.end() + 1, len(text)), "", False
    while at < len(text):
        after = text.find(b"\n", at) + 1 or len(text)
        line = text[at:after].rstrip(b"\r\n")
        if line.strip() == end:
            at, ended = after, True
            break
        decoded = read_line(line)
        if decoded is None:
            break
        pieces.append(decoded)
        at = after
    if not any(pieces):
        return None
    if not ended:
        defect = UUENCODE_DAMAGED
    return EmbeddedFile(begin[2], b"".join(pieces), begin.start(), at, defect)


def _base64_line(line: bytes) -> bytes | None:
    """One line of `uuencode -m` (POSIX). None where it is none."""
    try:
        return binascii.a2b_base64(line.strip(), strict_mode=True)
    except binascii.Error:
        return None


def _uu_line(line: bytes) -> bytes | None:
    """One line, trailing spaces lost or not. None where it is none."""
    if not line.strip():
        return b""
    length = (line[0] - 32) & 63
    expected = -(-length // 3) * 4
    if not 32 <= line[0] <= 96 or len(line) - 1 > expected + 2 or len(line) - 1 < expected - 8:
        return None
    try:
        return binascii.a2b_uu(line[: expected + 1])
    except binascii.Error:
        return None
