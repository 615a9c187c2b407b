"""Rows of long lists as HTML. Written here and not in templates: a page has a hundred of them, and a template takes ten times
as long to write one. Whatever people wrote goes through `escape`; the rest is ours."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from archive import moments, naming
from archive.bodies import INLINE_TYPES, attachment_url
from archive.labels import day_in, letter_date
from archive.models import Attachment, Author, Message, Thread
from archive.rendering.addresses import mask_text
from common.templatetags.house import avatar
from groups.access import Visit

UNKNOWN = "Unknown sender"
ITEM = "<li data-key-item>"


class Rows:
    """Writes rows for one visitor to one group."""

    def __init__(self, visit: Visit) -> None:
        self.slug = visit.group.slug
        self.whole = visit.sees_addresses
        self.zone = timezone.get_current_timezone()

    def threads(self, threads: Iterable[Thread]) -> SafeString:
        """`new`, where a thread has it: how many of its letters this person has not read."""
        return joined(map(self._thread, threads))

    def threads_of_month(self, threads: Iterable[Mapping[str, Any]]) -> SafeString:
        """Rows of views.months.threads_page."""
        return joined(map(self._thread_of_month, threads))

    def letters(self, found: Iterable[Message]) -> SafeString:
        return joined(map(self._letter, found))

    def people(self, authors: Iterable[Author]) -> SafeString:
        """What stands in the list of authors."""
        return joined(map(self._author, authors))

    def files(self, files: Iterable[Attachment]) -> SafeString:
        """What stands in a gallery of attachments, which come with their letters."""
        return joined(map(self._file, files))

    def _thread(self, thread: Thread) -> str:
        new = getattr(thread, "new", 0)
        opening, unread = ('<li data-key-item class="new">', f", <b>{new} new</b>") if new else (ITEM, "")
        title = self._title(naming.thread_url(self.slug, thread.number), thread.subject)
        pinned = ' <span class="tag">pinned</span>' if thread.pinned else ""
        locked = ' <span class="tag">locked</span>' if thread.locked else ""
        begun = f" (begun by {self._bdi(thread.starter)})" if thread.starter != thread.last_author else ""
        return (
            f"{opening}{avatar(thread.last_author, thread.last_author_key)}\n"
            f"<h2>{title}{pinned}{locked}{self._hashtags(thread)}</h2>\n"
            f'<span class="count">{letters(thread.message_count)}{unread} · {day_in(thread.last_at, self.zone)}</span>\n'
            f'<p class="sn">{self._bdi(thread.last_author)}{begun}: {self._bdi(thread.snippet)}</p></li>'
        )

    def _hashtags(self, thread: Thread) -> str:
        """Where the view has put them on."""
        names: list[str] = getattr(thread, "hashtags", [])
        links = (naming.hashtag_url(self.slug, name) for name in names)
        return "".join(
            f' <a class="tag" href="{escape(link)}"><bdi>#{escape(name)}</bdi></a>'
            for link, name in zip(links, names, strict=True)
        )

    def _thread_of_month(self, thread: Mapping[str, Any]) -> str:
        title = self._title(naming.thread_url(self.slug, thread["thread__number"]), thread["thread__subject"])
        here, whole = thread["letters"], thread["thread__message_count"]
        count = letters(here) if here == whole else f"{letters(here)} of {whole}"
        return (
            f"{ITEM}<h2>{title}</h2>\n"
            f'<span class="count">{count} · {day_in(thread["latest"], self.zone)}</span>\n'
            f'<p class="sn">begun by {self._bdi(thread["thread__starter"])}</p></li>'
        )

    def _letter(self, letter: Message) -> str:
        author = self._seen(letter.author_label)
        title = self._title(naming.letter_url(self.slug, letter.number, letter.message_id), letter.subject)
        attached = f"{letter.attachment_count} attached · " if letter.attachment_count else ""
        return (
            f"{ITEM}{avatar(author, letter.from_address)}\n"
            f"<h2>{title}</h2>\n"
            f'<span class="count">{attached}{letter_date(letter, "short")}</span>\n'
            f'<p class="sn"><bdi>{escape(author)}</bdi>: {self._bdi(letter.snippet)}</p></li>'
        )

    def _author(self, author: Author) -> str:
        name = self._seen(author.name or author.address.split("@")[0] or UNKNOWN)
        url = naming.author_url(self.slug, author.pk)
        return (
            f"{ITEM}{avatar(name, author.key)}\n"
            f'<a class="quiet" href="{url}"><bdi>{escape(name)}</bdi></a>\n'
            f'<span class="count">{letters(author.message_count)} · {moments.years(author.first_at, author.last_at)}</span></li>'
        )

    def _file(self, file: Attachment) -> str:
        letter = file.message
        url = escape(attachment_url(self.slug, letter.number, file))
        kind, drawn = "", f'<span class="kind" aria-hidden="true">{escape(extension(file))}</span>'
        if file.content_type in INLINE_TYPES:
            kind, drawn = " picture", f'<img src="{url}" alt="" loading="lazy">'
        title = self._title(naming.letter_url(self.slug, letter.number, letter.message_id), letter.subject)
        return (
            f'{ITEM}<a class="file{kind}" href="{url}">{drawn}<span class="name">{self._bdi(file.filename or file.content_type)}'
            f' <span class="soft">{file_size(file.size)}</span></span></a>\n'
            f'<p class="of">{title}<br>{self._bdi(letter.author_label)}, {day_in(file.sent_at, self.zone)}</p></li>'
        )

    def _seen(self, text: str) -> str:
        return text if self.whole or "@" not in text else mask_text(text)

    def _bdi(self, text: str) -> str:
        return f"<bdi>{escape(self._seen(text))}</bdi>"

    def _title(self, url: str, subject: str) -> str:
        return f'<a class="quiet" dir="auto" href="{escape(url)}">{escape(self._seen(subject or "(no subject)"))}</a>'


def letters(count: int) -> str:
    return "1 letter" if count == 1 else f"{count:,} letters"


def file_size(size: int) -> str:
    """84 KB, 1.2 MB"""
    for unit, factor in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= factor:
            amount = size / factor
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"
    return f"{size} bytes"


KINDS = {
    "text/plain": "text",
    "text/calendar": "date",
    "message/rfc822": "letter",
    "application/octet-stream": "file",
    "application/pgp-signature": "sign",
}


def extension(file: Attachment) -> str:
    """PDF, ZIP: what to write where no picture can be shown."""
    suffix = file.filename.rpartition(".")[2] if "." in file.filename else ""
    kind = KINDS.get(file.content_type) or file.content_type.rpartition("/")[2].removeprefix("x-")
    return (suffix if 0 < len(suffix) <= 5 else kind[:8]).upper()


def joined(rows: Iterable[str]) -> SafeString:
    return mark_safe("\n".join(rows))  # noqa: S308 - every part is ours or escaped
