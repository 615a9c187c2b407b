"""The threads of a group, latest activity first."""

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from archive.actions.marks import mark_group_read
from archive.actions.topics import MOST_PINNED
from archive.models import Thread
from archive.reading import Reading, open_archive, reads_archive, show
from archive.unread import count_new, marks_of, with_marks
from archive.views.hashtags import put_on
from common.paging import page_of
from common.prepared import Prepared, Slot
from common.text import number_in

TOPICS_A_PAGE = 50  # beside those that are pinned, which stand above the first page


def _newest_first(staging: tuple[int, ...], marked: bool) -> QuerySet[Thread]:
    threads = Thread.objects.filter(group=Slot("group"), pinned=False).outside(staging)
    threads = with_marks(threads, Slot("user")) if marked else threads
    return threads.order_by("-last_at", "-id")[: TOPICS_A_PAGE + 1]


_latest = Prepared(_newest_first)


def _latest_of(reading: Reading) -> list[Thread]:
    """The page that is asked for most."""
    marked = {"user": reading.user.pk} if reading.user is not None else {}
    return _latest.all(reading.staging, bool(marked), group=reading.group.pk, **marked)


@require_safe
@reads_archive
def topics(request: HttpRequest, reading: Reading) -> HttpResponse:
    threads = reading.threads if reading.user is None else with_marks(reading.threads, reading.user)
    loose = threads.filter(pinned=False)
    page = page_of(loose, request.GET, field="last_at", size=TOPICS_A_PAGE, first=lambda: _latest_of(reading))
    if not page.previous:
        page.rows[:0] = threads.filter(pinned=True).order_by("-last_at", "-id")[:MOST_PINNED]
    if reading.user is not None:
        new = count_new(page.rows, marks_of(reading.user, reading.group), reading.archive, reading.user)
        for thread in page.rows:
            thread.new = new.get(thread.pk, 0)
    if reading.group.uses_hashtags:
        put_on(page.rows)
    return show(request, reading, "topics.html", tab="topics", page=page)


@require_POST
@login_required
def mark_all_read(request: HttpRequest, slug: str) -> HttpResponse:
    """Reads up to `number`, the latest letter when the page was made: what came since stays new."""
    reading = open_archive(request, slug)
    asked = number_in(request.POST.get("number", ""))
    number = reading.last_number if asked is None else min(asked, reading.last_number)
    mark_group_read(user=reading.user, group=reading.group, number=number)  # type: ignore[arg-type]
    notices.success(request, _("All letters are marked as read."))
    return redirect("topics", slug)
