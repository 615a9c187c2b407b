"""Atom feeds of a group, a thread and a search. A feed of letters for members carries its reader's token."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from archive import atom
from archive.bodies import Body, bodies_of, shown_body
from archive.feed_tokens import let_token_in
from archive.models import Message
from archive.models.message import absolute, permalink
from archive.reading import Reading, open_archive, reads_archive
from archive.rendering.addresses import mask_text
from archive.search import Hit, search
from archive.search.scope import reader_within
from common.caching import private
from groups.access import person

ENTRIES = 30
FIELDS = ("number", "subject", "from_name", "from_address", "sent_at")
NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)


@require_safe
@let_token_in
@reads_archive
def group_feed(request: HttpRequest, reading: Reading) -> HttpResponse:
    """The latest letters of a group."""
    return answer(
        request, reading.group.name, reverse("topics", args=[reading.slug]), entries(reading, reading.messages)
    )


@require_safe
@let_token_in
@reads_archive
def thread_feed(request: HttpRequest, reading: Reading, number: int) -> HttpResponse:
    """The latest letters of a thread."""
    letters = entries(reading, reading.in_thread(number))
    if not letters:
        raise Http404(_("There is no such topic."))
    title = f"{letters[-1].title} · {reading.group.name}"
    return answer(request, title, reverse("thread", args=[reading.slug, number]), letters)


@require_safe
@let_token_in
def group_search_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest letters of a group that match ?q=."""
    reading = open_archive(request, slug)
    text = request.GET.get("q", "").replace("\x00", " ")
    reader = reader_within(reading.group, reading.archive, sees_addresses=reading.sees_addresses)
    options: dict[str, Any] = {"sort": "date", "limit": ENTRIES, "group_threads": False, "reader": reader}
    found = search(text, user=reading.user, group=reading.group, **options)
    letters = entries(reading, reading.messages.filter(pk__in=[hit.message.pk for hit in found.hits]))
    page = f"{reverse('group-search', args=[slug])}?{urlencode({'q': text})}"
    return private(answer(request, f"{text} · {reading.group.name}", page, letters))


@require_safe
@let_token_in
def search_feed(request: HttpRequest) -> HttpResponse:
    """The newest letters of all groups one may read that match ?q=, with the passage that matches."""
    text = request.GET.get("q", "").replace("\x00", " ")
    found = search(text, user=person(request), sort="date", limit=ENTRIES, group_threads=False)
    letters = [_entry_of_hit(hit) for hit in found.hits]
    page = f"{reverse('search')}?{urlencode({'q': text})}"
    return private(answer(request, f"{text} · {settings.SITE_NAME}", page, letters))


def _entry_of_hit(hit: Hit) -> atom.Entry:
    letter = hit.message
    return atom.Entry(
        url=absolute(permalink(letter.group.slug, letter.number), letter.group),
        title=f"{mask_text(letter.subject) or _('(no subject)')} · {letter.group.name}",
        author=mask_text(letter.author_label),
        published=letter.sent_at,
        html=hit.snippet_html,
    )


def entries(reading: Reading, letters: QuerySet[Message]) -> list[atom.Entry]:
    """The latest of these letters of one group, newest first. Two queries."""
    latest = letters.annotate(parent_number=F("parent__number")).order_by("-sent_at", "-id").only(*FIELDS)[:ENTRIES]
    bodies = bodies_of([letter.pk for letter in latest], with_files=False)
    return [_entry(reading, letter, bodies.get(letter.pk) or Body()) for letter in latest]


def _entry(reading: Reading, letter: Any, body: Body) -> atom.Entry:
    whole = reading.sees_addresses
    title = letter.subject or _("(no subject)")
    answered = permalink(reading.slug, letter.parent_number) if letter.parent_number else ""
    return atom.Entry(
        url=absolute(permalink(reading.slug, letter.number), reading.group),
        title=title if whole else mask_text(title),
        author=letter.author_label if whole else mask_text(letter.author_label),
        published=letter.sent_at,
        html=shown_body(body.html, reading, letter.number).replace(' src="/', f' src="{reading.group.site.url}/'),
        answers=absolute(answered, reading.group) if answered else "",
    )


def answer(request: HttpRequest, title: str, page: str, letters: Sequence[atom.Entry]) -> HttpResponse:
    """The document. Its own address and id are without the reader's token: neither may be passed on."""
    own = request.GET.copy()
    own.pop("token", None)
    feed = atom.Feed(
        title=title,
        url=absolute(page),
        self_url=absolute(request.path + (f"?{own.urlencode()}" if own else "")),
        updated=max((letter.published for letter in letters), default=NOTHING_YET),
        entries=letters,
    )
    return HttpResponse(atom.write(feed), content_type="application/atom+xml; charset=utf-8")
