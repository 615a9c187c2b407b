"""Finding letters: in one group, or in all that their reader may read."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from archive.feed_tokens import with_token
from archive.reading import Reading, open_archive
from archive.search import Facets, search
from archive.views.exports import mbox
from common.caching import private
from common.paging import query
from groups.access import person

HITS_A_PAGE = 20
EXPORTED_AT_ONCE, MOST_EXPORTED = 200, 1000
SORTS = {"relevance": "Best first", "date": "Newest first", "oldest": "Oldest first"}
YEARS_SHOWN, AUTHORS_SHOWN = 30, 12


@dataclass(frozen=True, slots=True)
class Refinement:
    """A link that narrows the search: its words, how many letters remain, and the query string."""

    label: str
    count: int
    href: str


@require_safe
def in_group(request: HttpRequest, slug: str) -> HttpResponse:
    reading = open_archive(request, slug)
    return private(_page(request, reading))


@require_safe
def everywhere(request: HttpRequest) -> HttpResponse:
    return private(_page(request, None))


@require_safe
def mbox_of_search(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The letters found, as many as can be paged through."""
    reading = open_archive(request, slug)
    keys: list[int] = []
    for offset in range(0, MOST_EXPORTED, EXPORTED_AT_ONCE):
        found = search(
            _text(request),
            user=reading.user,
            group=reading.group,
            sort="date",
            limit=EXPORTED_AT_ONCE,
            offset=offset,
            group_threads=False,
        )
        keys += [hit.message.pk for hit in found.hits]
        if not found.more:
            break
    return mbox(reading, reading.messages.filter(pk__in=keys), f"{slug}-search")


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", " ").strip()


def _page(request: HttpRequest, reading: Reading | None) -> HttpResponse:
    text, number = _text(request), _page_number(request)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "relevance"
    found = search(
        text,
        user=person(request),
        group=reading.group if reading else None,
        sort=sort,  # type: ignore[arg-type]
        limit=HITS_A_PAGE,
        offset=(number - 1) * HITS_A_PAGE,
        facets=True,
    )
    context = {
        "query": text,
        "found": found,
        "sorts": [
            (words, "" if key == sort else query(request.GET, sort=key, page=None)) for key, words in SORTS.items()
        ],
        "refinements": _refinements(request, text, found.facets) if found.facets else [],
        "suggestion": query(request.GET, q=found.suggestion, page=None) if found.suggestion else "",
        "next": query(request.GET, page=str(number + 1)) if found.more else "",
        "previous": query(request.GET, page=str(number - 1)) if number > 1 else "",
        "feed": _feed_address(request, reading) if text else "",
        "mbox": f"{reverse('group-search-mbox', args=[reading.slug])}{query(request.GET, page=None)}"
        if reading
        else "",
        "reading": reading,
        "visit": reading.visit if reading else None,
        "tab": "search",
        "layout": "layouts/group.html" if reading else "archive/_search_everywhere.html",
    }
    return render(request, "archive/search.html", context)


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1


def _refinements(request: HttpRequest, text: str, facets: Facets) -> list[tuple[str, list[Refinement]]]:
    """The ways to narrow the search, under their headings; none where all letters found are of one kind."""
    with_files, without = facets.attachments
    sections = {
        "Year": [
            (str(year), count, f"date:{year:04}") for year, count in sorted(facets.years, reverse=True)[:YEARS_SHOWN]
        ],
        "Author": [(name, count, f'from:"{_quotable(key)}"') for name, key, count in facets.authors[:AUTHORS_SHOWN]],
        "Group": [(name, count, f"in:{slug}") for slug, name, count in facets.groups],
        "Attachments": [("with attachments", with_files, "has:attachment")] if with_files and without else [],
    }
    return [
        (heading, [Refinement(label, count, _narrowed(request, text, words)) for label, count, words in choices])
        for heading, choices in sections.items()
        if len(choices) > 1 or (choices and heading == "Attachments")
    ]


def _narrowed(request: HttpRequest, text: str, words: str) -> str:
    # A query that is one of several ("a OR b") has to stay together when something is added to it.
    whole = f"({text})" if " OR " in text else text
    return query(request.GET, q=f"{whole} {words}".strip(), page=None)


def _quotable(text: str) -> str:
    return text.replace('"', " ").strip()


def _feed_address(request: HttpRequest, reading: Reading | None) -> str:
    asked = query(request.GET, page=None, sort=None)
    if reading is None:
        return reverse("search-feed") + asked
    return with_token(reverse("group-search-feed", args=[reading.slug]) + asked, reading)
