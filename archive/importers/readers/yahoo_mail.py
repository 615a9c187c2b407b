"""A Yahoo Groups message as JSON -> RFC 5322 bytes. Pure.

Yahoo gave out `rawEmail`: the whole message, decoded to text, with every address cut ("user@...") and some characters written
as HTML entities. The true Message-ID, In-Reply-To and References stand beside it in `headers`, in base64.
"""

import binascii
import html
import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from archive.importers.readers.from_line import header_end

JSON = Mapping[str, Any]

_ENTITY = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&#92;": "\\", "&amp;": "&"}
_YAHOOS_ENTITY = re.compile("&(?:lt|gt|quot|#39|#92);")
_YAHOOS_ENTITY_OR_AMP = re.compile("&(?:lt|gt|quot|amp|#39|#92);")
_OTHER_AMPERSAND = re.compile("&(?!(?:lt|gt|quot|amp|#39|#92);)")
_TRUE_FIELDS = (
    ("messageIdInHeader", "Message-ID"),
    ("inReplyToHeader", "In-Reply-To"),
    ("referencesHeader", "References"),
)
_FIELD = {
    name: re.compile(rb"(?im)^" + name.encode() + rb"[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*\n?") for _, name in _TRUE_FIELDS
}
_LINE = 900  # octets of an unfolded header line, below RFC 5322's 998


def message_of(record: JSON) -> bytes | None:
    """The mail in a record: from rawEmail, else rebuilt around messageBody (the HTML of the web page); None if it has neither."""
    raw = record.get("rawEmail")
    if isinstance(raw, str) and raw.strip():
        return with_true_ids(unescape(raw).encode("utf-8", "replace"), true_ids(record))
    body = record.get("messageBody")
    if isinstance(body, str):
        return _rebuilt(record, body)
    return None


def unescape(text: str) -> str:
    """Undo Yahoo's escaping, once. It escapes < > " ' and \\, and "&" only sometimes: where another "&" stands bare, "&amp;" (and
    "&nbsp;" and the like anywhere) is the author's own HTML."""
    shape = _YAHOOS_ENTITY if _OTHER_AMPERSAND.search(text) else _YAHOOS_ENTITY_OR_AMP
    return shape.sub(lambda found: _ENTITY[found[0]], text)


def true_ids(record: JSON) -> dict[str, bytes]:
    """Header name -> true value, one line, for those that Yahoo kept."""
    headers = record.get("headers")
    if not isinstance(headers, Mapping):
        return {}
    values = {}
    for key, name in _TRUE_FIELDS:
        value = _decoded(headers.get(key))
        if value:
            values[name] = value
    return values


def with_true_ids(raw: bytes, values: Mapping[str, bytes]) -> bytes:
    """Put the true values in place of the cut ones; a field that is missing is added at the end of the header."""
    body = header_end(raw)
    head, rest = raw[:body], raw[body:]
    for name, value in values.items():
        line = name.encode() + b": " + _folded(value) + b"\r\n"
        places = [found.span() for found in _FIELD[name].finditer(head)]
        if not places:
            head = _append(head, line)
        for index, (start, end) in reversed(list(enumerate(places))):
            head = head[:start] + (b"" if index else line) + head[end:]
    return head + rest


def author_of(record: JSON) -> tuple[str, str]:
    """(stable key, name): userId, else profile, else name and what is left of the address, which alone is not unique."""
    name = plain(record.get("authorName"))
    sender = plain(record.get("from"))
    user = record.get("userId")
    if isinstance(user, int) and user:
        return f"yahoo:{user}", name
    profile = plain(record.get("profile"))
    if profile:
        return f"yahoo:{profile}", name
    local = re.search(r"([^\s<>\"]{1,100})@", sender)
    key = ":".join(part for part in (local[1].lower() if local else "", name.lower()) if part)
    return (f"yahoo:{key[:200]}" if key else ""), name


def date_of(record: JSON) -> datetime | None:
    """postDate: Unix seconds, usually as text."""
    try:
        return datetime.fromtimestamp(int(record.get("postDate") or 0) or None, UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def plain(value: object) -> str:
    """A text field as one line of text."""
    return " ".join(html.unescape(value).split()) if isinstance(value, str) else ""


def _decoded(value: object) -> bytes:
    if not isinstance(value, str):
        return b""
    try:
        text = b64decode(value.encode("ascii", "ignore") + b"==")
    except (binascii.Error, ValueError):
        return b""
    return b" ".join(re.sub(rb"[\x00-\x1f\x7f]+", b" ", text).split())


def _folded(value: bytes) -> bytes:
    lines = [b""]
    for word in value.split(b" "):
        if lines[-1] and len(lines[-1]) + len(word) >= _LINE:
            lines.append(b"")
        lines[-1] += b" " + word if lines[-1] else word
    return b"\r\n ".join(lines)


def _append(head: bytes, line: bytes) -> bytes:
    """Add a line to a header that ends in its empty line, or in nothing."""
    for empty in (b"\r\n\r\n", b"\n\r\n", b"\n\n"):
        if head.endswith(empty):
            keep = len(head) - (1 if empty == b"\n\n" else 2)
            return head[:keep] + line + head[keep:]
    return head + (b"" if head.endswith(b"\n") or not head else b"\r\n") + line


def _rebuilt(record: JSON, body: str) -> bytes:
    fields = [
        ("From", plain(record.get("from")) or plain(record.get("authorName"))),
        ("Subject", plain(record.get("subject"))),
    ]
    date = date_of(record)
    if date:
        fields.append(("Date", format_datetime(date)))
    lines = [f"{name}: {value}\r\n".encode("utf-8", "replace") for name, value in fields if value]
    lines += [name.encode() + b": " + _folded(value) + b"\r\n" for name, value in true_ids(record).items()]
    lines.append(
        b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return b"".join(lines) + body.encode("utf-8", "replace") + b"\r\n"
