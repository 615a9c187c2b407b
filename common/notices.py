"""Short mails of the house itself, each a folder templates/notices/NAME/ with subject.txt, body.txt and perhaps body.html.

They go through django.core.mail, so inside a transaction: where the outbox is the backend, an action that is rolled back
leaves no mail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formataddr
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Template
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import translation

from common.ratelimit import allowed
from common.sentences import wrapped

DAY = 24 * 3600
LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Words:
    """What a notice says; `html` is empty where it is plain text alone."""

    subject: str
    text: str
    html: str = ""


# Asked one after the other for words that are not the house's: (name, context, variant) -> Words, or None. Filled by the apps.py
# of those who keep such words.
OWN_WORDS: list[Callable[[str, Mapping[str, Any], str], Words | None]] = []


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose name and links a notice bears, where it is not the house itself."""

    name: str
    url: str
    sender: str


# Asked one after the other what a notice with this context bears: a Brand, or None. Filled by the apps.py of those who know.
BRANDS: list[Callable[[Mapping[str, Any]], Brand | None]] = []


# Asked one after the other in which language a notice to this address, with this context, is: a code of settings.LANGUAGES, or
# "". Filled by the apps.py of those who know people and groups.
LANGUAGES: list[Callable[[str, Mapping[str, Any]], str]] = []


def language_of(to: str, about: Mapping[str, Any]) -> str:
    """The language the house writes to this address in; that of the site where nobody knows better."""
    offered = dict(settings.LANGUAGES)
    if len(offered) == 1:
        return settings.LANGUAGE_CODE
    found = (asked(to, about) for asked in LANGUAGES)
    return next((code for code in found if code in offered), settings.LANGUAGE_CODE)


def _brand(about: Mapping[str, Any]) -> Brand:
    found = (asked(about) for asked in BRANDS)
    house = Brand(settings.SITE_NAME, settings.SITE_URL, settings.DEFAULT_FROM_EMAIL)
    return next((brand for brand in found if brand is not None), house)


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
    variant: str = "",
) -> Outcome:
    """Send the notice to one address, and say what was done.

    answers: Message-ID of the letter it answers, empty where that had none; such a notice is an automatic reply (RFC 3834),
    others are merely automatic.
    reply_to: where an answer of the reader's goes; otherwise nobody reads it.
    variant: which of the words kept for this notice (groups.notices.variants_of); empty for the usual ones.
    once_in: at most `limit` of this notice to this address in so many seconds, counted apart for each `kept_apart`.
    """
    if "@" not in to:
        return Outcome.NO_ADDRESS
    if once_in and not allowed(f"notice {name}", f"{to.lower()}\x1f{kept_apart}", limit=limit, seconds=once_in):
        return Outcome.TOO_OFTEN
    letter = compose(name, to, context, answers=answers, sender_name=sender_name, reply_to=reply_to, variant=variant)
    letter.send()
    return Outcome.SENT


def compose(
    name: str,
    to: str,
    about: Mapping[str, Any],
    *,
    answers: str | None = None,
    sender_name: str = "",
    reply_to: str = "",
    variant: str = "",
) -> EmailMultiAlternatives:
    """The notice as a letter, for those who send it by a way of their own."""
    with translation.override(language_of(to, about)):
        words = _own_words(name, about, variant) or house_words(name, about)
    letter = EmailMultiAlternatives(
        " ".join(words.subject.split())[:LONGEST_SUBJECT],
        wrapped(words.text),
        _sender(sender_name, _brand(about).sender),
        [to],
        headers=_headers(answers),
        reply_to=[reply_to] if reply_to else [],
    )
    if words.html:
        letter.attach_alternative(words.html, "text/html")
    return letter


def _own_words(name: str, about: Mapping[str, Any], variant: str) -> Words | None:
    found = (asked(name, about, variant) for asked in OWN_WORDS)
    return next((words for words in found if words is not None), None)


def house_words(name: str, about: Mapping[str, Any]) -> Words:
    """What templates/notices/NAME/ says, in the language of the moment. Its lines are as long as they come."""
    brand = _brand(about)
    context = {"SITE_NAME": brand.name, "SITE_URL": brand.url, **about}
    subject, text = (_text(f"notices/{name}/{part}.txt", context) for part in ("subject", "body"))
    try:
        html = str(render_to_string(f"notices/{name}/body.html", context))
    except TemplateDoesNotExist:
        html = ""
    return Words(subject, text, html)


def _text(template: str, context: dict[str, Any]) -> str:
    """Plain text: nothing is escaped."""
    plain: Template = get_template(template).template  # type: ignore[attr-defined]
    return plain.render(Context(context, autoescape=False))


def _sender(name: str, house: str) -> str:
    if not name:
        return house
    address = house.rpartition("<")[2].rstrip("> ")
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
