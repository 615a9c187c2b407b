"""Adding members on an owner's word: paste or upload, look at what is in it, add, watch, take back."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common.ratelimit import allowed
from groups.access import Visit
from groups.actions.adding import NotAdded, ask_for_undo, begin, judged, read_differently, room_today, start
from groups.models import Batch, BatchState, Consent, Delivery, Role
from groups.pasted import Pasted, understand
from groups.tables import (
    COLUMNS,
    DELIMITERS,
    ENCODINGS,
    LARGEST,
    MOST_COLUMNS,
    Reading,
    Row,
    Unreadable,
    headings_of,
)
from mail.commands import adding as commands
from mail.web.members.frame import page, visit_for_owners

SHOWN = 20
BATCHES_SHOWN = 20
UPLOADS_AN_HOUR = 30
UNDER_WAY = (BatchState.WAITING, BatchState.ADDING, BatchState.UNDOING)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    visit, by = visit_for_owners(request, slug)
    problem = ""
    if request.method == "POST":
        if not allowed("member files", by.pk, limit=UPLOADS_AN_HOUR, seconds=3600):
            problem = _("You have looked at many files within an hour. Try again a little later.")
        else:
            try:
                batch = _take(request, visit, by)
            except Unreadable as error:
                problem = str(error)
            else:
                return redirect("members-batch", slug, batch.pk)
    batches = visit.group.batches.exclude(state=BatchState.PREVIEW).defer("packed").order_by("-pk")[:BATCHES_SHOWN]
    context: dict[str, Any] = {"batches": batches, "problem": problem, "text": request.POST.get("people", "")[:500_000]}
    return page(request, "add", visit, "add", status=400 if problem else 200, **context)


def _take(request: HttpRequest, visit: Visit, by: User) -> Batch:
    file = request.FILES.get("file")
    visit.group.batches.filter(by=by, state=BatchState.PREVIEW).delete()  # looked at, and left
    if file is None:
        understood = understand(request.POST.get("people", ""))
        if not understood.people:
            raise Unreadable(_("There is no address in it."))
        return begin(group=visit.group, by=by, content=as_table(understood.people))
    if (file.size or 0) > LARGEST:
        raise Unreadable(
            _("The file is larger than %(size)s MB. Cut it into several.") % {"size": LARGEST // 1024 // 1024}
        )
    return begin(group=visit.group, by=by, content=file.read(), name=file.name or "members.csv")


def as_table(people: list[Pasted]) -> bytes:
    lines = ["address\tname", *(f"{each.address}\t{each.name.replace(chr(34), '')}" for each in people)]
    return "\n".join(lines).encode()


def _batch(visit: Visit, pk: int) -> Batch:
    return get_object_or_404(Batch.objects.select_related("group", "by"), pk=pk, group=visit.group)


@require_safe
def batch(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Before: what is in it. While and after: how far it is, and what was left out. htmx asks for the fragment alone."""
    visit, _by = visit_for_owners(request, slug)
    found = _batch(visit, pk)
    if found.state == BatchState.PREVIEW:
        return _preview(request, visit, found)
    context: dict[str, Any] = {
        "batch": found,
        "under_way": found.state in UNDER_WAY,
        "left_out": sorted((_(why), count) for why, count in found.report.items()),  # kept in English
    }
    template = "_batch" if request.headers.get("HX-Request") else "batch"
    return page(request, template, visit, "add", **context)


def _preview(request: HttpRequest, visit: Visit, found: Batch, problem: str = "") -> HttpResponse:
    reading = Reading.from_json(found.reading)
    rows: list[Row] = []
    try:
        rows = judged(found)
    except Unreadable as error:
        problem = str(error)
    good = sum(not row.problem for row in rows)
    headings = headings_of(found.content, reading)
    wide = [*reading.columns, *[""] * MOST_COLUMNS]
    context: dict[str, Any] = {
        "batch": found,
        "problem": problem,
        "reading": reading,
        "total": len(rows),
        "good": good,
        "left_out": Counter(row.problem for row in rows if row.problem).most_common(),
        "tallies": _tallies(rows),
        "columns": list(zip(headings, wide, strict=False)),
        "shown": _sample(rows),
        "kinds": COLUMNS.items(),
        "encodings": ENCODINGS.items(),
        "delimiters": DELIMITERS.items(),
        "consents": Consent.choices,
        "room": room_today(found),
    }
    return page(request, "preview", visit, "add", **context)


def _sample(rows: list[Row]) -> list[Row]:
    """The first rows, and some of those that are left out."""
    first = rows[:SHOWN]
    return [*first, *[row for row in rows[SHOWN:] if row.problem][:SHOWN]]


def _tallies(rows: list[Row]) -> list[tuple[str, int]]:
    """What the owner may not have meant: roles, and what is not the usual."""
    good = [row for row in rows if not row.problem]
    roles = Counter(row.role for row in good if row.role != "member")
    deliveries = Counter(row.delivery for row in good if row.delivery != "every")
    said = {**dict(Role.choices), **dict(Delivery.choices)}
    return [(said[value].lower(), count) for value, count in (*roles.items(), *deliveries.items())]


@require_POST
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`what`: look (read it as the form says), start, or undo."""
    visit, by = visit_for_owners(request, slug)
    found = _batch(visit, pk)
    act = ACTS.get(request.POST.get("what", ""))
    if act is None:
        raise Http404("There is no such decision.")
    try:
        act(request, found, by)
    except NotAdded as error:
        messages.error(request, str(error))
    return redirect("members-batch", slug, pk)


def _look(request: HttpRequest, found: Batch, by: User) -> None:
    read_differently(found, _reading(request.POST, found))


def _reading(post: Any, found: Batch) -> Reading:
    before = Reading.from_json(found.reading)
    given = [post.get(f"column-{place}", "") for place in range(MOST_COLUMNS) if f"column-{place}" in post]
    columns: list[str] = []
    for column in given:
        columns.append(column if column in COLUMNS and column not in columns else "")
    encoding, delimiter = post.get("encoding", ""), post.get("delimiter", "")
    return Reading(
        encoding if encoding in ENCODINGS else before.encoding,
        delimiter if delimiter in DELIMITERS else before.delimiter,
        post.get("heading") == "yes",
        tuple(columns) if columns else before.columns,
        post.get("day_first") == "yes",
    )


def _start(request: HttpRequest, found: Batch, by: User) -> None:
    with transaction.atomic():
        start(found, by=by, consent=request.POST.get("consent", ""), words=request.POST.get("consent_words", ""))
        commands.wake()


def _undo(request: HttpRequest, found: Batch, by: User) -> None:
    with transaction.atomic():
        if not ask_for_undo(found, by=by):
            raise NotAdded("This cannot be taken back now.")
        commands.wake()


ACTS = {"look": _look, "start": _start, "undo": _undo}
