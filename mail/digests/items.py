"""The letters of a digest as values: what their authors wrote, without what they quote."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from archive.bodies import public_name
from archive.models import Attachment, Content, Message, Reach
from archive.parsing import base_subject
from archive.rendering import split_reply
from archive.rendering.tokens import text_without_tokens
from groups.models import Group

LONGEST_TEXT = 20_000  # characters of one letter in a digest; the rest is on the web


@dataclass(frozen=True, slots=True)
class File:
    name: str
    size: int
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One letter. `text` is what the author wrote themselves; `place` counts from 1 within the digest."""

    place: int
    number: int
    thread_id: int
    subject: str
    author: str
    address: str
    sent_at: datetime
    text: str
    is_cut: bool
    url: str
    reply_url: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """The letters of one topic, in order."""

    subject: str
    url: str
    items: tuple[Item, ...]

    @property
    def authors(self) -> str:
        names = list(dict.fromkeys(item.author for item in self.items))
        first = ", ".join(names[:4])
        if len(names) <= 4:
            return first
        return _("%(names)s and %(count)s more") % {"names": first, "count": len(names) - 4}


def held_back() -> Q:
    """Letters of topics that go to nobody, or to followers alone, since they do."""
    since = Q(thread__reach_since__isnull=True) | Q(created_at__gte=F("thread__reach_since"))
    return Q(thread__reach__in=(Reach.NOBODY, Reach.FOLLOWERS)) & since


def items_of(messages: Sequence[Message], group: Group) -> list[Item]:
    """Three queries, however many letters; in the order given."""
    keys = [message.pk for message in messages]
    texts = dict(Content.objects.filter(pk__in=keys).values_list("pk", "text"))
    files: dict[int, list[File]] = defaultdict(list)
    for row in Attachment.objects.filter(message__in=keys, inline=False).order_by("message_id", "index"):
        files[row.message_id].append(_file(row, group, messages))
    return [
        _item(place, message, texts.get(message.pk, ""), tuple(files[message.pk]), group)
        for place, message in enumerate(messages, 1)
    ]


def _file(row: Attachment, group: Group, messages: Sequence[Message]) -> File:
    number = next(message.number for message in messages if message.pk == row.message_id)
    name = public_name(row.filename, row.index)
    return File(
        row.filename or name,
        row.size,
        group.site.url + reverse("attachment", args=[group.slug, number, row.index, name]),
    )


def _item(place: int, message: Message, text: str, files: tuple[File, ...], group: Group) -> Item:
    visible = text_without_tokens(split_reply(text).visible.strip() or text.strip())
    url = group.site.url + reverse("message", args=[group.slug, message.number])
    return Item(
        place=place,
        number=message.number,
        thread_id=message.thread_id,
        subject=message.subject or _("(no subject)"),
        author=message.author_label,
        address=message.from_address,
        sent_at=message.sent_at,
        text=visible[:LONGEST_TEXT],
        is_cut=len(visible) > LONGEST_TEXT,
        url=url,
        reply_url=group.site.url + reverse("reply", args=[group.slug, message.number]),
        files=files,
    )


def topics_of(items: Iterable[Item]) -> list[Topic]:
    """The same letters by topic; topics in the order of their first letter."""
    by_thread: dict[int, list[Item]] = {}
    for item in items:
        by_thread.setdefault(item.thread_id, []).append(item)
    return [
        Topic(base_subject(first[0].subject)[0] or first[0].subject, first[0].url, tuple(first))
        for first in by_thread.values()
    ]
