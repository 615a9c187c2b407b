"""Bringing an archive in on the web: choose files, see what they hold, import, watch, cancel, undo. For a group's owners."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from archive.actions import quarantine as quarantine_actions
from archive.actions import uploads
from archive.actions.transfers import UNDER_WAY, TransferRefused, ask_for_undo, cancel, try_again
from archive.actions.uploads import Announced
from archive.models import Quarantined, Transfer, TransferState
from archive.tasks import run_transfer
from groups.access import Visit, person, visit_as_owner

LARGEST_EDITABLE = 1024 * 1024  # bytes of a letter that a form takes
SHOWN = 200_000  # bytes shown of one that it does not


def _ring(transfer: Transfer) -> None:
    """Wake a worker once the change is committed; if the bell is broken, the sweep finds the transfer."""
    transaction.on_commit(lambda: run_transfer.delay(transfer.pk), robust=True)


def _page(request: HttpRequest, template: str, visit: Visit, **context: Any) -> HttpResponse:
    return render(request, f"archive/transfers/{template}", {"visit": visit, "tab": "import", **context})


def _transfer(visit: Visit, pk: int) -> Transfer:
    return get_object_or_404(Transfer.objects.select_related("group", "owner"), pk=pk, group=visit.group)


def _plain_refusal(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show the sentence of a refusal above the page people came from."""

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, slug, *args, **kwargs)
        except TransferRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("import-detail", slug, kwargs["pk"]) if "pk" in kwargs else redirect("import", slug)

    return guarded


@never_cache
@require_http_methods(["GET", "POST"])
@_plain_refusal
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Imports so far, and the form to begin one."""
    visit = visit_as_owner(request, slug, related=("archive",))
    if request.method == "POST":
        return _begin(request, visit)
    transfers = list(visit.group.transfers.select_related("owner").order_by("-pk")[:50])
    waiting = Quarantined.objects.filter(group=visit.group, state=Quarantined.State.WAITING).count()
    return _page(request, "index.html", visit, transfers=transfers, offered=uploads.offered_files(), waiting=waiting)


def _begin(request: HttpRequest, visit: Visit) -> HttpResponse:
    by = person(request)
    assert by is not None  # visit_as_owner let them in
    chosen = request.POST.getlist("offered")
    if chosen:
        transfer = uploads.take_offered(group=visit.group, by=by, names=chosen)
    else:
        files = [
            (file.name or "archive", file.size or 0, file.file)
            for file in request.FILES.getlist("files")
            if file.file is not None
        ]
        transfer = uploads.take_uploaded(group=visit.group, by=by, files=files)
    _ring(transfer)
    return redirect("import-detail", visit.group.slug, transfer.pk)


@require_POST
def upload_begin(request: HttpRequest, slug: str) -> JsonResponse:
    """Announce files: {"files": [{"name", "size"}]} -> {"id", "received": [bytes already there]}."""
    visit = visit_as_owner(request, slug)
    by = person(request)
    assert by is not None
    announced = _announced(request)
    if announced is None:
        return JsonResponse({"error": _("The list of files could not be read.")}, status=400)
    try:
        transfer = uploads.begin_upload(group=visit.group, by=by, files=announced)
    except TransferRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    return JsonResponse({"id": transfer.pk, "received": uploads.received(transfer)})


def _announced(request: HttpRequest) -> list[Announced] | None:
    try:
        files = json.loads(request.body)["files"]
        announced = [Announced(str(file["name"])[:200], int(file["size"])) for file in files]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, OSError):
        return None
    return None if any(file.size < 0 for file in announced) else announced


@require_POST
def upload_piece(request: HttpRequest, slug: str, pk: int, index: int) -> JsonResponse:
    """Append the body at ?offset=; answers {"received": bytes now there}, from where the browser goes on."""
    visit = visit_as_owner(request, slug)
    try:
        offset = int(request.GET.get("offset", ""))
        there = uploads.append(_transfer(visit, pk), index, offset, request)  # type: ignore[arg-type]
    except ValueError:
        return JsonResponse({"error": _("Say at which byte the piece begins.")}, status=400)
    except TransferRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    return JsonResponse({"received": there})


@require_POST
def upload_end(request: HttpRequest, slug: str, pk: int) -> JsonResponse:
    """Every piece is there: look through the files."""
    visit = visit_as_owner(request, slug)
    transfer = _transfer(visit, pk)
    try:
        uploads.upload_done(transfer)
    except TransferRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    _ring(transfer)
    return JsonResponse({"ok": True})


@never_cache
@require_GET
def detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One import: progress while it runs, what was found, what can be done next. htmx asks for the fragment alone."""
    visit = visit_as_owner(request, slug, related=("archive",))
    transfer = _transfer(visit, pk)
    fragment = bool(request.headers.get("HX-Request"))
    under_way = transfer.state in UNDER_WAY
    template = "_status.html" if fragment else "detail.html"
    context = {"transfer": transfer, "under_way": under_way, "rate": _rate(transfer), "left": _left(transfer)}
    if transfer.state == TransferState.UPLOADING:
        context["arrived"] = sum(uploads.received(transfer))
    elif transfer.state == TransferState.UNDOING:
        context["remaining"] = transfer.letters.count()
    return _page(request, template, visit, **context)


