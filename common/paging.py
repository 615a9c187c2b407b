"""Pages of a long list by keyset: each page begins after a cursor, so the last page costs no more than the first.

A cursor is the moment (or the number, or the text) and the key of a row, as "<microseconds>.<key>" in hexadecimal.
`?before=` lists what sorts below it, `?after=` what sorts above it; both keep the list's own direction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, OrderBy, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from common.text import LARGEST

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page; the query strings ("?…") of its neighbours are "" where there is none."""

    rows: list[Any]
    next: str
    previous: str


def page_of(
    rows: QuerySet[Any],
    params: QueryDict,
    *,
    field: str,
    key: str = "id",
    size: int = 50,
    descending: bool = True,
    key_rises: bool = False,
    by_number: bool = False,
    by_text: bool = False,
    first: Callable[[], list[Any]] | None = None,
) -> Page:
    """One page of `rows` (models or dicts of .values()), newest `field` (a moment) first unless ascending, then by `key` in the
    same direction. `by_number`, `by_text`: the field is one. `key_rises`: in a descending list, equals stand in the order of
    keys. `first`: gives the rows of the first page and one more, as this function would ask for them, by a prepared query.

    Http404 on a cursor that no page ever linked to.
    """
    window, downwards, side = _window(rows, params, field, key, size, descending, key_rises, by_number, by_text)
    found = first() if first is not None and not side else list(window)
    more = len(found) > size
    found = found[:size]
    if downwards != descending:
        found.reverse()
    # We came from the side we turn our back on, so there is a page there.
    has_next, has_previous = (more, bool(side)) if downwards == descending else (True, more)
    ahead, behind = ("before", "after") if descending else ("after", "before")
    return Page(
        rows=found,
        next=_link(params, ahead, found[-1], field, key) if has_next and found else "",
        previous=_link(params, behind, found[0], field, key) if has_previous and found else "",
    )


def window_of(
    rows: QuerySet[Any], params: QueryDict, *, field: str, key: str = "id", size: int = 50, descending: bool = True
) -> QuerySet[Any]:
    """What page_of would look at of these rows, not fetched: for lists that are put together from several."""
    return _window(rows, params, field, key, size, descending, key_rises=False, by_number=False, by_text=False)[0]


def _window(
    rows: QuerySet[Any],
    params: QueryDict,
    field: str,
    key: str,
    size: int,
    descending: bool,
    key_rises: bool,
    by_number: bool,
    by_text: bool,
) -> tuple[QuerySet[Any], bool, str]:
    side = next((side for side in ("before", "after") if params.get(side)), "")
    downwards = side == "before" if side else descending
    if side:
        place = decode_text(str(params[side])) if by_text else decode(str(params[side]), by_number=by_number)
        rows = rows.filter(_beyond(field, key, place, below=downwards, key_below=downwards is not key_rises))
    order = OrderBy(F(field), descending=downwards), OrderBy(F(key), descending=downwards is not key_rises)
    return rows.order_by(*order)[: size + 1], downwards, side


def query(params: QueryDict, **changes: str | None) -> str:
    """The query string with some parameters changed (None: taken out); always begins with "?"."""
    copy = params.copy()
    for name, value in changes.items():
        copy.pop(name, None)
        if value is not None:
            copy[name] = value
    return "?" + copy.urlencode()


def _beyond(field: str, key: str, place: tuple[datetime | int | str, int], *, below: bool, key_below: bool) -> Q:
    """Written so that SQLite, too, searches the index on (field, key) from the cursor on."""
    value, pk = place
    word, key_word = ("lt" if falls else "gt" for falls in (below, key_below))
    return Q(**{f"{field}__{word}e": value}) & (Q(**{f"{field}__{word}": value}) | Q(**{f"{key}__{key_word}": pk}))


def _link(params: QueryDict, side: str, row: Any, field: str, key: str) -> str:
    value, pk = (row[field], row[key]) if isinstance(row, Mapping) else (getattr(row, field), getattr(row, key))
    other = "after" if side == "before" else "before"
    return query(params, **{other: None, side: encode(value, pk)})


def encode(value: datetime | int | str, pk: int) -> str:
    if isinstance(value, str):
        return f"{value.encode().hex()}.{pk:x}"
    return f"{value if isinstance(value, int) else (value - EPOCH) // MICROSECOND:x}.{pk:x}"


def decode(cursor: str, *, by_number: bool = False) -> tuple[datetime | int, int]:
    """Http404 for what encode() never wrote."""
    try:
        value, pk = (int(part, 16) for part in cursor.split("."))
        if max(abs(value), abs(pk)) > LARGEST:
            raise OverflowError
        return value if by_number else EPOCH + value * MICROSECOND, pk
    except (ValueError, OverflowError):
        raise Http404(_("There is no such page of the list.")) from None


def decode_text(cursor: str) -> tuple[str, int]:
    """Http404 for what encode() never wrote."""
    try:
        value, pk = cursor.split(".")
        text, key = bytes.fromhex(value).decode(), int(pk, 16)
        if abs(key) > LARGEST or "\0" in text:
            raise OverflowError
    except (ValueError, OverflowError):
        raise Http404(_("There is no such page of the list.")) from None
    return text, key
