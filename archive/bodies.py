"""Bodies and attachments of letters, fetched together and made ready for the eyes that read them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Case, TextField, Value, When
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy

from archive.models import Attachment, Content
from archive.reading import Reading
from archive.rendering import fragment_of, link_parts, mask_addresses, mask_text, reveal_addresses, show_remote
from archive.rendering.addresses import ELLIPSIS

LONG = 100_000  # characters of HTML beyond which a thread's page only links to the letter
HEAVY = 150_000  # characters of all letters of a page beyond which quotes, which stand on the page already, are linked
_QUOTE = '<details class="quote">'
_DETAILS = re.compile(r"<(/?)details\b")
SHORT_QUOTE = 300
INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_PART = re.compile(r'src="part:(\d+)"')
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTENT = -1


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as a letter lists it."""

    index: int
    filename: str
    content_type: str
    size: int

    @property
    def is_picture(self) -> bool:
        return self.content_type in INLINE_TYPES

    @property
    def label(self) -> str:
        return self.filename or self.content_type


def url_name(filename: str, index: int) -> str:
    """The last part of a file's address, and the name to save it under: one path segment, never empty, without controls
    and without the marks that turn "gpj.exe" around."""
    name = _CONTROLS.sub("", filename).replace("/", "_").replace("\\", "_").strip(". ")
    return name or f"part-{index}"


def public_name(filename: str, index: int) -> str:
    """url_name() for everybody's eyes: with an e-mail address in it shortened, and the extension behind it kept."""
    name = url_name(filename, index)
    shown = mask_text(name)
    if shown == name:
        return name
    stem, _, extension = name.rpartition(".")
    return f"{mask_text(stem)}.{extension}".replace(ELLIPSIS, "") if mask_text(stem) != stem else f"part-{index}"


def attachment_url(slug: str, number: int, file: Any) -> str:
    """`file`: a File or an Attachment, of letter `number`."""
    return reverse("attachment", args=[slug, number, file.index, public_name(file.filename, file.index)])


@dataclass
class Body:
    """A letter's fragment with placeholders in it, and what is attached. Where only the text is stored, the fragment is made
    when somebody asks for it."""

    stored: str = ""
    text: str = ""  # only where no fragment is stored
    files: list[File] = field(default_factory=list)

    @cached_property
    def html(self) -> str:
        return fragment_of(self.stored, self.text)

    @property
    def is_huge(self) -> bool:
        """True where the text alone is too long for a page of many letters."""
        return len(self.text) > LONG

    @property
    def size(self) -> int:
        return len(self.text) if self.is_huge else len(self.html)

    def send_quotes_away(self, url: str) -> None:
        if not self.is_huge:
            self.html = quotes_away(self.html, url)

    def files_beside(self) -> list[File]:
        """Attachments that the body does not show already."""
        shown = {int(index) for index in _PART.findall(self.html)} if self.stored else set()
        return sorted((file for file in self.files if file.index not in shown), key=lambda file: file.index)


def bodies_of(ids: Sequence[int], *, with_files: bool) -> dict[int, Body]:
    """message id -> Body, in one query: a thread of 150 letters is three queries with the group and the lines."""
    text = Case(When(html="", then="text"), default=Value(""), output_field=TextField())
    contents = Content.objects.filter(pk__in=ids).values_list("message_id", Value(_CONTENT), Value(0), text, "html")
    rows: Any = contents
    if with_files:
        files = Attachment.objects.filter(message__in=ids).values_list(
            "message_id", "index", "size", "content_type", "filename"
        )
        rows = contents.union(files, all=True)
    bodies: dict[int, Body] = {}
    for message_id, index, size, text_or_type, html_or_name in rows:
        body = bodies.setdefault(message_id, Body())
        if index == _CONTENT:
            body.stored, body.text = html_or_name, text_or_type
        else:
            body.files.append(File(index, html_or_name, text_or_type, size))
    return bodies


