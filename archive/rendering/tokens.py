"""Tokens of the house in what people quote: whoever reads the letter could leave, answer or decide in somebody else's name.

The archive keeps a letter's bytes as they came; every door of it shows a "-" where a token stood. In text of letters that is
done before they are rendered, in their source when somebody asks for it.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import replace

from archive.parsing.headers import by_name, leading_blank_lines, split_headers
from archive.parsing.mime import Leaf, entity, read_leaves
from archive.parsing.transfer import decode_transfer
from archive.parsing.types import BodyPart

GONE = "-"  # a page at that place says what happened to the token
DEEPEST = 4  # letters within letters
_PURPOSES = "confirm|leave|mute|daily|moderate|vote"
_LINK = rf"((?:/|%2F)mail(?:/|%2F)(?:{_PURPOSES})(?:/|%2F))[a-z2-7]{{16,40}}(?![a-z0-9])"
_ADDRESS = rf"((?:{_PURPOSES}|relay|\+(?:mute|follow))[+-])[a-z2-7]{{16,40}}(?=(?:@|%40)[a-z0-9])"
_IN_TEXT = re.compile(f"{_LINK}|{_ADDRESS}", re.IGNORECASE)
_IN_BYTES = re.compile(_IN_TEXT.pattern.encode(), re.IGNORECASE)
_WORDS = (*_PURPOSES.split("|"), "relay", "follow")
_HINTS = ("mail/", "mail%2f", *(f"{word}{joint}" for word in _WORDS for joint in "+-"))  # far quicker than the pattern
_HINTS_IN_BYTES = tuple(hint.encode() for hint in _HINTS)
_LINE = re.compile(rb"\r\n|\r|\n")
_BASE64_LINE = 57  # bytes in a line of 76 characters (RFC 2045 §6.8)


def text_without_tokens(text: str) -> str:
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return text
    return _IN_TEXT.sub(lambda found: (found[1] or found[2]) + GONE, text)


def bytes_without_tokens(data: bytes) -> bytes:
    """Of text in any encoding that extends ASCII."""
    lowered = data.lower()
    if not any(hint in lowered for hint in _HINTS_IN_BYTES):
        return data
    return _IN_BYTES.sub(lambda found: (found[1] or found[2]) + GONE.encode(), data)


def bodies_without_tokens(bodies: list[BodyPart]) -> list[BodyPart]:
    return [
        body if (text := text_without_tokens(body.text)) is body.text else replace(body, text=text) for body in bodies
    ]


def source_without_tokens(raw: bytes, depth: int = 0) -> bytes:
    """A whole letter: its headers, and its text in any transfer encoding, also where it is signed. Never raises; the same bytes
    where no token stands in them."""
    if b"quoted-printable" not in (lowered := raw.lower()) and b"base64" not in lowered:
        return bytes_without_tokens(raw)
    pieces, at = [], 0
    for leaf in _leaves(raw):
        if leaf.start >= at:
            pieces += [bytes_without_tokens(raw[at : leaf.start]), _content(leaf, raw[leaf.start : leaf.end], depth)]
            at = leaf.end
    return b"".join([*pieces, bytes_without_tokens(raw[at:])])


def _leaves(raw: bytes) -> Iterator[Leaf]:
    block = split_headers(raw, leading_blank_lines(raw))
    leaves, _ = read_leaves(raw, entity(by_name(block.fields), block.body, len(raw)))
    yield from sorted(leaves, key=lambda leaf: leaf.start)


def _content(leaf: Leaf, content: bytes, depth: int) -> bytes:
    if leaf.content_type.main == "message" and depth < DEEPEST:
        return source_without_tokens(content, depth + 1)
    encoding = leaf.encoding.strip().lower()
    if leaf.content_type.main != "text" or encoding not in ("quoted-printable", "base64"):
        return bytes_without_tokens(content)
    undone = decode_transfer(content, encoding)
    data = bytes_without_tokens(undone.data)
    return content if data is undone.data or undone.defect else _encoded(data, encoding, _line_end(content))


def _encoded(data: bytes, encoding: str, end: bytes) -> bytes:
    if encoding == "base64":
        lines = [data[at : at + _BASE64_LINE] for at in range(0, len(data), _BASE64_LINE)]
        return b"".join(binascii.b2a_base64(line, newline=False) + end for line in lines)
    return _LINE.sub(end, quopri.encodestring(_LINE.sub(b"\n", data)))


def _line_end(content: bytes) -> bytes:
    return b"\r\n" if b"\r\n" in content else b"\n"
