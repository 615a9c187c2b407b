"""RTF as Outlook puts it into winmail.dat: unpacked (MS-OXRTFCP), then its HTML (MS-OXRTFEX) or its plain text."""

import re
import struct
from typing import NamedTuple

from archive.parsing.charsets import decode

_COMPRESSED, _UNCOMPRESSED = b"LZFu", b"MELA"
_LARGEST = 2 << 20  # of text; a letter is rarely a hundredth of it
_DEEPEST = 10_000
_RING = 4096
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\'?",
    re.DOTALL,
)
_SKIPPED = frozenset(
    (
        b"fonttbl colortbl stylesheet info pict object objdata header footer generator listtable listoverridetable "
        b"themedata datastore xmlnstbl filetbl revtbl rsidtbl fldinst mhtmltag pntext"
    ).split()
)
_SPOKEN = {
    b"par": "\n",
    b"line": "\n",
    b"sect": "\n\n",
    b"page": "\n\n",
    b"tab": "\t",
    b"cell": "\t",
    b"row": "\n",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"endash": "–",
    b"emdash": "—",
    b"emspace": " ",
    b"enspace": " ",
}


class Spoken(NamedTuple):
    """text: what the RTF says. is_html: it was HTML in disguise, and text is that HTML."""

    text: str
    is_html: bool


def decompress_rtf(data: bytes) -> bytes:
    """Unpack compressed RTF; b"" where it is none. A cut stream yields what could be unpacked."""
    if len(data) < 16:
        return b""
    _packed, size, kind, _checksum = struct.unpack_from("<II4sI", data)
    if kind == _UNCOMPRESSED:
        return data[16 : 16 + size]
    return _unpack(data, min(size, _LARGEST)) if kind == _COMPRESSED else b""


def _unpack(data: bytes, size: int) -> bytes:
    """LZ77 over a ring of 4096 bytes: runs of eight, one bit each telling a byte from a reference."""
    out = bytearray(_DICTIONARY)
    start = len(_DICTIONARY)
    at = 16
    while at < len(data) and len(out) - start < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if flags >> bit & 1 == 0:
                out += data[at : at + 1]
                at += 1
                continue
            if at + 2 > len(data):
                return bytes(out[start : start + size])
            reference = data[at] << 8 | data[at + 1]
            at += 2
            distance = (len(out) - (reference >> 4)) % _RING
            if distance == 0:  # a reference to the write position ends the stream
                return bytes(out[start : start + size])
            _copy(out, distance, (reference & 15) + 2)
    return bytes(out[start : start + size])


def _copy(out: bytearray, distance: int, length: int) -> None:
    begin = len(out) - distance
    if begin < 0:
        out += b" " * length
        return
    for offset in range(length):
        out.append(out[begin + offset])


def read_rtf(rtf: bytes) -> Spoken:
    """The HTML an RTF was made from (\\fromhtml1), else its plain text. Never raises, never recurses."""
    reader = _Reader(is_html=b"\\fromhtml" in rtf[:1000])
    for match in _TOKEN.finditer(rtf[:_LARGEST]):
        reader.take(match)
    reader.flush()
    text = "".join(reader.pieces).strip("\n")
    if not text.isascii():  # \\u writes characters outside the basic plane as two halves
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return Spoken(text, reader.is_html)


class _State(NamedTuple):
    silent: bool = False  # inside a destination nobody reads
    tag: bool = False  # inside \htmltag
    htmlrtf: bool = False  # RTF that stands for a tag already given
    fallback: int = 1  # \uc: characters to skip after \u


class _Reader:
    def __init__(self, *, is_html: bool) -> None:
        self.is_html = is_html
        self.pieces: list[str] = []
        self.codepage = "cp1252"
        self._bytes = bytearray()
        self._skip = 0
        self._stack: list[_State] = []
        self._state = _State()
        self._optional = False

    def take(self, match: re.Match[bytes]) -> None:
        word, number, hexadecimal, symbol, brace, text = match.groups()
        if word is not None:
            self._word(word, int(number) if number else None)
        elif hexadecimal is not None:
            self._say_bytes(bytes([int(hexadecimal, 16)]))
        elif symbol is not None:
            self._symbol(symbol)
        elif brace is not None:
            self._brace(brace)
        elif text is not None:
            self._say_bytes(text)

    def flush(self) -> None:
        if self._bytes:
            self.pieces.append(decode(bytes(self._bytes), self.codepage).text)
            self._bytes.clear()

    def _brace(self, brace: bytes) -> None:
        self._skip = 0
        self._optional = False
        if brace == b"{" and len(self._stack) < _DEEPEST:
            self._stack.append(self._state)
        elif brace == b"}" and self._stack:
            self._state = self._stack.pop()

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._optional = True
        elif symbol in b"\\{}":
            self._say_bytes(symbol)
        elif symbol == b"~":
            self._say("\xa0")
        elif symbol in b"\r\n":
            self._say("\n")

    def _word(self, word: bytes, number: int | None) -> None:
        optional, self._optional = self._optional, False
        if word == b"htmltag":
            self._state = self._state._replace(tag=True, silent=False)
        elif word in _SKIPPED or (optional and word != b"fldrslt"):
            self._state = self._state._replace(silent=True)
        elif word == b"htmlrtf":
            self._state = self._state._replace(htmlrtf=number != 0)
        elif word == b"uc":
            self._state = self._state._replace(fallback=max(0, min(number or 0, 10)))
        elif word == b"u" and number is not None:
            self._say(chr(number % 65536))
            self._skip = self._state.fallback
        elif word == b"ansicpg" and number:
            self.codepage = f"cp{number}"
        elif word in _SPOKEN:
            self._say(_SPOKEN[word])

    def _is_heard(self) -> bool:
        return not self._state.silent and not self._state.htmlrtf

    def _say(self, text: str) -> None:
        if self._is_heard():
            self.flush()
            self.pieces.append(text)

    def _say_bytes(self, data: bytes) -> None:
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        if data and self._is_heard():
            self._bytes += data
