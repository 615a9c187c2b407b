"""Abuse reports of feedback loops (ARF, RFC 5965 and RFC 6591). Pure."""

import email
import re
from email.message import Message
from email.utils import getaddresses

from mail.bounces.texts import text_of_fields
from mail.bounces.types import Category, Report

_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_COMPLAINTS = ("abuse", "fraud", "virus", "opt-out", "opt-out-list", "miscategorized", "dmarc-abuse", "other")
_ABOUT = re.compile(r"\s*complaint about message from", re.IGNORECASE)
_MICROSOFT = re.compile(r"\Ax-hmxmroriginalrecipient\Z", re.IGNORECASE)


def read_complaint(message: Message) -> Report | None:
    """The complaint in a feedback report; None where the message is no such report. `not-spam` is no complaint."""
    part = next((part for part in message.walk() if part.get_content_type() == "message/feedback-report"), None)
    original = _original(message)
    if part is None:
        return _microsofts(message, original)
    text = text_of_fields(part)
    fields = [(name.lower(), value.strip()) for name, value in _FIELD.findall(text)]
    kind = next((value.lower() for name, value in fields if name == "feedback-type"), "abuse")
    if kind not in _COMPLAINTS:
        category = Category.POLICY if kind == "auth-failure" else Category.UNKNOWN
        return Report(category, diagnostic=f"Feedback-Type: {kind}", original_message_id=_message_id(original))
    named = [value.rpartition(";")[2] for name, value in fields if name in ("original-rcpt-to", "removal-recipient")]
    addresses = _addresses(named) or _addresses([str(original.get("to") or "")] if original else [])
    return Report(
        Category.COMPLAINT, addresses, "", f"Feedback-Type: {kind}", original_message_id=_message_id(original)
    )


def _microsofts(message: Message, original: Message | None) -> Report | None:
    """Outlook.com's Junk Mail Reporting is no ARF: the letter attached, and the reader's address in a header of the report,
    or of the letter where the subject says that it is a complaint."""
    headers = message.items()
    if original is not None and _ABOUT.match(str(message.get("subject") or "")):
        headers = [*headers, *original.items()]
    named = [str(value) for name, value in headers if _MICROSOFT.match(name)]
    if not named:
        return None
    return Report(
        Category.COMPLAINT, _addresses(named), "", "Junk mail report", original_message_id=_message_id(original)
    )


def _original(message: Message) -> Message | None:
    """The letter that was complained about, or its header alone (RFC 5965 §2)."""
    for part in message.walk():
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(inner, list) and isinstance(inner[0], Message):
            return inner[0]
        if part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            return email.message_from_string(text_of_fields(part))
    return None


def _message_id(original: Message | None) -> str:
    return str(original.get("message-id") or "").strip().strip("<>") if original is not None else ""


def _addresses(values: list[str]) -> tuple[str, ...]:
    return tuple(sorted({address for _, address in getaddresses(values) if "@" in address}))
