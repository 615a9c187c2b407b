"""Keyset pages over real rows: forth, back, ties, and cursors nobody made."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import Http404, QueryDict

from common.paging import decode, encode, page_of
from groups.models import Group

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def five() -> list[Group]:
    """Five groups, of which the middle three began at the same moment."""
    days = (0, 1, 1, 1, 2)
    return [
        Group.objects.create(slug=f"g{place}", name=str(place), created_at=START + timedelta(days=day))
        for place, day in enumerate(days)
    ]


def names(link: str = "?", *, size: int = 2, descending: bool = True):
    page = page_of(Group.objects.all(), QueryDict(link[1:]), field="created_at", size=size, descending=descending)
    return "".join(group.name for group in page.rows), page


def walk(side: str, link: str, **how):
    seen = []
    while link:
        shown, page = names(link, **how)
        seen.append(shown)
        link = getattr(page, side)
    return seen


def test_all_rows_are_met_once_on_the_way_down(five: list[Group]):
    assert walk("next", "?") == ["43", "21", "0"]


def test_and_once_on_the_way_back(five: list[Group]):
    _, first = names()
    _, second = names(first.next)
    assert walk("previous", second.next) == ["0", "21", "43"]


def test_ascending_lists_go_the_other_way(five: list[Group]):
    assert walk("next", "?", descending=False) == ["01", "23", "4"]


def test_the_first_page_has_nothing_before_it(five: list[Group]):
    assert names()[1].previous == ""


def test_other_parameters_stay_in_the_links(five: list[Group]):
    _, page = names("?q=seeds")
    assert page.next.startswith("?q=seeds&before=")


@pytest.mark.parametrize("cursor", ["", "1", "x.y", "1.2.3", "f" * 40 + ".1", "-"])
def test_a_cursor_nobody_made_is_no_page(cursor: str):
    with pytest.raises(Http404):
        decode(cursor)


def test_a_cursor_keeps_the_microsecond():
    moment = START + timedelta(microseconds=7)
    assert decode(encode(moment, 5)) == (moment, 5)
