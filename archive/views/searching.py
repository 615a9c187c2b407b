"""Finding letters: in one group, or in all that their reader may read."""

import re
from dataclasses import dataclass
from urllib.parse import quote_plus

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from archive.feed_tokens import with_own_token, with_token
from archive.reading import Reading, open_archive
from archive.search import Facets, Results, facets_of, search
from archive.search.language import parse
from archive.search.scope import Reader, reader_within
from archive.views.exports import found_letters, stream
from common.caching import private
from common.paging import query
from groups.access import person

HITS_A_PAGE = 20
SORTS = {
    "relevance": gettext_lazy("Best first"),
    "date": gettext_lazy("Newest first"),
    "oldest": gettext_lazy("Oldest first"),
}
YEARS_SHOWN, AUTHORS_SHOWN = 30, 12
_OPEN_END = re.compile(r"\bOR\b|\|\s*$|\bNOT\s*$")


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
    """Every letter found in a group."""
    reading = open_archive(request, slug)
    return stream(found_letters(_text(request), reading.user, reading.group), f"{slug}-search")


@require_safe
def mbox_of_all(request: HttpRequest) -> HttpResponseBase:
    """Every letter found in all groups one may read."""
    return stream(found_letters(_text(request), person(request)), "search")


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", " ").strip()


def _page(request: HttpRequest, reading: Reading | None) -> HttpResponse:
    """Hits at once; the ways to narrow them where they are asked for: by htmx as a part of the page, else by a link."""
    asked_for_facets = "facets" in request.GET
    if asked_for_facets and request.headers.get("HX-Request"):
        return _facets(request, reading)
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
        facets=asked_for_facets,
        reader=_reader(reading),
    )
    context = {
        "query": text,
        "found": found,
        "sorts": [
            (words, "" if key == sort else query(request.GET, sort=key, page=None)) for key, words in SORTS.items()
        ],
        "refinements": _refinements(request.GET, text, found.facets) if found.facets else [],
        "facets_at": query(request.GET, facets="1", page=None) if not asked_for_facets and _divides(found) else "",
        "suggestion": query(request.GET, q=found.suggestion, page=None) if found.suggestion else "",
        "next": query(request.GET, page=str(number + 1)) if found.more else "",
        "previous": query(request.GET, page=str(number - 1)) if number > 1 else "",
        "feed": _feed_address(request, reading) if text else "",
        "mbox": _mbox_address(request, reading),
        "reading": reading,
        "visit": reading.visit if reading else None,
        "tab": "search",
        "layout": "layouts/group.html" if reading else "archive/_search_everywhere.html",
    }
    return render(request, "archive/search.html", context)


def _divides(found: Results) -> bool:
    return found.count > 1 and not found.degraded


def _reader(reading: Reading | None) -> Reader | None:
    if reading is None:
        return None
    return reader_within(reading.group, reading.archive, sees_addresses=reading.sees_addresses)


def _facets(request: HttpRequest, reading: Reading | None) -> HttpResponse:
    """Only the ways to narrow a search; its links lead to pages that again bring theirs after the hits."""
    text = _text(request)
    group = reading.group if reading else None
    facets = facets_of(text, user=person(request), group=group, reader=_reader(reading))
    params = request.GET.copy()
    params.pop("facets")
    refinements = _refinements(params, text, facets) if facets else []
    return render(request, "archive/_refinements.html", {"refinements": refinements})


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1


def _refinements(params: QueryDict, text: str, facets: Facets) -> list[tuple[str, list[Refinement]]]:
    """The ways to narrow the search, under their headings; none where all letters found are of one kind."""
    with_files, without = facets.attachments
    files = _("Attachments")
    sections = {
        _("Year"): [
            (str(year), count, f"date:{year:04}") for year, count in sorted(facets.years, reverse=True)[:YEARS_SHOWN]
        ],
        _("Author"): [(name, count, f'from:"{_quotable(key)}"') for name, key, count in facets.authors[:AUTHORS_SHOWN]],
        _("Group"): [(name, count, f"in:{slug}") for slug, name, count in facets.groups],
        files: [(_("with attachments"), with_files, "has:attachment")] if with_files and without else [],
    }
    whole = _complete(text)
    begins = query(params, q=None, page=None)
    begins += "q=" if begins == "?" else "&q="
    return [
        (
            heading,
            [Refinement(label, count, begins + quote_plus(f"{whole} {words}")) for label, count, words in choices],
        )
        for heading, choices in sections.items()
        if len(choices) > 1 or (choices and heading == files)
    ]


def _complete(text: str) -> str:
    """The query in a form that something can be added to: closed, and what its last word might do to the next kept inside."""
    whole = text + parse(text).closing
    return f"({whole})" if _OPEN_END.search(whole) else whole


def _quotable(text: str) -> str:
    return text.replace('"', " ").strip()


def _feed_address(request: HttpRequest, reading: Reading | None) -> str:
    asked = query(request.GET, page=None, sort=None, facets=None)
    if reading is None:
        return with_own_token(reverse("search-feed") + asked, person(request))
    return with_token(reverse("group-search-feed", args=[reading.slug]) + asked, reading)


def _mbox_address(request: HttpRequest, reading: Reading | None) -> str:
    path = reverse("group-search-mbox", args=[reading.slug]) if reading else reverse("search-mbox")
    return path + query(request.GET, page=None, sort=None, facets=None)
