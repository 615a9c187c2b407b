"""Documents made anew from what is stored. An import makes its own from what it has in hand (engine.document_of)."""

from collections import defaultdict
from typing import Any

import zstandard
from django.db.models import QuerySet
from django.db.models.functions import Substr

from archive.models import Attachment, Message
from archive.parsing.addresses import parse_addresses
from archive.parsing.headers import header_values
from archive.rendering.replies import split_reply
from archive.search.engine import TEXT_LIMIT, Document, document_of
from groups.models import Group

HEAD_COMPRESSED = 65_536  # bytes of the stored letter that are looked at for its header
HEAD_LIMIT = 262_144

_COLUMNS = (
    "pk",
    "group_id",
    "thread_id",
    "number",
    "sent_at",
    "author_id",
    "transfer_id",
    "from_name",
    "from_address",
    "subject",
    "list_id",
    "attachment_count",
    "search_text",
    "search_head",
)


def documents_between(first: int, last: int, group: Group | None = None) -> list[Document]:
    """Documents of the letters first…last that may be seen. Two queries; the caller keeps the range short."""
    rows = list(_visible(first, last, group).values_list(*_COLUMNS))
    filenames = _filenames([row[0] for row in rows if row[11]])
    return [_document(row, filenames) for row in rows]


def _visible(first: int, last: int, group: Group | None) -> QuerySet[Message]:
    letters = Message.objects.filter(pk__gte=first, pk__lte=last, hidden_at__isnull=True)
    if group is not None:
        letters = letters.filter(group=group)
    return letters.order_by("pk").annotate(
        search_text=Substr("content__text", 1, 2 * TEXT_LIMIT),
        search_head=Substr("content__raw", 1, HEAD_COMPRESSED),
    )


def _filenames(messages: list[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    if messages:
        rows = Attachment.objects.filter(message__in=messages).order_by("message", "index")
        for message, name in rows.values_list("message_id", "filename"):
            names[message].append(name)
    return names


def _document(row: Any, filenames: dict[int, list[str]]) -> Document:
    pk, group_id, thread_id, number, sent_at, author_id, transfer_id, name, address, subject, list_id, _, text, head = (
        row
    )
    reply = split_reply(text or "")
    return document_of(
        id=pk,
        group_id=group_id,
        thread_id=thread_id,
        number=number,
        sent_at=sent_at,
        author_id=author_id,
        transfer_id=transfer_id,
        from_text=f"{name} {address}",
        to_text=recipients_of(bytes(head or b"")),
        subject=subject,
        body=f"{reply.visible}\n{reply.signature}",
        quoted=reply.quoted,
        filenames=filenames.get(pk, ()),
        list_id=list_id,
    )


def recipients_of(compressed: bytes) -> str:
    """Names and addresses of To and Cc, from the beginning of a stored (zstandard) letter."""
    try:
        head = zstandard.ZstdDecompressor().decompressobj().decompress(compressed)[:HEAD_LIMIT]
    except zstandard.ZstdError:
        return ""
    people = [
        person for name in ("to", "cc") for value in header_values(head, name) for person in parse_addresses(value)
    ]
    return " ".join(f"{person.name} {person.address}".strip() for person in people)
