"""yEnc (draft 1.3): files in the bytes of a text, as Usenet and what is fed from it carry them."""

import binascii
import re
from itertools import groupby
from typing import NamedTuple

from archive.parsing.transfer import EmbeddedFile

YENC_DAMAGED = "yenc-damaged"

_BEGIN = re.compile(
    rb"^=ybegin ([^\r\n]{0,1000}?)\bname=([^\r\n]*?)[ \t]*\r?\n(?:=ypart ([^\r\n]{0,200})\r?\n)?", re.MULTILINE
)
_NUMBER = re.compile(rb"\b(part|size|begin)=(\d{1,15})")
_SUM = re.compile(rb"\bp?crc32=0{0,8}([0-9A-Fa-f]{1,8})\b")
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
_MINUS_64 = [bytes([(byte - 64) & 255]) for byte in range(256)]
_MINUS_42 = bytes((byte - 42) & 255 for byte in range(256))


class _Part(NamedTuple):
    """Some bytes of a file, from `begin` on. size: of the whole file, 0 where it is not said."""

    name: bytes
    number: int
    begin: int
    size: int
    data: bytes
    start: int
    end: int
    defect: str


def find_yencoded(text: bytes) -> list[EmbeddedFile]:
    """Every yEncoded file in a body, in order. Parts of one file that stand in the same text are put together."""
    files: list[EmbeddedFile] = []
    for name, parts in groupby(_parts(text), key=lambda part: part.name):
        files += _joined(name, list(parts))
    return files


def _parts(text: bytes) -> list[_Part]:
    found: list[_Part] = []
    at = 0
    while match := _BEGIN.search(text, at):
        end = text.find(b"\n=yend", match.end() - 1)
        stop = len(text) if end < 0 else end
        at = len(text) if end < 0 else text.find(b"\n", end + 1) + 1 or len(text)
        data = _decoded(text[match.end() : stop])
        numbers = {key: int(value) for key, value in _NUMBER.findall(match[1] + b" " + (match[3] or b""))}
        defect = YENC_DAMAGED if end < 0 or not _is_whole(data, text[end:at]) else ""
        begin = numbers.get(b"begin", 1) - 1
        number, size = numbers.get(b"part", 0), numbers.get(b"size", 0)
        found.append(_Part(match[2].strip(b'"'), number, begin, size, data, match.start(), at, defect))
    return found


def _decoded(lines: bytes) -> bytes:
    lines = lines.replace(b"\r", b"").replace(b"\n", b"")
    return _ESCAPED.sub(lambda found: _MINUS_64[found[1][0]], lines).translate(_MINUS_42)


def _is_whole(data: bytes, trailer: bytes) -> bool:
    sums = {int(value, 16) for value in _SUM.findall(trailer)}
    size = next((int(value) for key, value in _NUMBER.findall(trailer) if key == b"size"), len(data))
    return (size == len(data)) and (not sums or binascii.crc32(data) in sums)


def _joined(name: bytes, parts: list[_Part]) -> list[EmbeddedFile]:
    """One file where the parts follow each other without a gap; else each part under its number."""
    ends = [part.begin + len(part.data) for part in parts]
    if parts[0].begin == 0 and ends[:-1] == [part.begin for part in parts[1:]] and ends[-1] >= parts[0].size:
        first = EmbeddedFile(
            name, b"".join(part.data for part in parts), parts[0].start, parts[0].end, _defect_of(parts)
        )
        return [first, *(EmbeddedFile(name, b"", part.start, part.end, "") for part in parts[1:])]
    numbered = [part.name + b".%03d" % part.number if part.number else part.name for part in parts]
    return [
        EmbeddedFile(name, part.data, part.start, part.end, part.defect)
        for name, part in zip(numbered, parts, strict=True)
    ]


def _defect_of(parts: list[_Part]) -> str:
    return next((part.defect for part in parts if part.defect), "")
