"""Pages of lists in the API: by keyset (common.paging), with cursors that are signed, so that only our own are followed, and
with the ways on in the body and in the Link header (RFC 8288)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Generic, TypeVar

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict
from ninja import Query, Schema

from common.api.problems import Problem
from common.paging import Page, page_of, query

MOST = 100
USUAL = 50
NOT_OURS = "This cursor is none that this list gave. Begin without one, and follow the addresses in “next”."

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
Cursor = Annotated[str, Query(max_length=2000, description="As an answer gave it in `next` or `previous`.")]
Item = TypeVar("Item")


class Window(Schema):
    """Which part of a list is asked for."""

    limit: Limit = USUAL
    cursor: Cursor = ""


class ListOf(Schema, Generic[Item]):
    """One page of a list. `next`, `previous`: addresses of its neighbours."""

    items: list[Item]
    next: str | None
    previous: str | None


def listed(
    request: HttpRequest,
    rows: QuerySet[Any],
    window: Window,
    show: Callable[[list[Any]], Iterable[Any]],
    *,
    field: str,
    **how: Any,
) -> dict[str, Any]:
    """One page of these rows, each as `show` makes them of all the page's rows; `field` and `how` as in common.paging.page_of."""
    try:
        page = page_of(rows, place_in(request, window), field=field, size=window.limit, **how)
    except Http404:
        raise Problem(400, NOT_OURS) from None
    return as_list(request, page, window, show(page.rows))


def as_list(request: HttpRequest, page: Page, window: Window, items: Iterable[Any]) -> dict[str, Any]:
    """The body of a list, and its Link header. The page's own ways on are query strings without any other parameter."""
    ways = {"next": page.next, "prev": page.previous}
    links = {rel: _address(request, way) for rel, way in ways.items() if way}
    request.api_links = links  # type: ignore[attr-defined]
    return {"items": list(items), "next": links.get("next"), "previous": links.get("prev")}


def place_in(request: HttpRequest, window: Window) -> QueryDict:
    """What the cursor says; Problem where it is not ours, or another list's."""
    if not window.cursor:
        return QueryDict()
    try:
        text, _, signature = window.cursor.partition(".")
        place = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        _signer(request).unsign(f"{place}:{signature}")
    except (BadSignature, ValueError):
        raise Problem(400, NOT_OURS) from None
    return QueryDict(place)


def _address(request: HttpRequest, way: str) -> str:
    place = way.removeprefix("?")
    signature = _signer(request).signature(place)
    packed = urlsafe_b64encode(place.encode()).decode().rstrip("=")
    return settings.SITE_URL + request.path + query(request.GET, cursor=f"{packed}.{signature}")


def _signer(request: HttpRequest) -> Signer:
    return Signer(salt=f"api cursor of {request.path}")
