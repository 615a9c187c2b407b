"""Delivery status notifications (RFC 3464, RFC 6533), read as real servers write them. Pure.

Read by hand rather than with the email package's own delivery-status parser: blocks with comments, blank lines in the wrong
place, missing address types and folded Diagnostic-Codes are everyday things.
"""

import re
from collections.abc import Iterator
from email.message import Message

from mail.bounces.codes import enhanced_status
from mail.bounces.types import Recipient

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*:(.*)")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")  # RFC 3461 §4
_UTF8_ADDRESS = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")  # RFC 6533 §3
RECIPIENT_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")


def recipients(message: Message) -> tuple[Recipient, ...]:
    """Every recipient that a status part of the message speaks of, failed or not, in order."""
    found = [
        recipient
        for part in message.walk()
        if part.get_content_type() in STATUS_TYPES
        for block in _blocks(_text_of(part))
        if (recipient := _recipient(block)) is not None
    ]
    return tuple(found)


def _text_of(part: Message) -> str:
    """The text of a status part, put together again where the email package took it for a list of messages."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return "\n\n".join(_block_text(block) for block in payload)
    raw = part.get_payload(decode=True)
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(payload or "")


def _block_text(block: Message | str) -> str:
    if not isinstance(block, Message):
        return str(block)
    fields = "\n".join(f"{name}: {value}" for name, value in block.items())
    rest = block.get_payload()
    return f"{fields}\n\n{rest}" if isinstance(rest, str) and rest.strip() else fields


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Groups of fields; a new group begins at a blank line, or where a recipient field comes a second time."""
    fields: dict[str, str] = {}
    last = ""
    for line in text.replace("\r\n", "\n").split("\n"):
        match = _FIELD.match(line)
        if match and (name := match.group(1).lower()):
            if name == "final-recipient" and name in fields:
                yield fields
                fields = {}
            fields.setdefault(name, match.group(2).strip())
            last = name
        elif line[:1] in (" ", "\t") and line.strip() and last in fields:
            fields[last] += f" {line.strip()}"
        elif not line.strip() and fields:
            yield fields
            fields, last = {}, ""
        elif last == "diagnostic-code" and line.strip():  # Exim and others do not fold
            fields[last] += f" {line.strip()}"
    if fields:
        yield fields


def _recipient(fields: dict[str, str]) -> Recipient | None:
    action = fields.get("action", "").split("(")[0].strip().lower()
    address = next((found for name in RECIPIENT_FIELDS if (found := _address(fields.get(name, "")))), "")
    if not (action or address):
        return None
    diagnostic = fields.get("diagnostic-code", "")
    words = re.sub(r"\A(?:x-)?[a-z0-9-]{1,30}\s*;\s*", "", diagnostic, flags=re.IGNORECASE)
    return Recipient(address, action, enhanced_status(fields.get("status", ""), words), words)


def _address(value: str) -> str:
    """The address of `rfc822; <ann@example.org>`, `ann@example.org`, `utf-8; \\x{…}`, `RFC822;ann+40x@…`; "" where none."""
    kind, separator, rest = value.partition(";")
    if not separator:
        rest, kind = kind, ""
    text = re.sub(r"\([^)]*\)", "", rest).strip().strip("<>\"' ")
    if kind.strip().lower() == "utf-8":
        text = _UTF8_ADDRESS.sub(lambda match: chr(min(int(match.group(1), 16), 0x10FFFF)), text)
    return text if "@" in text and not re.search(r"\s", text) else ""


def has_failed(recipient: Recipient) -> bool:
    """OpenSMTPD writes `error`, and some write nothing but a 5.x.x status."""
    if recipient.action:
        return recipient.action.startswith(("fail", "error"))
    return recipient.status.startswith("5")


def is_delayed(recipient: Recipient) -> bool:
    return recipient.action.startswith("delay")
