"""Polls in the API: as their pages show them, by the same actions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from accounts import switches
from accounts.models import User
from accounts.tokens.auth import needs
from accounts.tokens.models import Scope
from common.api.fields import Line, Number, Text
from common.api.lists import ListOf, Window, listed
from common.api.problems import Problem, checked
from common.ratelimit import allowed
from groups.access import Visit, person, visit_archive
from groups.polls import actions, casting, permissions, showing
from groups.polls.counting import BadBallot
from groups.polls.forms import PollForm
from groups.polls.models import MOST_OPTIONS, Ballot, Option, Poll, PollState
from groups.polls.receipts import LENGTH as RECEIPT
from groups.polls.standing import has_voted, runs, voter_of
from groups.polls.views import POLLS_A_DAY, insist_on_asking, visit_as_runner, visit_poll

router = Router(tags=["polls"])

Value = Annotated[int, Field(ge=0, le=1000)]


class PollInList(Schema):
    number: int
    question: str
    kind: str
    state: str
    anonymous: bool
    made_by: str
    opened_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    voted: int
    url: str


class OptionShown(Schema):
    number: int
    text: str
    written_in: bool


class ResultRow(Schema):
    """`cells`: as the heads of the result name them."""

    text: str
    place: int
    is_best: bool
    cells: list[str]


class ResultShown(Schema):
    headline: str
    ballots: int
    blank: int
    head: list[str]
    rows: list[ResultRow]


class PollInFull(PollInList):
    """`why_not`: why the asker cannot vote, empty where they can. `mine`: their ballot, where it has their name. `result`: null
    until it is shown to them."""

    details: str
    options: list[OptionShown]
    least: int
    most: int | None
    highest: int
    write_ins: bool
    may_change: bool
    voters: str
    results: str
    names_shown: bool
    why_not: str
    has_voted: bool
    mine: dict[str, int] | None
    result: ResultShown | None


class PollFilters(Window):
    state: Literal["", "open", "closed"] = ""


class NewPoll(Schema):
    """As the page asks for them. `options`: texts; for finding a date days and times, as `2026-12-03 19:00` in my zone."""

    question: Line
    kind: Line = "single"
    options: Annotated[list[Line], Field(max_length=MOST_OPTIONS)]
    details: Text = ""
    closes_at: datetime | None = None
    least: int = 1
    most: int | None = None
    highest: int = 5
    write_ins: bool = False
    voters: Line = "members"
    results: Line = "voted"
    names_shown: bool = False
    anonymous: bool = False
    may_change: bool = True
    announce: bool = True
    remind: bool = False


class Choice(Schema):
    """`option`: its number; or `text` of one that I write in. `value`: 1 for a choice, the place in a ranking (1: first), points,
    or 2 for yes, 1 for if need be, 0 for no."""

    option: Annotated[int, Field(ge=1, le=MOST_OPTIONS)] | None = None
    text: Line = ""
    value: Value = 1


class NewBallot(Schema):
    """`receipt`: of the anonymous ballot that is to be changed."""

    choices: Annotated[list[Choice], Field(max_length=MOST_OPTIONS)]
    receipt: Annotated[Line, Field(max_length=RECEIPT * 2)] = ""


class Counted(Schema):
    """`changed`: it took the place of an earlier one. `receipt`: of an anonymous ballot; it is kept nowhere."""

    changed: bool
    receipt: str


@router.get("/groups/{slug}/polls", response=ListOf[PollInList], auth=needs(Scope.POLLS_READ, anybody=True))
def list_polls(request: HttpRequest, slug: str, window: Query[PollFilters]) -> dict[str, Any]:
    """Polls of a group, the latest first."""
    visit = _group(request, slug)
    rows = Poll.objects.shown().filter(group=visit.group)
    rows = rows.filter(state=window.state) if window.state else rows
    return listed(request, rows, window, lambda page: _in_list(visit, page), field="number", by_number=True)


def _in_list(visit: Visit, polls: Iterable[Poll]) -> list[dict[str, Any]]:
    return [_named(visit, poll) for poll in polls]


def _named(visit: Visit, poll: Poll) -> dict[str, Any]:
    poll.group = visit.group
    names = ("number", "question", "kind", "state", "anonymous", "opened_at", "closes_at", "closed_at", "voted")
    return {
        **{name: getattr(poll, name) for name in names},
        "made_by": poll.made_by_name,
        "url": settings.SITE_URL + poll.get_absolute_url(),
    }


@router.post("/groups/{slug}/polls", response={201: PollInFull}, auth=needs(Scope.POLLS_WRITE))
def create_poll(request: HttpRequest, slug: str, wanted: NewPoll) -> Status:
    """Ask the group."""
    visit = _group(request, slug)
    by = _asker(request)
    insist_on_asking(visit, by)
    said = {**wanted.dict(), "options": "\n".join(wanted.options)}
    form = PollForm(said, group=visit.group)
    checked(form)
    if not allowed("open-poll", by.pk, limit=POLLS_A_DAY, seconds=86_400):
        raise Problem(429, f"You have opened {POLLS_A_DAY} polls today.", headers={"Retry-After": "86400"})
    poll = actions.open_poll(group=visit.group, by=by, draft=form.draft())
    return Status(201, _in_full(request, visit, poll))


@router.get("/groups/{slug}/polls/{number}", response=PollInFull, auth=needs(Scope.POLLS_READ, anybody=True))
def read_poll(request: HttpRequest, slug: str, number: Number) -> dict[str, Any]:
    """One poll, and its result where it is shown to me."""
    return _in_full(request, *_poll(request, slug, number))


def _in_full(request: HttpRequest, visit: Visit, poll: Poll) -> dict[str, Any]:
    reader, options = person(request), list(poll.in_the_order)
    voted = reader is not None and has_voted(poll, reader)
    mine = Ballot.objects.filter(poll=poll, voter=reader).first() if voted and not poll.anonymous else None
    sees = permissions.sees_results(poll, runs=runs(poll, visit.standing, reader), has_voted=voted)
    names = ("details", "least", "most", "highest", "write_ins", "may_change", "voters", "results", "names_shown")
    return {
        **_named(visit, poll),
        **{name: getattr(poll, name) for name in names},
        "options": [
            {"number": option.number, "text": option.words, "written_in": option.written_in} for option in options
        ],
        "why_not": voter_of(poll, reader).why_not if reader is not None else "Sign in to vote.",
        "has_voted": voted,
        "mine": mine.choices if mine is not None else None,
        "result": _result(poll, options) if sees else None,
    }


def _result(poll: Poll, options: list[Option]) -> dict[str, Any]:
    is_open = poll.state == PollState.OPEN
    result = showing.shown(showing.result_of(poll, options), options, is_open=is_open)
    rows = [
        {"text": row.words, "place": row.place, "is_best": row.is_best, "cells": list(row.cells)} for row in result.rows
    ]
    names = ("headline", "ballots", "blank")
    return {**{name: getattr(result, name) for name in names}, "head": list(result.head), "rows": rows}


@router.put("/groups/{slug}/polls/{number}/ballot", response=Counted, auth=needs(Scope.POLLS_WRITE))
def cast_ballot(request: HttpRequest, slug: str, number: Number, ballot: NewBallot) -> dict[str, Any]:
    """Vote, or change my vote."""
    _, poll = _poll(request, slug, number)
    choices = {each.option: each.value for each in ballot.choices if each.option is not None}
    others = {each.text: each.value for each in ballot.choices if each.option is None}
    try:
        cast = casting.cast_ballot(
            poll=poll, voter=_asker(request), choices=choices, others=others, receipt=ballot.receipt
        )
    except casting.NotCounted as problem:
        raise Problem(409, str(problem)) from None
    except BadBallot as problem:
        raise Problem(422, str(problem)) from None
    return {"changed": cast.changed, "receipt": cast.receipt}


@router.delete("/groups/{slug}/polls/{number}/ballot", response={204: None}, auth=needs(Scope.POLLS_WRITE))
def withdraw_ballot(request: HttpRequest, slug: str, number: Number) -> Status:
    """Take my vote back; of an anonymous poll none can be taken back."""
    _, poll = _poll(request, slug, number)
    try:
        casting.withdraw_ballot(poll=poll, voter=_asker(request))
    except casting.NotCounted as problem:
        raise Problem(409, str(problem)) from None
    return Status(204, None)


@router.post("/groups/{slug}/polls/{number}/close", response=PollInFull, auth=needs(Scope.POLLS_WRITE))
def close_poll(request: HttpRequest, slug: str, number: Number) -> dict[str, Any]:
    """Close it now."""
    _insist_on_polls()
    _, poll, by = visit_as_runner(request, slug, number)
    if not actions.close_poll(poll=poll, by=by):
        raise Problem(409, "It was closed already.")
    return _in_full(request, *_poll(request, slug, number))


@router.delete("/groups/{slug}/polls/{number}", response={204: None}, auth=needs(Scope.POLLS_WRITE))
def delete_poll(request: HttpRequest, slug: str, number: Number) -> Status:
    """Delete it. On its page it can be brought back for thirty days."""
    _insist_on_polls()
    _, poll, by = visit_as_runner(request, slug, number)
    actions.delete_poll(poll=poll, by=by)
    return Status(204, None)


def _insist_on_polls() -> None:
    if not switches.on("polls"):
        raise Problem(503, switches.SWITCHES["polls"].said)


def _group(request: HttpRequest, slug: str) -> Visit:
    _insist_on_polls()
    return visit_archive(request, slug)


def _poll(request: HttpRequest, slug: str, number: int) -> tuple[Visit, Poll]:
    _insist_on_polls()
    return visit_poll(request, slug, number)


def _asker(request: HttpRequest) -> User:
    by = person(request)
    assert isinstance(by, User)  # an operation with a scope to write
    return by
