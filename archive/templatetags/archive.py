"""How templates write dates, writers, addresses of letters, and the threads on a group's home."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archive import moments, naming
from archive.actions.tagging import hashtags_of
from archive.articles import articles, attached, outline
from archive.conversation import Conversation
from archive.counts import file_size
from archive.drawings import busy_days, month_map, years
from archive.feed_tokens import feed_address
from archive.labels import day_of, letter_date
from archive.models import Archive, Author, Message, Thread
from archive.models.message import absolute
from archive.reading import Reading
from archive.rendering.addresses import mask_text
from archive.rows import Rows
from archive.unread import count_new, marks_of, with_marks
from groups.access import Visit, person
from groups.models import Group, Right

register = template.Library()
register.simple_tag(letter_date)
register.simple_tag(day_of)
register.simple_tag(articles)
register.simple_tag(attached)
register.simple_tag(outline)
register.simple_tag(busy_days)
register.simple_tag(month_map)
register.simple_tag(years)
register.filter(file_size)

RECENT = 8


@register.filter
def minute_of(moment: datetime) -> str:
    """23 Nov 2026, 7:58"""
    return moments.short_minute(moment)


@register.filter
def span_to(first: datetime | None, last: datetime | None) -> str:
    """{{ thread.first_at|span_to:thread.last_at }}: 23 to 25 November 2026"""
    return moments.span(first, last)


@register.filter
def month_name(moment: datetime) -> str:
    """March 2026"""
    return moments.month(moment)


@register.filter
def day_name(moment: datetime) -> str:
    """3 March 2026, of a day of UTC"""
    return moments.day(moment, UTC)


@register.simple_tag
def display_author(letter: Message, visit: Visit) -> str:
    """The writer's name, which for strangers never is or holds an address."""
    return seen_by(letter.author_label, visit)


@register.filter
def seen_by(text: str, visit: Visit) -> str:
    """A name, subject or snippet: as it is for members, with addresses shortened for strangers."""
    return text if "@" not in text or visit.sees_addresses else mask_text(text)


@register.simple_tag
def letter_url(slug: str, letter: Message) -> str:
    """The permanent address of a letter."""
    return naming.letter_url(slug, letter.number, letter.message_id)


@register.filter
def absolute_url(path: str, group: Group | None = None) -> str:
    """On the host of the group's own domain."""
    return absolute(path, group)


@register.filter
def without_addresses(text: str) -> str:
    """For pages that serve members and strangers alike."""
    return mask_text(text)


@register.filter
def address_for(address: str, visit: Visit) -> str:
    """The address whole for members, "marta@…" for strangers."""
    return naming.shown_address(address, whole=visit.sees_addresses)


@register.filter
def author_name(author: Author, visit: Visit) -> str:
    """What to call an author: the name, else the part of the address before the @."""
    return seen_by(author.name or author.address.split("@")[0] or _("Unknown sender"), visit)


@register.filter
def correction(date_source: str) -> str:
    return moments.correction(date_source)


@register.simple_tag
def rows(kind: str, found: Iterable[Any], visit: Visit) -> SafeString:
    """{% rows "threads" page.rows visit %}: what stands in a list; see archive.rows for the kinds."""
    drawn: SafeString = getattr(Rows(visit), kind)(found)
    return drawn


@register.simple_tag(name="feed_address")
def feed_address_tag(reading: Reading, thread: int | None = None) -> str:
    return feed_address(reading, thread)


@register.simple_tag
def feed_link(reading: Reading, thread: int | None = None) -> SafeString:
    """<link rel=alternate> to the group's feed, or to a thread's."""
    return format_html(
        '<link rel="alternate" type="application/atom+xml" title="{}" href="{}">',
        _("Letters of this topic") if thread else _("Letters of %(name)s") % {"name": reading.group.name},
        feed_address(reading, thread),
    )


@register.inclusion_tag("archive/_recent_threads.html", takes_context=True)
def recent_threads(context: template.Context, visit: Visit) -> dict[str, Any]:
    """The latest threads of a group as this visitor may see them: one query for strangers, at most three for others."""
    if not visit.can_read_archive:
        return {"visit": visit, "threads": [], "closed": True}
    archive = Archive.of(visit.group)
    found = Thread.objects.filter(group=visit.group).visible(archive).order_by("-last_at", "-id")
    user = person(context["request"])
    if user is not None:
        found = with_marks(found, user)
    threads = list(found[:RECENT])
    if user is not None and threads:
        new = count_new(threads, marks_of(user, visit.group), archive, user)
        for thread in threads:
            thread.new = new.get(thread.pk, 0)  # type: ignore[attr-defined]
    return {"visit": visit, "threads": threads, "archive": archive, "request": context["request"]}


@register.inclusion_tag("archive/_hashtags.html", takes_context=True)
def topic_hashtags(context: Context, reading: Reading, talk: Conversation) -> dict[str, Any]:
    """{% topic_hashtags reading talk %}: what the topic is tagged with. One query, and none in a group without tags."""
    may_tag = reading.visit.may(Right.TOPICS)
    if not may_tag and not reading.group.uses_hashtags:
        return {}
    thread = talk.by_date[0].thread_id
    names = hashtags_of([thread]).get(thread, []) if reading.group.uses_hashtags else []
    token = context.get("csrf_token")
    return {"slug": reading.slug, "number": talk.number, "names": names, "may_tag": may_tag, "csrf_token": token}
