"""Delivery status notifications (RFC 3464, RFC 6533), read as real servers write them. Pure.

Read by hand rather than with the email package's own delivery-status parser: blocks with comments, blank lines in the wrong
place, missing address types and folded Diagnostic-Codes are everyday things.
"""

import re
from collections.abc import Iterator
from email.message import Message

from mail.bounces.codes import enhanced_status
from mail.bounces.texts import text_of_fields
from mail.bounces.types import Recipient

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*:(.*)")
_QUOTED_ROUTE = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
_UTF8_ADDRESS = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")  # RFC 6533 §3
RECIPIENT_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")


def recipients(message: Message) -> tuple[Recipient, ...]:
    """Every recipient that a status part of the message speaks of, failed or not, in order."""
    found = [
        recipient
        for part in message.walk()
        if part.get_content_type() in STATUS_TYPES
        for block in _blocks(text_of_fields(part))
        if (recipient := _recipient(block)) is not None
    ]
    return tuple(found)


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
    """The address of `rfc822; <ann@example.org>`, `"Ann" <ann@…>`, `utf-8; \\x{…}` and what else servers write; "" where none."""
    kind, separator, rest = value.partition(";")
    if not separator:
        rest, kind = kind, ""
    route = _QUOTED_ROUTE.search(rest)
    text = route[1] if route else re.sub(r"\([^)]*\)", "", rest).strip().strip("<>\"' ")
    if kind.strip().lower().startswith("utf-8"):
        text = _UTF8_ADDRESS.sub(lambda match: chr(min(int(match.group(1), 16), 0x10FFFF)), text)
    return text if "@" in text and not re.search(r"\s", text) else ""


def has_failed(recipient: Recipient) -> bool:
    """OpenSMTPD writes `error`, and some write nothing but a 5.x.x status."""
    if recipient.action:
        return recipient.action.startswith(("fail", "error"))
    return recipient.status.startswith("5")


def is_delayed(recipient: Recipient) -> bool:
    return recipient.action.startswith("delay")
