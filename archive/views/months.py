"""Letters by month: all years at a glance, and one month with a heat map of its days. Months are those of UTC."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from archive.heat import MonthMap, YearGrid
from archive.models import Day, Message
from archive.moments import month as month_of
from archive.reading import Reading, reads_archive, show
from common.paging import Page, page_of
from common.prepared import Prepared, Slot

THREADS_A_PAGE = LETTERS_A_PAGE = 100
LETTER_FIELDS = (
    "number",
    "message_id",
    "subject",
    "from_name",
    "from_address",
    "sent_at",
    "utc_offset",
    "date_raw",
    "date_source",
    "snippet",
    "attachment_count",
)


@require_safe
@reads_archive
def months(request: HttpRequest, reading: Reading) -> HttpResponse:
    return show(request, reading, "months.html", tab="months", grid=YearGrid(reading.archive.months))


@require_safe
@reads_archive
def month(request: HttpRequest, reading: Reading, year: str, month: str) -> HttpResponse:
    first, end = bounds(year, month)
    letters = reading.messages.filter(sent_at__gte=first, sent_at__lt=end)
    day = _day(request.GET.get("day", ""), first)
    if day is not None:
        letters = letters.filter(sent_at__gte=day, sent_at__lt=day + timedelta(days=1))
    by_date = day is not None or request.GET.get("by") == "date"
    days = Day.objects.filter(group=reading.group, date__gte=first.date(), date__lt=end.date(), count__gt=0)
    return show(
        request,
        reading,
        "month.html",
        tab="months",
        first=first,
        day=day,
        by_date=by_date,
        page=letters_page(request, letters) if by_date else threads_page(request, reading, first, end),
        map=MonthMap(first.date(), dict(days.values_list("date", "count")), chosen=day.date() if day else None),
        around=_around(reading, first),
    )


def bounds(year: str, month: str) -> tuple[datetime, datetime]:
    """The first moment of a month and of the one after it. Http404 for the year 0."""
    try:
        first = datetime(int(year), int(month), 1, tzinfo=UTC)
        return first, first + timedelta(days=monthrange(first.year, first.month)[1])
    except (ValueError, OverflowError):
        raise Http404(_("There is no such month.")) from None


def letters_page(request: HttpRequest, letters: QuerySet[Message]) -> Page:
    """In the order they were written, as one reads a month."""
    return page_of(letters.only(*LETTER_FIELDS), request.GET, field="sent_at", size=LETTERS_A_PAGE, descending=False)


def threads_page(request: HttpRequest, reading: Reading, first: datetime, end: datetime) -> Page:
    """Threads with a letter in the month, the latest first, with how many of their letters are of the month."""
    given = {"group": reading.group.pk, "first": first, "end": end}
    return page_of(
        threads_of(reading.messages.filter(sent_at__gte=first, sent_at__lt=end)),
        request.GET,
        field="latest",
        key="thread_id",
        size=THREADS_A_PAGE,
        first=lambda: _first_page.all(reading.staging, **given),
    )


def threads_of(letters: QuerySet[Message]) -> QuerySet[Any, Any]:
    """The threads that these letters are of, with how many they are and the moment of the latest."""
    threads = letters.order_by().values(
        "thread_id", "thread__number", "thread__subject", "thread__starter", "thread__message_count"
    )
    return threads.annotate(letters=Count("id"), latest=Max("sent_at"))


def _latest_threads(staging: tuple[int, ...]) -> QuerySet[Any, Any]:
    month = Message.objects.filter(group=Slot("group"), sent_at__gte=Slot("first"), sent_at__lt=Slot("end"))
    return threads_of(month.outside(staging)).order_by("-latest", "-thread_id")[: THREADS_A_PAGE + 1]


_first_page = Prepared(_latest_threads)


def _day(asked: str, first: datetime) -> datetime | None:
    try:
        return first.replace(day=int(asked))
    except (ValueError, OverflowError):
        return None


def _around(reading: Reading, first: datetime) -> dict[str, tuple[str, str]]:
    """(address, name) of the nearest months with letters, before and after."""
    here = (first.year, first.month)
    known = [(year, month) for year, month, _count in reading.archive.months]
    near = {
        "before": [month for month in known if month < here][-1:],
        "after": [month for month in known if month > here][:1],
    }
    return {
        side: (reverse("month", args=[reading.slug, f"{year:04}", f"{month:02}"]), month_of(date(year, month, 1)))
        for side, places in near.items()
        for year, month in places
    }