def shown_body(html: str, reading: Reading, number: int, *, remote: bool = False) -> SafeString:
    """A stored fragment as this reader may see it: addresses whole or shortened, attached pictures by their address,
    pictures on other servers only when asked for."""
    fragment = reveal_addresses(html) if reading.sees_addresses else mask_addresses(html)
    fragment = link_parts(
        fragment, lambda index: reverse("attachment", args=[reading.slug, number, index, f"picture-{index}"])
    )
    if remote:
        fragment = show_remote(fragment)
    return mark_safe(in_language_of_page(fragment))  # noqa: S308 - made by archive.rendering, which lets nothing live through


_OPENS = r'(<details class="quote"><summary>|<p class="quote away"><a href="[^"]*">)'
_WROTE = re.compile(_OPENS + r"((?:(?!</summary>|</p>).)*) wrote, (\d+) lines?(?=</summary>|</a></p>)")
_QUOTED = re.compile(_OPENS + r"(\d+) quoted lines?(?=</summary>|</a></p>)")
_NAME_OF_ROW = re.compile(r"<dt>([A-Z][a-z ]+)</dt>")
_NAMES_OF_ROWS = {  # archive.rendering.calendars
    "Event": gettext_lazy("Event"),
    "Task": gettext_lazy("Task"),
    "Note": gettext_lazy("Note"),
    "Free and busy times": gettext_lazy("Free and busy times"),
    "Invitation": gettext_lazy("Invitation"),
    "Cancelled": pgettext_lazy("an event", "Cancelled"),
    "Answer to an invitation": gettext_lazy("Answer to an invitation"),
    "Another time proposed": gettext_lazy("Another time proposed"),
    "When": gettext_lazy("When"),
    "Where": gettext_lazy("Where"),
    "From": pgettext_lazy("who invites", "From"),
    "Invited": gettext_lazy("Invited"),
    "Answers": pgettext_lazy("to an invitation", "Answers"),
    "Status": gettext_lazy("Status"),
    "Link": gettext_lazy("Link"),
    "About": pgettext_lazy("what an event is about", "About"),
    "More": gettext_lazy("More"),
}


def in_language_of_page(fragment: str) -> str:
    """The few words that archive.rendering put into a fragment, which is stored with English ones, in the reader's language."""
    if (get_language() or "en").startswith("en"):
        return fragment
    if 'class="quote' in fragment:
        fragment = _QUOTED.sub(_quoted_lines, _WROTE.sub(_lines_of, fragment))
    if 'class="letter-calendar"' in fragment:
        fragment = _NAME_OF_ROW.sub(lambda found: f"<dt>{_NAMES_OF_ROWS.get(found[1], found[1])}</dt>", fragment)
    return fragment


def _lines_of(found: re.Match[str]) -> str:
    count = int(found[3])
    words = escape(ngettext("%(name)s wrote, %(count)s line", "%(name)s wrote, %(count)s lines", count))
    return found[1] + words % {"name": found[2], "count": count}


def _quoted_lines(found: re.Match[str]) -> str:
    count = int(found[2])
    return found[1] + escape(ngettext("%(count)s quoted line", "%(count)s quoted lines", count) % {"count": count})


def quotes_away(fragment: str, url: str) -> str:
    """A stored fragment with its longer folded quotes replaced by links to the letter's own page, where they are whole."""
    parts: list[str] = []
    at = 0
    while (start := fragment.find(_QUOTE, at)) >= 0:
        end = _end_of_details(fragment, start)
        quote = fragment[start:end]
        words = quote[len(_QUOTE) :].partition("<summary>")[2].partition("</summary>")[0]
        away = f'<p class="quote away"><a href="{escape(url)}">{words}</a></p>'
        parts += [fragment[at:start], away if words and len(quote) > SHORT_QUOTE else quote]
        at = end
    return "".join(parts) + fragment[at:] if parts else fragment


def _end_of_details(fragment: str, start: int) -> int:
    depth = 0
    for found in _DETAILS.finditer(fragment, start):
        depth += -1 if found[1] else 1
        if depth == 0:
            return fragment.find(">", found.end()) + 1 or len(fragment)
    return len(fragment)


def shown_text(text: str, reading: Reading) -> str:
    """The letter as plain text. Not safe HTML: templates escape it."""
    return text if reading.sees_addresses else mask_text(text)
