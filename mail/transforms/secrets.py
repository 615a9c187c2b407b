"""Tokens of ours in what people quote: taken out before a letter goes to others, who could leave or answer in a member's name.

Signed and encrypted parts stay as they are; there, a link used by somebody else still only offers what the member is told of and
can undo.
"""

from archive.parsing.transfer import decode_transfer
from archive.rendering.tokens import bytes_without_tokens
from mail.outbox.personal import base64_lines
from mail.transforms.fields import CRLF, Fields
from mail.transforms.parts import Part, read
from mail.transforms.texts import quoted_printable

DEEPEST = 4  # letters within letters
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})


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
        return bytes_without_tokens(content)
    if encoding not in ("quoted-printable", "base64"):
        return content
    return _decoded(content, encoding)


def _decoded(content: bytes, encoding: str) -> bytes:
    undone = decode_transfer(content, encoding)
    if undone.defect:
        return content
    new = bytes_without_tokens(undone.data)
    if new == undone.data:
        return content
    lines = new if b"\r\n" in new else new.replace(b"\n", CRLF)
    return base64_lines(lines) + CRLF if encoding == "base64" else quoted_printable(lines)
