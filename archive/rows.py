"""Rows of long lists as HTML. Written here and not in templates: a page has a hundred of them, and a template takes ten times
as long to write one. Whatever people wrote goes through `escape`; the rest is ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive import counts, moments, naming
from archive.bodies import INLINE_TYPES, attachment_url
from archive.counts import file_size, letters
from archive.labels import LetterDates, day_in
from archive.models import Attachment, Author, Message, Thread
from archive.rendering.addresses import mask_text
from common.templatetags.house import avatar
from groups.access import Visit

ITEM = "<li data-key-item>"


@dataclass(frozen=True, slots=True)
class Words:
    """What rows say in one language, as HTML; the forms are for %."""

    pinned: str
    locked: str
    pair: str
    said: str
    said_begun: str
    begun: str
    part: str
    no_subject: str
    unknown: str


@lru_cache(maxsize=50)
def _words_of(_language: str) -> Words:
    return Words(
        pinned=escape(_("pinned")),
        locked=escape(_("locked")),
        # Translators: two things said one after the other, as "12 letters, 3 new"
        pair=escape(_("%(first)s, %(second)s")),
        # Translators: who wrote, and how it begins, as "Marta Berg: The frost came early"
        said=escape(_("%(author)s: %(snippet)s")),
        said_begun=escape(_("%(author)s (begun by %(starter)s): %(snippet)s")),
        # Translators: of a topic
        begun=escape(_("begun by %(starter)s")),
        # Translators: so many of all letters of a topic, as "3 letters of 12"
        part=escape(_("%(letters)s of %(whole)s")),
        no_subject=_("(no subject)"),
        unknown=_("Unknown sender"),
    )


class Rows:
    """Writes rows for one visitor to one group."""

    def __init__(self, visit: Visit) -> None:
        self.slug = visit.group.slug
        self.whole = visit.sees_addresses
        self.zone = timezone.get_current_timezone()
        self.language = get_language() or ""
        self.words, self.dates = _words_of(self.language), LetterDates()

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
        count = letters(thread.message_count, self.language)
        if new:
            count = self.words.pair % {"first": count, "second": f"<b>{counts.new(new, self.language)}</b>"}
        opening = '<li data-key-item class="new">' if new else ITEM
        title = self._title(naming.thread_url(self.slug, thread.number), thread.subject)
        pinned = f' <span class="tag">{self.words.pinned}</span>' if thread.pinned else ""
        locked = f' <span class="tag">{self.words.locked}</span>' if thread.locked else ""
        said = {"author": self._bdi(thread.last_author), "snippet": self._bdi(thread.snippet)}
        form = self.words.said
        if thread.starter != thread.last_author:
            form, said["starter"] = self.words.said_begun, self._bdi(thread.starter)
        return (
            f"{opening}{avatar(thread.last_author, thread.last_author_key)}\n"
            f"<h2>{title}{pinned}{locked}{self._hashtags(thread)}</h2>\n"
            f'<span class="count">{count} · {day_in(thread.last_at, self.zone, self.language)}</span>\n'
            f'<p class="sn">{form % said}</p></li>'
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
        count = letters(here, self.language)
        if here != whole:
            count = self.words.part % {"letters": count, "whole": whole}
        return (
            f"{ITEM}<h2>{title}</h2>\n"
            f'<span class="count">{count} · {day_in(thread["latest"], self.zone, self.language)}</span>\n'
            f'<p class="sn">{self.words.begun % {"starter": self._bdi(thread["thread__starter"])}}</p></li>'
        )

    def _letter(self, letter: Message) -> str:
        author = self._seen(letter.author_label)
        title = self._title(naming.letter_url(self.slug, letter.number, letter.message_id), letter.subject)
        attached = f"{counts.attached(letter.attachment_count, self.language)} · " if letter.attachment_count else ""
        said = {"author": f"<bdi>{escape(author)}</bdi>", "snippet": self._bdi(letter.snippet)}
        return (
            f"{ITEM}{avatar(author, letter.from_address)}\n"
            f"<h2>{title}</h2>\n"
            f'<span class="count">{attached}{self.dates.of(letter, "short")}</span>\n'
            f'<p class="sn">{self.words.said % said}</p></li>'
        )

    def _author(self, author: Author) -> str:
        name = self._seen(author.name or author.address.split("@")[0] or self.words.unknown)
        url = naming.author_url(self.slug, author.pk)
        count = letters(author.message_count, self.language)
        return (
            f"{ITEM}{avatar(name, author.key)}\n"
            f'<a class="quiet" href="{url}"><bdi>{escape(name)}</bdi></a>\n'
            f'<span class="count">{count} · {moments.years(author.first_at, author.last_at)}</span></li>'
        )

    def _file(self, file: Attachment) -> str:
        letter = file.message
        url = escape(attachment_url(self.slug, letter.number, file))
        kind, drawn = "", f'<span class="kind" aria-hidden="true">{escape(extension(file))}</span>'
        if file.content_type in INLINE_TYPES:
            kind, drawn = " picture", f'<img src="{url}" alt="" loading="lazy">'
        title = self._title(naming.letter_url(self.slug, letter.number, letter.message_id), letter.subject)
        of = {"first": self._bdi(letter.author_label), "second": day_in(file.sent_at, self.zone, self.language)}
        return (
            f'{ITEM}<a class="file{kind}" href="{url}">{drawn}<span class="name">{self._bdi(file.filename or file.content_type)}'
            f' <span class="soft">{file_size(file.size)}</span></span></a>\n'
            f'<p class="of">{title}<br>{self.words.pair % of}</p></li>'
        )

    def _seen(self, text: str) -> str:
        return text if self.whole or "@" not in text else mask_text(text)

    def _bdi(self, text: str) -> str:
        return f"<bdi>{escape(self._seen(text))}</bdi>"

    def _title(self, url: str, subject: str) -> str:
        words = escape(self._seen(subject or self.words.no_subject))
        return f'<a class="quiet" dir="auto" href="{escape(url)}">{words}</a>'


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
