"""The log of a group, for those who may read it: who did what, when and why; on pages and as a file."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.paging import page_of
from common.sentences import as_kept
from groups.access import visit_with
from groups.models import Action, Group, LogEntry, Right

ENTRIES_A_PAGE = 60
PARTS = {
    "queue": _("The queue"),
    "member": _("Members"),
    "letter": _("Letters in the archive"),
    "topic": _("Topics"),
    "poll": _("Polls"),
    "group": _("The group itself"),
}
COLUMNS = ("at", "by", "action", "about", "reason", "details", "address")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@never_cache
@require_safe
def log(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_with(request, slug, Right.LOG)
    entries = _found(visit.group, request)
    page = page_of(entries, request.GET, field="id", size=ENTRIES_A_PAGE, by_number=True)
    context = {
        "visit": visit,
        "tab": "moderation",
        "page": page,
        "parts": PARTS,
        "asked": {name: request.GET.get(name, "") for name in ("part", "who", "from", "to")},
        "query": request.GET.urlencode(),
    }
    return render(request, "groups/log.html", context)


def _found(group: Group, request: HttpRequest) -> "QuerySet[LogEntry]":
    part, who, since, until = (request.GET.get(name, "") for name in ("part", "who", "from", "to"))
    return entries_of(group, part=part, who=who, since=since, until=until)


def entries_of(
    group: Group, *, part: str = "", who: str = "", since: str = "", until: str = ""
) -> "QuerySet[LogEntry]":
    """The log, narrowed by a key of PARTS, words in names, the first and the last day; what is none of these narrows nothing."""
    entries = LogEntry.objects.filter(group=group)
    if part in PARTS:
        entries = entries.filter(action__in=[value for value in Action.values if value.startswith(f"{part}.")])
    who = " ".join(who.replace("\0", "").split())[:100]
    if who:
        entries = entries.filter(Q(by_name__icontains=who) | Q(about_name__icontains=who))
    first, last = _day(since), _day(until)
    if first:
        entries = entries.filter(at__gte=_midnight(first))
    if last:
        entries = entries.filter(at__lt=_midnight(last + timedelta(days=1)))
    return entries


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and 1970 <= found.year < 9000 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@never_cache
@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The same entries as CSV, newest first, all of them."""
    visit = visit_with(request, slug, Right.LOG)
    lines = _lines(_found(visit.group, request).order_by("-id"))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{visit.group.slug}-log.csv"'
    return response


class _Echo:
    def write(self, line: str) -> str:
        return line


def _lines(entries: "QuerySet[LogEntry]") -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    said = {action.value: as_kept(action.label) for action in Action}
    for entry in entries.iterator(2000):
        yield writer.writerow([_cell(value) for value in _values(entry, said.get(entry.action, entry.action))])


def _values(entry: LogEntry, what: str) -> list[Any]:
    who = entry.by_name or "Posthouse"
    return [entry.at.isoformat(), who, what, entry.about_name, entry.reason, entry.details or "", entry.url]


def _cell(value: object) -> str:
    """Spreadsheets run what begins like a formula: such a cell is made text."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
