"""Tokens of ours in what people quote: taken out before a letter goes to others, who could leave or answer in a member's name.

Signed and encrypted parts stay as they are; there, a link used by somebody else still only offers what the member is told of and
can undo.
"""

import re

from archive.parsing.transfer import decode_transfer
from mail.outbox.personal import base64_lines
from mail.transforms.fields import CRLF, Fields
from mail.transforms.parts import Part, read
from mail.transforms.texts import quoted_printable

DEEPEST = 4  # letters within letters
GONE = "-"  # a page at that place says what happened to the token
_PURPOSES = "confirm|leave|mute|daily|moderate"
_LINK = rf"((?:/|%2F)mail(?:/|%2F)(?:{_PURPOSES})(?:/|%2F))[a-z2-7]{{16,40}}(?![a-z0-9])"
_ADDRESS = rf"((?:{_PURPOSES}|relay|\+(?:mute|follow))[+-])[a-z2-7]{{16,40}}(?=(?:@|%40)[a-z0-9])"
_IN_TEXT = re.compile(f"{_LINK}|{_ADDRESS}", re.IGNORECASE)
_IN_BYTES = re.compile(_IN_TEXT.pattern.encode(), re.IGNORECASE)
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})


def text_without_tokens(text: str) -> str:
    return _IN_TEXT.sub(lambda found: (found[1] or found[2]) + GONE, text)


def _without(data: bytes) -> bytes:
    return _IN_BYTES.sub(lambda found: (found[1] or found[2]) + GONE.encode(), data)


def without_tokens(fields: Fields, body: bytes) -> bytes:
    """The body of a letter with CRLF line ends; the same bytes where it holds no token."""
    head = bytes(fields) + CRLF
    return _cleaned(head + body, 0)[len(head) :]


def _cleaned(raw: bytes, depth: int) -> bytes:
    for part in reversed(list(read(raw).leaves())):
        content = raw[part.body : part.end]
        new = _content(part, content, depth)
        if new != content:
            raw = raw[: part.body] + new + raw[part.end :]
    return raw


def _content(part: Part, content: bytes, depth: int) -> bytes:
    encoding = part.about.encoding.strip().lower()
    if part.kind == "message/rfc822" and encoding in _IDENTITY and depth < DEEPEST:
        return _cleaned(content, depth + 1)
    if part.is_sealed or part.about.content_type.main != "text":
        return content
    if encoding in _IDENTITY:
        return _without(content)
    if encoding not in ("quoted-printable", "base64"):
        return content
    return _decoded(content, encoding)


def _decoded(content: bytes, encoding: str) -> bytes:
    undone = decode_transfer(content, encoding)
    if undone.defect:
        return content
    new = _without(undone.data)
    if new == undone.data:
        return content
    lines = new if b"\r\n" in new else new.replace(b"\n", CRLF)
    return base64_lines(lines) + CRLF if encoding == "base64" else quoted_printable(lines)
