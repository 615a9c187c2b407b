"""Search: the language of the search page, in one group or in all that one may read."""

from typing import Any, Literal

from django.http import HttpRequest, QueryDict
from ninja import Query, Router

from accounts.tokens.auth import needs
from accounts.tokens.models import Scope
from archive.api import shown
from archive.api.shown import MessageInList
from archive.models import Message
from archive.reading import Reading, open_archive
from archive.search import search
from archive.search.scope import reader_of, reader_within
from archive.search.searching import MAX_OFFSET
from common.api.fields import Words
from common.api.lists import ListOf, Window, as_list, place_in
from common.paging import Page
from common.text import number_in
from groups.access import person

router = Router(tags=["search"])
READ = needs(Scope.MESSAGES_READ, anybody=True)


class Found(MessageInList):
    """A letter that was found. `passage`: safe HTML, with what was sought in <mark>."""

    passage: str
    score: float


class Results(ListOf[Found]):
    """`count`: of letters. `problems`: what of the query was not understood. `degraded`: the index could not be used; the newest
    letters were looked through."""

    count: int
    problems: list[str]
    suggestion: str
    degraded: bool


class Sought(Window):
    q: Words
    sort: Literal["relevance", "date", "oldest"] = "relevance"


@router.get("/search", response=Results, auth=READ)
def search_everywhere(request: HttpRequest, window: Query[Sought]) -> dict[str, Any]:
    """Letters in all groups I may read."""
    return _found(request, window, None)


@router.get("/groups/{slug}/search", response=Results, auth=READ)
def search_group(request: HttpRequest, slug: str, window: Query[Sought]) -> dict[str, Any]:
    """Letters of one group."""
    return _found(request, window, open_archive(request, slug))


def _found(request: HttpRequest, window: Sought, reading: Reading | None) -> dict[str, Any]:
    reader = (
        reader_within(reading.group, reading.archive, sees_addresses=reading.sees_addresses)
        if reading
        else reader_of(person(request), None)
    )
    begin = number_in(place_in(request, window).get("from", "")) or 0
    found = search(
        window.q,
        user=person(request),
        group=reading.group if reading else None,
        sort=window.sort,
        limit=window.limit,
        offset=min(begin, MAX_OFFSET),
        group_threads=False,
        reader=reader,
    )
    page = Page(found.hits, _way(begin + window.limit) if found.more else "", _back(begin, window.limit))
    letters = _letters([hit.message.pk for hit in found.hits])
    items = [
        {
            **shown.in_list(letters[hit.message.pk], whole=reader.sees_addresses(hit.message.group_id)),
            "passage": str(hit.snippet_html),
            "score": hit.score,
        }
        for hit in found.hits
        if hit.message.pk in letters
    ]
    return {
        **as_list(request, page, window, items),
        "count": found.count,
        "problems": found.problems,
        "suggestion": found.suggestion,
        "degraded": found.degraded,
    }


def _letters(keys: list[int]) -> dict[int, Any]:
    return {letter.pk: letter for letter in shown.light(Message.objects.filter(pk__in=keys))}


def _way(begin: int) -> str:
    params = QueryDict(mutable=True)
    params["from"] = str(begin)
    return f"?{params.urlencode()}"


def _back(begin: int, limit: int) -> str:
    return _way(max(0, begin - limit)) if begin else ""
