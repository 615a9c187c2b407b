"""The operations page of the panel: how the site is, what failed, and pictures over time."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from common.panel import audit, pages
from common.text import number_in
from mail.inbound import pipeline
from mail.operations import pictures, troubles, words
from mail.operations.measuring import MOST_COUNTED
from mail.operations.models import Trouble
from mail.operations.state import FAILURES_SHOWN, State

TROUBLES_SHOWN = 10
OUTCOMES = (
    ("received", "Received"),
    ("archived", "Archived and sent on"),
    ("held", "Held for a moderator"),
    ("rejected", "Sent back"),
    ("discarded", "Dropped"),
    ("command", "Commands"),
    ("bounce", "Reports that came in"),
    ("failed", "Set aside: our code failed"),
    ("sent", "Copies sent"),
    ("refused", "Copies refused for good"),
    ("returned", "Copies that came back"),
)
QUEUES = (
    ("in_waiting", "in_oldest", "Letters in, not judged yet"),
    ("held_waiting", "held_oldest", "Held for moderators"),
    ("failed_waiting", "failed_oldest", "Set aside"),
    ("out_waiting", "out_overdue", "Copies to send (overdue by)"),
    ("index_jobs", "index_lag", "Changes the search index still has to learn"),
)


def may_see_letters(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_superuser or user.has_perm("mail.view_inbound"))


@require_http_methods(["GET", "HEAD", "POST"])
def operations(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        return _replay(request)
    state = State()
    chosen = request.GET.get("range", "")
    chosen = chosen if chosen in pictures.RANGES else "day"
    return pages.render(request, "panel/operations.html", "Operations", {**_now(request, state), **_over_time(chosen)})


def _now(request: HttpRequest, state: State) -> dict[str, Any]:
    ago = state.measured_ago
    return {
        "problems": troubles.problems(state),
        "kinds": state.kinds,
        "broker_trouble": state.broker_trouble,
        "measured_ago": words.span(max(0.0, ago)) if ago is not None else "",
        "is_measuring": state.is_measuring,
        "queues": [_queue(state.waiting, *each) for each in QUEUES],
        "on_disk": state.waiting["on_disk"],
        "suspended": state.suspended_mailboxes,
        "sizes": _sizes(state.sizes),
        "sees_letters": may_see_letters(request),
        "failures": state.failures if may_see_letters(request) else [],
        "failed": state.waiting["failed_waiting"],
        "failures_shown": FAILURES_SHOWN,
        "may_replay": bool(request.user.is_superuser),
        "past_troubles": _past_troubles(),
    }


def _over_time(chosen: str) -> dict[str, Any]:
    last_day = pictures.lately()
    totals = pictures.totals(last_day)
    rows = [
        (name, [words.count(total.values.get(key, 0)) if total.measured else "–" for total in totals])
        for key, name in OUTCOMES
    ]
    return {
        "totals": totals,
        "outcomes": rows,
        "ranges": [(key, each.title, key == chosen) for key, each in pictures.RANGES.items()],
        "pictures": pictures.pictures(chosen, last_day=last_day),
    }


def _queue(waits: dict[str, Any], count: str, oldest: str, title: str) -> tuple[str, str, str]:
    number = waits[count]
    said = f"more than {words.count(MOST_COUNTED)}" if number >= MOST_COUNTED else words.count(number)
    return title, said, words.span(waits[oldest]) if number and waits[oldest] >= 1 else ""


def _sizes(found: dict[str, int]) -> list[tuple[str, str]]:
    return [
        ("Database", words.size(found["database"])),
        ("Search index", words.size(found["index"])),
        ("Spool on the disk", words.size(found["spool"])),
        ("Free disk", f"{words.size(found['disk_free'])} of {words.size(found['disk_total'])}"),
    ]


def _past_troubles() -> list[tuple[Trouble, str]]:
    rows = Trouble.objects.order_by("-began_at")[:TROUBLES_SHOWN]
    return [(row, words.span((row.ended_at - row.began_at).total_seconds()) if row.ended_at else "") for row in rows]


def _replay(request: HttpRequest) -> HttpResponse:
    """`one`: key of a letter; else those ticked as `pick`; `do=all`: all that failed."""
    if not request.user.is_superuser:
        messages.error(request, "Only superusers try letters again.")
        return redirect("admin:operations")
    everything = request.POST.get("do") == "all"
    chosen = [request.POST["one"]] if "one" in request.POST else request.POST.getlist("pick")
    keys = [key for key in map(number_in, chosen[:1000]) if key]
    count = _replayed(request, None if everything else keys) if everything or keys else 0
    if count:
        messages.success(request, f"{words.plural(count, 'letter is', 'letters are')} tried again.")
    else:
        messages.info(request, "Nothing was tried again: none was chosen, or somebody has done it.")
    return redirect("admin:operations")


@transaction.atomic
def _replayed(request: HttpRequest, keys: Sequence[int] | None) -> int:
    count = pipeline.replay(keys)
    if count:
        about = "every letter set aside" if keys is None else ", ".join(map(str, keys))[:300]
        audit.record(request, "tried again", f"Inbound {about}", {"letters": [count, 0]})
    return count
