"""Letters and topics as the API shows them: what the pages show, to the same eyes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, F, IntegerField, When
from django.urls import reverse
from ninja import Schema

from archive import naming
from archive.bodies import Body, File, public_name, shown_body, shown_text, url_name
from archive.models import Message, MessageQuerySet
from archive.reading import Reading
from archive.rendering import mask_text

ROOT = "/api/v1"


class Author(Schema):
    """`address`: null for strangers to the group."""

    name: str
    address: str | None


class MessageInList(Schema):
    """A letter. `topic`: the number of its topic; `parent`: of the letter it answers, where that is here."""

    number: int
    message_id: str
    group: str
    topic: int
    parent: int | None
    references: list[str]
    subject: str
    author: Author
    sent_at: datetime
    snippet: str
    size: int
    attachment_count: int
    edited_at: datetime | None
    url: str


class AttachmentShown(Schema):
    """`href`: where its bytes are, in the API."""

    message: int
    index: int
    filename: str
    content_type: str
    size: int
    href: str


class MessageInFull(MessageInList):
    """`html`: a safe fragment, without anything from other servers."""

    text: str
    html: str
    attachments: list[AttachmentShown]
    raw: str


class TopicShown(Schema):
    """`number`: the lowest of its letters' numbers."""

    number: int
    subject: str
    message_count: int
    author_count: int
    first_at: datetime | None
    last_at: datetime | None
    last_number: int
    starter: str
    last_author: str
    snippet: str
    pinned: bool
    locked: bool
    url: str


def light(letters: MessageQuerySet) -> MessageQuerySet:
    """With what a list shows, in one query."""
    parent = Case(When(parent__hidden_at__isnull=True, then=F("parent__number")), output_field=IntegerField())
    return letters.select_related("thread", "group").annotate(parent_number=parent)


def seen(text: str, *, whole: bool) -> str:
    return text if whole or "@" not in text else mask_text(text)


def in_list(letter: Any, *, whole: bool) -> dict[str, Any]:
    """`letter` comes from light(). `whole`: addresses are shown."""
    slug = letter.group.slug
    names = ("number", "message_id", "sent_at", "size", "attachment_count", "edited_at")
    return {
        **{name: getattr(letter, name) for name in names},
        "group": slug,
        "topic": letter.thread.number,
        "parent": letter.parent_number,
        "references": letter.references.split("\n") if letter.references else [],
        "subject": seen(letter.subject, whole=whole),
        "author": {
            "name": seen(letter.author_label, whole=whole),
            "address": letter.from_address or None if whole else None,
        },
        "snippet": seen(letter.snippet, whole=whole),
        "url": settings.SITE_URL + naming.letter_url(slug, letter.number, letter.message_id),
    }


def in_full(letter: Any, reading: Reading) -> dict[str, Any]:
    """`letter` comes from light(), with its content."""
    body = Body(letter.content.html, letter.content.text)
    files = [File(each.index, each.filename, each.content_type, each.size) for each in letter.attachments.all()]
    return {
        **in_list(letter, whole=reading.sees_addresses),
        "text": shown_text(letter.content.text, reading),
        "html": shown_body(body.html, reading, letter.number),
        "attachments": [
            file_shown(reading, letter.number, file) for file in sorted(files, key=lambda file: file.index)
        ],
        "raw": address_of(reading.slug, f"messages/{letter.number}/raw"),
    }


def file_shown(reading: Reading, number: int, file: Any) -> dict[str, Any]:
    name = url_name if reading.sees_addresses else public_name
    return {
        "message": number,
        "index": file.index,
        "filename": name(file.filename, file.index) if file.filename else "",
        "content_type": file.content_type,
        "size": file.size,
        "href": address_of(reading.slug, f"messages/{number}/attachments/{file.index}"),
    }


def topics(rows: Iterable[Any], reading: Reading) -> list[dict[str, Any]]:
    names = (
        "number", "message_count", "author_count", "first_at", "last_at", "last_number", "pinned", "locked",
    )  # fmt: skip
    written = ("subject", "starter", "last_author", "snippet")
    return [
        {
            **{name: getattr(row, name) for name in names},
            **{name: seen(getattr(row, name), whole=reading.sees_addresses) for name in written},
            "url": settings.SITE_URL + reverse("thread", args=[reading.slug, row.number]),
        }
        for row in rows
    ]


def address_of(slug: str, rest: str) -> str:
    return f"{settings.SITE_URL}{ROOT}/groups/{slug}/{rest}"


def letters(rows: Iterable[Message], reading: Reading) -> list[dict[str, Any]]:
    return [in_list(row, whole=reading.sees_addresses) for row in rows]
