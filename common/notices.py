"""Short mails of the house itself, each a folder templates/notices/NAME/ with subject.txt, body.txt and perhaps body.html.

They go through django.core.mail, so inside a transaction: where the outbox is the backend, an action that is rolled back
leaves no mail.
"""

from collections.abc import Mapping
from email.utils import formataddr
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Template
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string

from common.ratelimit import allowed

DAY = 24 * 3600
LONGEST_SUBJECT = 200


class Outcome(StrEnum):
    SENT = "sent"
    TOO_OFTEN = "not sent: one went to this address a short while ago"
    NO_ADDRESS = "not sent: there is no address"


def send(
    name: str,
    to: str,
    context: Mapping[str, Any],
    *,
    answers: str | None = None,
    once_in: int = 0,
    limit: int = 1,
    kept_apart: object = "",
    sender_name: str = "",
    reply_to: str = "",
) -> Outcome:
    """Send the notice to one address, and say what was done.

    answers: Message-ID of the letter it answers, empty where that had none; such a notice is an automatic reply (RFC 3834),
    others are merely automatic.
    reply_to: where an answer of the reader's goes; otherwise nobody reads it.
    once_in: at most `limit` of this notice to this address in so many seconds, counted apart for each `kept_apart`.
    """
    if "@" not in to:
        return Outcome.NO_ADDRESS
    if once_in and not allowed(f"notice {name}", f"{to.lower()}\x1f{kept_apart}", limit=limit, seconds=once_in):
        return Outcome.TOO_OFTEN
    compose(name, to, context, answers=answers, sender_name=sender_name, reply_to=reply_to).send()
    return Outcome.SENT


def compose(
    name: str,
    to: str,
    about: Mapping[str, Any],
    *,
    answers: str | None = None,
    sender_name: str = "",
    reply_to: str = "",
) -> EmailMultiAlternatives:
    """The notice as a letter, for those who send it by a way of their own."""
    context = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, **about}
    subject = " ".join(_text(f"notices/{name}/subject.txt", context).split())[:LONGEST_SUBJECT]
    letter = EmailMultiAlternatives(
        subject,
        _text(f"notices/{name}/body.txt", context),
        _sender(sender_name),
        [to],
        headers=_headers(answers),
        reply_to=[reply_to] if reply_to else [],
    )
    try:
        letter.attach_alternative(render_to_string(f"notices/{name}/body.html", context), "text/html")
    except TemplateDoesNotExist:
        pass
    return letter


def _text(template: str, context: dict[str, Any]) -> str:
    """Plain text: nothing is escaped."""
    plain: Template = get_template(template).template  # type: ignore[attr-defined]
    return plain.render(Context(context, autoescape=False))


def _sender(name: str) -> str:
    if not name:
        return settings.DEFAULT_FROM_EMAIL
    address = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip("> ")
    return formataddr((" ".join(name.split()), address))


def _headers(answers: str | None) -> dict[str, str]:
    """RFC 3834 §5 and §3.1.5; Exchange heeds X-Auto-Response-Suppress alone."""
    headers = {
        "Auto-Submitted": "auto-generated" if answers is None else "auto-replied",
        "X-Auto-Response-Suppress": "All",
    }
    if answers and _is_plain_id(answers):
        headers["In-Reply-To"] = headers["References"] = f"<{answers}>"
    return headers


def _is_plain_id(message_id: str) -> bool:
    return (
        message_id.isascii() and message_id.isprintable() and not set(message_id) & set("<> ") and len(message_id) < 250
    )
