"""Files of the old Macintosh: BinHex 4.0 (RFC 1741 appendix A), a block of text within a letter, and AppleSingle (RFC 1740).

What other machines can open is the data fork; a file that has none is left as it came.
"""

import binascii
import re
import struct

from archive.parsing.transfer import EmbeddedFile

BINHEX_DAMAGED = "binhex-damaged"
ANNOUNCEMENT = b"must be converted with BinHex"

_BLOCK = re.compile(
    rb"^\(This file must be converted with BinHex[^\r\n]{0,40}\s{1,20}:((?:[!-9@-r]{1,100}\s{0,4})*+):[ \t\r]*\n?",
    re.MULTILINE,
)
_ALPHABET = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_BASE64 = bytes.maketrans(_ALPHABET, _BASE64)
_FOREIGN = bytes(set(range(256)) - set(_ALPHABET))
_REPEAT = b"\x90"
_LONGEST_HEADER = 1 + 63 + 1 + 4 + 4 + 2 + 4 + 4 + 2
_LARGEST = 64 << 20


def find_binhexed(text: bytes) -> list[EmbeddedFile]:
    """Every file in BinHex in a body, in order."""
    found = (_read(match) for match in _BLOCK.finditer(text))
    return [file for file in found if file]


def _read(block: re.Match[bytes]) -> EmbeddedFile | None:
    packed = _packed(block[1])
    header = _expanded(packed, _LONGEST_HEADER)
    after = 1 + header[0] + 19 if header else 0
    if not header or not 0 < header[0] < 64 or len(header) < after + 2:
        return None
    size = struct.unpack_from(">L", header, after - 8)[0]
    content = _expanded(packed, min(after + 2 + size + 2, _LARGEST))
    data, checksum = content[after + 2 : after + 2 + size], content[after + 2 + size :]
    if not data:
        return None
    is_whole = len(data) == size and checksum == struct.pack(">H", binascii.crc_hqx(data, 0))
    name = header[1 : 1 + header[0]].decode("mac_roman").encode()
    return EmbeddedFile(name, data, block.start(), block.end(), "" if is_whole else BINHEX_DAMAGED)


def _packed(characters: bytes) -> bytes:
    """Six bits a character, as in base64 but for the alphabet."""
    sixes = characters.translate(_TO_BASE64, _FOREIGN)
    if len(sixes) % 4 == 1:
        sixes = sixes[:-1]
    return binascii.a2b_base64(sixes + b"=" * (-len(sixes) % 4))


def _expanded(packed: bytes, wanted: int) -> bytes:
    """Up to `wanted` bytes with the repetitions written out: 0x90 and a count behind the byte, 0x90 0x00 is 0x90 itself."""
    out = bytearray()
    at = 0
    while len(out) < wanted and (mark := packed.find(_REPEAT, at)) >= 0 and mark + 1 < len(packed):
        out += packed[at:mark]
        count = packed[mark + 1]
        out += out[-1:] * (count - 1) if count else _REPEAT
        at = mark + 2
    if len(out) < wanted:
        out += packed[at : at + wanted - len(out)]
    return bytes(out[:wanted])


def read_applesingle(data: bytes) -> tuple[bytes, bytes] | None:
    """(name in UTF-8, data fork); None where it is none, or AppleDouble, whose data fork is a part of its own."""
    if not data.startswith(_APPLESINGLE) or len(data) < 26:
        return None
    entries: dict[int, bytes] = {}
    for at in range(26, min(26 + 12 * struct.unpack_from(">H", data, 24)[0], len(data) - 11), 12):
        kind, start, size = struct.unpack_from(">LLL", data, at)
        if kind in (_DATA_FORK, _REAL_NAME):
            entries[kind] = data[start : start + size]
    name = entries.get(_REAL_NAME, b"")[:255].decode("mac_roman").encode()
    return (name, entries[_DATA_FORK]) if entries.get(_DATA_FORK) else None


_APPLESINGLE = b"\x00\x05\x16\x00"
_DATA_FORK, _REAL_NAME = 1, 3