def _rate(transfer: Transfer) -> int:
    """Letters a second."""
    return round(transfer.messages / transfer.seconds) if transfer.seconds else 0


def _left(transfer: Transfer) -> str:
    """How long it still takes, in words; "" where that cannot be told yet."""
    if not (transfer.seconds and transfer.done_bytes and transfer.total_bytes > transfer.done_bytes):
        return ""
    seconds = transfer.seconds * (transfer.total_bytes - transfer.done_bytes) / transfer.done_bytes
    if seconds < 90:
        count = max(1, round(seconds))
        return ngettext("%(count)s second", "%(count)s seconds", count) % {"count": count}
    if seconds < 5400:
        count = round(seconds / 60)
        return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}
    count = round(seconds / 3600)
    return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}


@require_POST
@_plain_refusal
def start(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Import what was looked through, or go on with what an error stopped."""
    transfer = _transfer(visit_as_owner(request, slug), pk)
    if transfer.state == TransferState.FAILED:
        try_again(transfer)
    else:
        uploads.start_checked(transfer)
    _ring(transfer)
    return redirect("import-detail", slug, pk)


@require_POST
@_plain_refusal
def stop(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    transfer = _transfer(visit_as_owner(request, slug), pk)
    if cancel(transfer) == "already over":
        raise TransferRefused(_("This import is over already."))
    return redirect("import-detail", slug, pk)


@require_POST
@_plain_refusal
def undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    transfer = _transfer(visit_as_owner(request, slug), pk)
    ask_for_undo(transfer)
    _ring(transfer)
    return redirect("import-detail", slug, pk)


@never_cache
@require_GET
def quarantine(request: HttpRequest, slug: str) -> HttpResponse:
    """Letters that could not be read, newest first, 50 a page by key: those that wait, or (`of=decided`) the others."""
    visit = visit_as_owner(request, slug, related=("archive",))
    decided = request.GET.get("of") == "decided"
    states = [Quarantined.State.RELEASED, Quarantined.State.DISMISSED] if decided else [Quarantined.State.WAITING]
    items = (
        Quarantined.objects.filter(group=visit.group, state__in=states)
        .select_related("transfer")
        .defer("raw")
        .order_by("-pk")
    )
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        items = items.filter(pk__lt=int(before))
    page = list(items[:51])
    more = page[49].pk if len(page) > 50 else None
    return _page(request, "quarantine.html", visit, items=page[:50], more=more, decided=decided)


@never_cache
@require_http_methods(["GET", "POST"])
def quarantined(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One letter in quarantine: why, where it stood, its source to mend, and what to do with it."""
    visit = visit_as_owner(request, slug, related=("archive",))
    item = Quarantined.objects.select_related("transfer", "group").filter(pk=pk, group=visit.group).first()
    if item is None:
        raise Http404(_("There is no such letter in quarantine."))
    text = _editable(item.raw_bytes)
    if request.method == "POST":
        try:
            _decide(request, item, text)
        except TransferRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("quarantined", slug, pk)
        return redirect("quarantine", slug)
    shown = text if text is not None else item.raw_bytes[:SHOWN].decode("latin-1").replace("\0", "\ufffd")
    return _page(request, "quarantined.html", visit, item=item, text=shown, editable=text is not None)


def _editable(raw: bytes) -> str | None:
    """The letter as text, where a form can give it back byte for byte but for line ends; None otherwise."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text or len(raw) > LARGEST_EDITABLE else text


def _decide(request: HttpRequest, item: Quarantined, text: str | None) -> None:
    if request.POST.get("decision") == "dismiss":
        quarantine_actions.dismiss(item)
        messages.success(request, _("Left out. It stays here, marked as dismissed."))
        return
    stored = quarantine_actions.release(item, _mended(request.POST.get("raw", ""), text))
    if stored.letters:
        messages.success(request, _("The letter is in the archive now."))
    else:
        messages.info(request, _("That letter was in the archive already."))


def _mended(given: str, text: str | None) -> bytes | None:
    """What the owner changed the letter to; None where they left it as it was, so that it stays as it came to the byte.
    Browsers send every line end as CR LF, and drop one at the beginning."""
    if text is None or not given.strip():
        return None
    sent, shown = (value.replace("\r\n", "\n").replace("\r", "\n") for value in (given, text))
    return None if sent.removeprefix("\n") == shown.removeprefix("\n") else sent.encode("utf-8", "replace")
