"""The moderators' queue: one list for each group and one across all that somebody moderates, and a page for each thing."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from groups.access import OwnersOnly, Visit, person, standing_of, visit_as_moderator
from groups.models import Answer, Membership, ModeratorMail, Posting, Right, Waiting
from groups.moderation import deciding, queue
from groups.moderation.deciding import MOST_AT_ONCE, NotAllowed
from groups.moderation.queue import Filters, Part
from groups.moderation.registry import KINDS, choices_for, kind_of, kinds_seen_by
from groups.permissions import Standing
from groups.queue_rows import Row, record_of

LONGEST_WORDS = 2000
BULK = ("approve", "reject", "discard", "spam")


def visit_queue(request: HttpRequest, slug: str) -> Visit:
    """Fetch a group for somebody who decides about something in it."""
    visit = visit_as_moderator(request, slug)
    if not kinds_seen_by(visit.standing) and not (visit.may(Right.RULES) or visit.may(Right.LOG)):
        raise OwnersOnly(
            _("This needs a right that the group’s owners give: to decide about letters, requests or reports.")
        )
    return visit


def reader_of(request: HttpRequest) -> User:
    reader = person(request)
    assert reader is not None
    return reader


@never_cache
@require_safe
def one_group(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_queue(request, slug)
    reader = reader_of(request)
    mine = visit.group.memberships.filter(user=reader).first()
    context = {
        **_listed(request, reader, [Part(visit.group, visit.standing)]),
        "visit": visit,
        "tab": "moderation",
        "mine": mine,
        "mail_choices": ModeratorMail.choices,
    }
    return render(request, "groups/moderation/group.html", context)


@never_cache
@login_required
@require_safe
def all_groups(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    parts = queue.parts_of(reader)
    wanted = request.GET.get("group", "")
    chosen = [part for part in parts if part.group.slug == wanted] or parts
    context = {**_listed(request, reader, chosen), "parts": parts, "wanted": wanted if len(chosen) == 1 else ""}
    return render(request, "groups/moderation/all.html", context)


def _listed(request: HttpRequest, reader: User, parts: list[Part]) -> dict[str, Any]:
    filters = Filters.read(request.GET)
    page = queue.page(parts, filters, reader, request.GET)
    standings = {part.group.pk: part.standing for part in parts}
    records = _records(page.rows)
    behind = [row.pk for row in page.rows[1:]] + [0]  # where the reader goes on after deciding
    seen = {name for part in parts for name in kinds_seen_by(part.standing)}
    count = queue.count(parts, filters, reader)
    return {
        "page": page,
        "rows": [
            _row(row, standings[row.group_id], records.get((row.group_id, row.person_id)), reader, then)
            for row, then in zip(page.rows, behind, strict=False)
        ],
        "count": min(count, queue.MOST_COUNTED),
        "is_more": count > queue.MOST_COUNTED,
        "filters": filters,
        "kinds": [kind for kind in KINDS.values() if kind.name in seen],
        "here": request.get_full_path(),
    }


def _records(rows: list[Waiting]) -> dict[tuple[int, int | None], Membership]:
    """The memberships of those whose things wait. One query."""
    people = {row.person_id for row in rows} - {None}
    if not people:
        return {}
    found = Membership.objects.filter(user__in=people, group__in={row.group_id for row in rows}).select_related("user")
    return {(row.group_id, row.user_id): row for row in found}


def _row(waiting: Waiting, standing: Standing, record: Membership | None, reader: User, then: int = 0) -> Row:
    kind = kind_of(waiting)
    return Row(
        waiting,
        kind,
        record,
        choices_for(kind, standing, can_be_trusted=_can_be_trusted(record)),
        in_others_hands=queue.in_others_hands(waiting, reader),
        is_mine=waiting.is_claimed and waiting.claimed_by_id == reader.pk,
        then=then,
    )


def _can_be_trusted(record: Membership | None) -> bool:
    return record is not None and record.posting != Posting.TRUSTED


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visit = visit_queue(request, slug)
    waiting = find_waiting(visit, pk)
    if request.method == "POST":
        return _decide(request, visit, waiting)
    return render(request, "groups/moderation/item.html", _shown(request, visit, waiting))


def find_waiting(visit: Visit, pk: int) -> Waiting:
    rows = Waiting.objects.select_related("claimed_by", "settled_by")
    waiting = rows.filter(pk=pk, group=visit.group).first()
    if waiting is None or waiting.kind not in kinds_seen_by(visit.standing):
        raise Http404("There is no such thing in the queue.")
    waiting.group = visit.group
    return waiting


def _shown(request: HttpRequest, visit: Visit, waiting: Waiting) -> dict[str, Any]:
    kind = kind_of(waiting)
    reader = reader_of(request)
    record = _records([waiting]).get((waiting.group_id, waiting.person_id))
    row = _row(waiting, visit.standing, record, reader)
    template, detail = kind.show(waiting, visit)
    others = Waiting.objects.open().filter(group=visit.group, who=waiting.who).exclude(pk=waiting.pk)
    return {
        **detail,
        "waiting": waiting,
        "kind": kind,
        "record": record,
        "record_words": record_of(record),
        "choices": row.choices,
        "in_others_hands": row.in_others_hands,
        "is_mine": row.is_mine,
        "visit": visit,
        "tab": "moderation",
        "template": template,
        "said": choice.said if (choice := kind.choice(waiting.outcome)) else "",
        "others_waiting": others[:100].count() if waiting.who else 0,
        "notes": list(waiting.notes.order_by("pk")),
        "answers": list(visit.group.answers.order_by("title")) if waiting.is_open else [],
        "closes_at": waiting.since + timedelta(days=visit.group.wait_days) if kind.expire else None,
    }


def _decide(request: HttpRequest, visit: Visit, waiting: Waiting) -> HttpResponse:
    reader = reader_of(request)
    name = request.POST.get("decision", "")
    back = _back(request, waiting)
    if waiting.is_open and queue.in_others_hands(waiting, reader):
        messages.info(request, _("%(name)s is at it. Take it over first.") % {"name": waiting.claimed_by})
        return redirect("moderation-item", visit.group.slug, waiting.pk)
    following = _following(request, visit, waiting, reader)
    try:
        done = deciding.decide(waiting, name, by=reader, standing=visit.standing, words=_words(request, visit))
    except NotAllowed as error:
        raise Http404(str(error)) from None
    if not done:
        messages.info(request, _("Somebody else has decided about it already."))
        return redirect("moderation-item", visit.group.slug, waiting.pk)
    choice = kind_of(waiting).choice(name)
    messages.success(request, choice.said if choice is not None else _("Done."))
    return redirect(back or following)


def _words(request: HttpRequest, visit: Visit) -> str:
    """What was written, else the saved answer that was chosen."""
    own = request.POST.get(f"words-{request.POST.get('decision', '')}", "")
    words = (own or request.POST.get("words", "")).replace("\0", "").strip()[:LONGEST_WORDS]
    chosen = request.POST.get("answer", "")
    if words or not chosen.isdigit():
        return words
    answer = Answer.objects.filter(group=visit.group, pk=int(chosen[:18])).first()
    return answer.text if answer is not None else ""


def _back(request: HttpRequest, waiting: Waiting) -> str:
    """To the list it was decided on, at the one that stood behind it; "" where it was decided on its own page."""
    back = request.POST.get("next", "")
    if not back or not url_has_allowed_host_and_scheme(back, None):
        return ""
    anchor = request.POST.get("then", "")
    return f"{back}#w{anchor}" if anchor.isdigit() else back


def _following(request: HttpRequest, visit: Visit, waiting: Waiting, reader: User) -> str:
    """The page of the one that has waited next longest, else of the longest; the list where none is left."""
    rows = (
        Part(visit.group, visit.standing)
        .rows(Filters(quiet=bool(waiting.quiet), claimed="free"), reader)
        .exclude(pk=waiting.pk)
    )
    ids = rows.order_by("since", "id").values_list("pk", flat=True)
    found = ids.filter(since__gte=waiting.since).first() or ids.first()
    return (
        reverse("moderation-item", args=[visit.group.slug, found])
        if found
        else reverse("moderation", args=[visit.group.slug])
    )


@never_cache
@login_required
@require_POST
def decide_many(request: HttpRequest) -> HttpResponse:
    """One decision about everything that was ticked, in any of the groups this person moderates."""
    reader = reader_of(request)
    back = request.POST.get("next", "")
    back = back if url_has_allowed_host_and_scheme(back, None) else ""
    ids = [int(pk) for pk in request.POST.getlist("waiting") if pk.isdigit() and len(pk) <= 18]
    name = request.POST.get("decision", "")
    if not ids or name not in BULK:
        messages.info(request, _("Nothing was ticked.") if not ids else _("Choose what shall happen."))
        return redirect(back or "moderation-all")
    rows = (
        Waiting.objects.filter(pk__in=ids[:MOST_AT_ONCE]).select_related("group", "claimed_by").order_by("since", "id")
    )
    standings = {group: standing_of(reader, group) for group in {row.group for row in rows}}
    chosen = [(row, standings[row.group]) for row in rows if row.kind in kinds_seen_by(standings[row.group])]
    words = request.POST.get("words", "").replace("\0", "").strip()[:LONGEST_WORDS]
    many = deciding.decide_many(chosen, name, by=reader, words=words)
    messages.success(request, many.sentence)
    return redirect(back or "moderation-all")


@never_cache
@require_POST
def claim(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visit = visit_queue(request, slug)
    waiting = find_waiting(visit, pk)
    reader = reader_of(request)
    wanted = request.POST.get("wanted", "claim")
    if wanted == "release":
        queue.release(waiting, reader)
    elif not queue.claim(waiting, reader, take_over=wanted == "take"):
        messages.info(request, _("Somebody else is at it.") if waiting.is_open else _("It is decided already."))
    back = _back(request, waiting)
    return redirect(back) if back else redirect("moderation-item", slug, pk)


@never_cache
@require_POST
def note(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visit = visit_queue(request, slug)
    waiting = find_waiting(visit, pk)
    queue.write_note(waiting, reader_of(request), request.POST.get("text", "").replace("\0", ""))
    return redirect("moderation-item", slug, pk)


@never_cache
@require_POST
def choose_mail(request: HttpRequest, slug: str) -> HttpResponse:
    """How this moderator hears of what waits."""
    visit = visit_queue(request, slug)
    wanted = request.POST.get("moderator_mail", "")
    mine = visit.group.memberships.filter(user=reader_of(request))
    if wanted in ModeratorMail.values and mine.update(moderator_mail=wanted):
        messages.success(request, _("Saved."))
    return redirect("moderation", slug)
