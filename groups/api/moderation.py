"""The moderators' queue and the log."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest, QueryDict
from ninja import Query, Router, Schema

from accounts.tokens.auth import needs
from accounts.tokens.models import Scope
from common.api.fields import Key, Text, Words
from common.api.lists import NOT_OURS, ListOf, Window, as_list, listed, place_in
from common.api.problems import Problem
from groups.access import Visit, visit_with
from groups.models import Action, LogEntry, Right, Waiting
from groups.moderation import deciding, queue
from groups.moderation.deciding import NotAllowed
from groups.moderation.queue import Filters, Part
from groups.moderation.registry import choices_for, kind_of
from groups.permissions import Standing
from groups.views.log import entries_of
from groups.views.moderation import find_waiting, reader_of, visit_queue

router = Router(tags=["moderation"])


class WaitingThing(Schema):
    """Something that waits for a moderator. `decisions`: what the asker may decide."""

    id: int
    group: str
    kind: str
    title: str
    who: str
    beginning: str
    reason: str
    rule: str
    quarantined: bool
    since: datetime
    state: str
    outcome: str
    claimed_by: str | None
    claimed_until: datetime | None
    decisions: list[str]


class Note(Schema):
    by: str
    at: datetime
    text: str


class WaitingInFull(WaitingThing):
    """`about`: what its kind tells: the text of a letter, the answers of an applicant, the reports."""

    about: dict[str, Any]
    notes: list[Note]


class QueueFilters(Window):
    kind: Words = ""
    claimed: Literal["", "me", "free"] = ""
    shelf: Literal["", "quiet"] = ""


class Decision(Schema):
    """`words`: what the author is told, where the decision asks for words."""

    decision: Text
    words: Text = ""


class Claim(Schema):
    take_over: bool = False


class NewNote(Schema):
    text: Text


class LogEntryShown(Schema):
    id: int
    at: datetime
    by: str
    action: str
    sentence: str
    about: str
    reason: str
    details: dict[str, Any]
    url: str


class LogFilters(Window):
    part: Words = ""
    who: Words = ""
    since: Words = ""
    until: Words = ""


@router.get("/moderation", response=ListOf[WaitingThing], auth=needs(Scope.MODERATION))
def list_waiting_everywhere(request: HttpRequest, window: Query[QueueFilters]) -> dict[str, Any]:
    """What waits in all groups I moderate, the longest first."""
    return _queue(request, queue.parts_of(reader_of(request)), window)


@router.get("/groups/{slug}/moderation", response=ListOf[WaitingThing], auth=needs(Scope.MODERATION))
def list_waiting(request: HttpRequest, slug: str, window: Query[QueueFilters]) -> dict[str, Any]:
    """What waits in one group, the longest first."""
    visit = visit_queue(request, slug)
    return _queue(request, [Part(visit.group, visit.standing)], window)


def _queue(request: HttpRequest, parts: list[Part], window: QueueFilters) -> dict[str, Any]:
    asked = QueryDict(mutable=True)
    asked.update({"kind": window.kind, "claimed": window.claimed, "shelf": window.shelf})
    try:
        page = queue.page(parts, Filters.read(asked), reader_of(request), place_in(request, window), window.limit)
    except Http404:
        raise Problem(400, NOT_OURS) from None
    standings = {part.group.pk: part.standing for part in parts}
    return as_list(request, page, window, (_shown(row, standings[row.group_id]) for row in page.rows))


def _shown(row: Waiting, standing: Standing) -> dict[str, Any]:
    names = ("title", "who", "beginning", "reason", "rule", "since", "state", "outcome", "kind")
    choices = choices_for(kind_of(row), standing, can_be_trusted=True) if row.is_open else []
    return {
        **{name: getattr(row, name) for name in names},
        "id": row.pk,
        "group": row.group.slug,
        "quarantined": bool(row.quiet),
        "claimed_by": str(row.claimed_by) if row.is_claimed else None,
        "claimed_until": row.claimed_until if row.is_claimed else None,
        "decisions": [choice.name for choice in choices],
    }


def _in_full(visit: Visit, row: Waiting) -> dict[str, Any]:
    kind = kind_of(row)
    notes = [{"by": each.by_name, "at": each.at, "text": each.text} for each in row.notes.order_by("pk")]
    about = kind.tell(row) if kind.tell is not None else {}
    return {**_shown(row, visit.standing), "about": about, "notes": notes}


@router.get("/groups/{slug}/moderation/{pk}", response=WaitingInFull, auth=needs(Scope.MODERATION))
def read_waiting(request: HttpRequest, slug: str, pk: Key) -> dict[str, Any]:
    """One thing that waits, or was decided."""
    visit = visit_queue(request, slug)
    return _in_full(visit, find_waiting(visit, pk))


@router.post("/groups/{slug}/moderation/{pk}/decision", response=WaitingInFull, auth=needs(Scope.MODERATION))
def decide_waiting(request: HttpRequest, slug: str, pk: Key, wanted: Decision) -> dict[str, Any]:
    """Decide about it. 409 where somebody else is at it, or was quicker."""
    visit = visit_queue(request, slug)
    row = find_waiting(visit, pk)
    by = reader_of(request)
    if row.is_open and queue.in_others_hands(row, by):
        raise Problem(409, f"{row.claimed_by} is at it. Take it over first.")
    try:
        done = deciding.decide(row, wanted.decision, by=by, standing=visit.standing, words=wanted.words[:2000])
    except NotAllowed as error:
        raise Problem(422, str(error), errors=[("body.decision", str(error))]) from None
    if not done:
        raise Problem(409, "Somebody else has decided about it already.")
    return _in_full(visit, find_waiting(visit, pk))


@router.put("/groups/{slug}/moderation/{pk}/claim", response=WaitingInFull, auth=needs(Scope.MODERATION))
def claim_waiting(request: HttpRequest, slug: str, pk: Key, wanted: Claim) -> dict[str, Any]:
    """Say that I am at it, for ten minutes."""
    visit = visit_queue(request, slug)
    row = find_waiting(visit, pk)
    if not queue.claim(row, reader_of(request), take_over=wanted.take_over):
        raise Problem(409, "Somebody else is at it." if row.is_open else "It is decided already.")
    return _in_full(visit, row)


@router.delete("/groups/{slug}/moderation/{pk}/claim", response={204: None}, auth=needs(Scope.MODERATION))
def release_waiting(request: HttpRequest, slug: str, pk: Key) -> None:
    """Give it back to the others."""
    visit = visit_queue(request, slug)
    queue.release(find_waiting(visit, pk), reader_of(request))


@router.post("/groups/{slug}/moderation/{pk}/notes", response={201: Note}, auth=needs(Scope.MODERATION))
def write_waiting_note(request: HttpRequest, slug: str, pk: Key, wanted: NewNote) -> dict[str, Any]:
    """A note for the other moderators."""
    visit = visit_queue(request, slug)
    note = queue.write_note(find_waiting(visit, pk), reader_of(request), wanted.text)
    if note is None:
        raise Problem(422, "There is nothing in the note.", errors=[("body.text", "Write something.")])
    return {"by": note.by_name, "at": note.at, "text": note.text}


@router.get("/groups/{slug}/log", response=ListOf[LogEntryShown], auth=needs(Scope.MODERATION))
def list_log(request: HttpRequest, slug: str, window: Query[LogFilters]) -> dict[str, Any]:
    """Who did what, the latest first. `since`, `until`: days, as 2026-05-31."""
    visit = visit_with(request, slug, Right.LOG)
    entries = entries_of(visit.group, part=window.part, who=window.who, since=window.since, until=window.until)
    return listed(request, entries, window, _entries, field="id", by_number=True)


def _entries(rows: Iterable[LogEntry]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk,
            "at": row.at,
            "by": row.by_name,
            "action": row.action,
            "sentence": str(Action(row.action).label) if row.action in Action.values else row.action,
            "about": row.about_name,
            "reason": row.reason,
            "details": row.details,
            "url": row.url,
        }
        for row in rows
    ]
