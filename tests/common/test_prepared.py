"""Prepared queries answer as the ORM does, in every thread, whatever they are asked."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db.models import Count

from archive.models import Archive
from common import lookups  # noqa: F401  registers __among
from common.prepared import Prepared, Slot
from groups.models import Group

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, 12, tzinfo=UTC)

by_slug = Prepared(lambda *related: Group.objects.select_related(*related).filter(slug=Slot("slug")))
since = Prepared(
    lambda: Group.objects.filter(created_at__gte=Slot("since")).order_by("slug").values_list("slug", "created_at")
)
among = Prepared(lambda: Group.objects.filter(pk__among=Slot("keys")).order_by("slug").values_list("slug"))


@pytest.fixture
def three() -> list[Group]:
    return [
        Group.objects.create(slug=f"g{day}", name=f"Group {day}", created_at=START + timedelta(days=day))
        for day in range(3)
    ]


def test_a_row_is_the_same_as_the_orm_gives(three: list[Group], django_assert_num_queries):
    Archive.objects.create(group=three[1], last_at=START, monthly={"2026-01": 3})
    with django_assert_num_queries(1):
        found = by_slug.first("archive", slug="g1")
        assert (found, found.created_at, found.archive.last_at) == (three[1], three[1].created_at, START)
        assert found.archive.monthly == {"2026-01": 3}


def test_a_related_row_that_is_not_there_is_missing(three: list[Group], django_assert_num_queries):
    found = by_slug.first("archive", slug="g0")
    with django_assert_num_queries(0), pytest.raises(Archive.DoesNotExist):
        found.archive  # noqa: B018


def test_nothing_found_is_none_and_the_next_question_has_its_own_answer(three: list[Group]):
    assert by_slug.first("archive", slug="elsewhere") is None
    assert by_slug.first("archive", slug="g2") == three[2]


def test_moments_and_lists_are_values_like_others(three: list[Group]):
    assert since.all(since=START + timedelta(days=1)) == [(one.slug, one.created_at) for one in three[1:]]
    assert among.all(keys=[three[0].pk, three[2].pk, 0]) == [("g0",), ("g2",)]
    assert among.all(keys=[]) == []


def test_rows_may_be_dicts_with_what_is_counted_in_them(three: list[Group]):
    values = Prepared(
        lambda: Group.objects.filter(slug=Slot("slug")).values("slug").annotate(people=Count("memberships"))
    )
    assert values.all(slug="g1") == [{"slug": "g1", "people": 0}]


def test_a_number_no_row_can_have_is_not_even_asked_for(django_assert_num_queries):
    by_key = Prepared(lambda: Group.objects.filter(pk=Slot("pk")))
    with django_assert_num_queries(0):
        assert by_key.all(pk=10**30) == []


def test_values_are_values_and_never_sql(three: list[Group]):
    assert by_slug.first(slug="' OR 1=1 --") is None


@pytest.mark.django_db(transaction=True)
def test_each_thread_compiles_for_its_own_connection(three: list[Group]):
    found = [by_slug.first(slug="g1")]

    def ask() -> None:
        from django.db import connection

        found.append(by_slug.first(slug="g1"))
        connection.close()

    other = Thread(target=ask)
    other.start()
    other.join()
    assert len(found) == 2
