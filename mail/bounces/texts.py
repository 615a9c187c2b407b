"""The words in a report's parts, whatever the email package made of them. Pure."""

import re
from email.header import decode_header, make_header
from email.message import Message

from archive.parsing.transfer import decode_transfer
from archive.rendering.htmltext import strip_tags

_CELL = re.compile(r"</?(?:td|th|dt|dd)\b[^>]*>", re.IGNORECASE)


def header(message: Message, name: str) -> str:
    """A header field as a person reads it; bytes beyond ASCII that stand there bare are taken for UTF-8."""
    raw = next((str(value) for each, value in message.raw_items() if each.lower() == name), "")
    try:
        return str(make_header(decode_header(_unescaped(raw))))
    except (ValueError, LookupError, UnicodeError):
        return raw


def text_of_fields(part: Message) -> str:
    """The text of a part of header fields (message/delivery-status, message/feedback-report), put together again where the email
    package took it for messages, and its transfer encoding undone: RFC 3464 forbids one, RFC 6533 does not."""
    payload = part.get_payload()
    text = "\n\n".join(map(_block_text, payload)) if isinstance(payload, list) else str(payload or "")
    encoding = str(part.get("content-transfer-encoding") or "").strip().lower()
    if encoding in ("base64", "quoted-printable"):
        undone = decode_transfer(text.encode("utf-8", "surrogateescape"), encoding).data
        return undone.decode("utf-8", "replace")
    return _unescaped(text)


def _block_text(block: Message | str) -> str:
    if not isinstance(block, Message):
        return str(block)
    fields = "\n".join(f"{name}: {value}" for name, value in block.raw_items())
    rest = block.get_payload(decode=True)  # without it, bytes beyond ASCII are replaced
    return f"{fields}\n\n{rest.decode('utf-8', 'replace')}" if isinstance(rest, bytes) and rest.strip() else fields


def _unescaped(text: str) -> str:
    """Bytes the email package kept as surrogates, as the UTF-8 they are."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def text_of(part: Message) -> str:
    """A text part decoded; of HTML what is to be read, cells apart."""
    payload = part.get_payload(decode=True)
    text = _decode(payload if isinstance(payload, bytes) else b"", part.get_content_charset())
    return strip_tags(_CELL.sub(" ", text)) if part.get_content_subtype() == "html" else text


def _decode(raw: bytes, charset: str | None) -> str:
    for name in (charset or "utf-8", "utf-8"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeError):
            continue
    return raw.decode("latin-1")
