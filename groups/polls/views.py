"""Polls of a group: the list, one with its ballot and its result, and what its maker and moderators do."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from common.paging import page_of
from common.ratelimit import allowed
from groups.access import OwnersOnly, Visit, person, visit_archive, visit_with
from groups.markdown import render_markdown
from groups.models import Right
from groups.polls import actions, casting, permissions, sheets, showing
from groups.polls.counting import BadBallot
from groups.polls.forms import MakersForm, PollForm, ReopenForm, initial_of
from groups.polls.models import Ballot, Option, Poll, PollState, ResultsSeen, WhoVotes
from groups.polls.receipts import new_receipt, read_receipt
from groups.polls.standing import Voter, has_voted, runs, voter_of, why_not_ask
from groups.polls.tables import Named, ballot_lines, marks_of, names_of, result_lines

CLOSED_A_PAGE = 30
MOST_OPEN = 50
POLLS_A_DAY = 20
WHO_VOTES = {
    WhoVotes.MEMBERS: gettext_lazy("who votes: members"),
    WhoVotes.EARLIER: gettext_lazy("who votes: members who joined before the poll opened"),
    WhoVotes.MODERATORS: gettext_lazy("who votes: owners and moderators"),
    WhoVotes.READERS: gettext_lazy("who votes: everybody who can read here and is signed in"),
}


@never_cache
@require_safe
def polls(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_archive(request, slug)
    of_group = Poll.objects.filter(group=visit.group)
    page = page_of(
        of_group.filter(state=PollState.CLOSED), request.GET, field="number", size=CLOSED_A_PAGE, by_number=True
    )
    is_first = not page.previous
    open_ones = list(of_group.open().order_by("-number")[:MOST_OPEN]) if is_first else []
    return _page(
        request,
        visit,
        "list",
        page=page,
        open_polls=open_ones,
        is_first=is_first,
        may_make=_may_make(visit),
        may_choose_makers=visit.may(Right.SETTINGS),
    )


def _may_make(visit: Visit) -> bool:
    return permissions.may_make(visit.group, visit.standing, actions.makers_of(visit.group))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_archive(request, slug)
    by = person(request)
    if by is None:
        return redirect_to_login(request.get_full_path())
    insist_on_asking(visit, by)
    form = PollForm(request.POST or None, group=visit.group)
    if request.method == "POST" and form.is_valid():
        if allowed("open-poll", by.pk, limit=POLLS_A_DAY, seconds=86_400):
            poll = actions.open_poll(group=visit.group, by=by, draft=form.draft())
            messages.success(request, _opened(form, poll))
            return redirect(poll.get_absolute_url())
        form.add_error(None, _("You have opened %(many)s polls today. Go on tomorrow.") % {"many": POLLS_A_DAY})
    return _page(request, visit, "form", form=form, poll=None)


def insist_on_asking(visit: Visit, by: User) -> None:
    if not _may_make(visit):
        raise OwnersOnly(_("In this group you do not open polls: its owners chose who does, or it is not open."))
    against = why_not_ask(visit.group, by)
    if against:
        raise OwnersOnly(against)


def _opened(form: PollForm, poll: Poll) -> str:
    if form.cleaned_data["announce"] and not poll.announce:
        return _("The poll is open. It is not mailed, for a letter of yours would not go out at once here.")
    return _("The poll is open.")


@never_cache
@sensitive_post_parameters("receipt")
@require_http_methods(["GET", "HEAD", "POST"])
def poll(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    visit, found = visit_poll(request, slug, number)
    if request.method == "POST":
        return _answer(request, visit, found)
    return _shown(request, visit, found)


def visit_poll(request: HttpRequest, slug: str, number: int, *, deleted: bool = False) -> tuple[Visit, Poll]:
    """A poll of a group whose letters this person may read."""
    visit = visit_archive(request, slug)
    wanted = Poll.objects.all() if deleted else Poll.objects.shown()
    found = wanted.filter(group=visit.group, number=min(number, 2**31 - 1)).first()
    if found is None:
        raise Http404(_("There is no such poll."))
    found.group = visit.group
    return visit, found


def _answer(request: HttpRequest, visit: Visit, found: Poll) -> HttpResponse:
    voter = person(request)
    if "check" in request.POST and found.anonymous:
        return _check(request, visit, found)
    if voter is None:
        return redirect_to_login(found.get_absolute_url())
    try:
        if "withdraw" in request.POST:
            casting.withdraw_ballot(poll=found, voter=voter)
            messages.success(request, _("Your vote is taken back."))
            return redirect(found.get_absolute_url())
        return _cast(request, visit, found, voter)
    except (casting.NotCounted, BadBallot) as problem:
        return _shown(request, visit, found, problem=str(problem), is_sent=True)


def _cast(request: HttpRequest, visit: Visit, found: Poll, voter: User) -> HttpResponse:
    choices, others = sheets.read_sheet(found, request.POST)
    receipt = request.POST.get("receipt", "")
    cast = casting.cast_ballot(poll=found, voter=voter, choices=choices, others=others, receipt=receipt)
    if found.anonymous:  # not by a redirect: the receipt is kept nowhere, so no other page could show it
        return _page(request, visit, "receipt", poll=found, receipt=cast.receipt, changed=cast.changed)
    messages.success(request, _("Your vote is changed.") if cast.changed else _("Your vote is counted."))
    return redirect(found.get_absolute_url())


def _check(request: HttpRequest, visit: Visit, found: Poll) -> HttpResponse:
    """What lies in the box for a receipt. It comes by POST, so that it stands in no address and no log."""
    ballot = casting.ballot_with(found, request.POST.get("receipt", ""))
    said = sheets.in_words(found, list(found.in_the_order), ballot) if ballot is not None else []
    return _shown(request, visit, found, checked=said, has_checked=True)


def _shown(request: HttpRequest, visit: Visit, found: Poll, **more: Any) -> HttpResponse:
    reader = person(request)
    options = list(found.in_the_order)
    voter = voter_of(found, reader) if reader else None
    voted = reader is not None and has_voted(found, reader)
    mine = Ballot.objects.filter(poll=found, voter=reader).first() if voted and not found.anonymous else None
    is_runner = runs(found, visit.standing, reader)
    sees = permissions.sees_results(found, runs=is_runner, has_voted=voted)
    typed = request.POST if more.get("is_sent") else None
    context = {
        "poll": found,
        "who_votes": WHO_VOTES[WhoVotes(found.voters)],
        "details": render_markdown(found.details) if found.details else "",
        "sheet": sheets.sheet_of(found, options, mine.choices if mine else None, typed),
        "why_not": _why_not(found, voter, voted),
        "voted": voted,
        "mine": sheets.in_words(found, options, mine.choices) if mine else [],
        "receipt": _receipt(request, found, voted),
        "is_runner": is_runner,
        "sees_results": sees,
        "seen_later": "" if sees else _seen_later(found),
        "limits": _limits(found),
        **(_result(found, options) if sees else {}),
        **more,
    }
    return _page(request, visit, "poll", **context)


def _why_not(found: Poll, voter: Voter | None, voted: bool) -> str:
    if voter is None:
        return ""
    if not voter.why_not and voted and not found.may_change:
        return _("You have voted, and in this poll a vote stands.")
    return voter.why_not


def _receipt(request: HttpRequest, found: Poll, voted: bool) -> str:
    """A new one stands in the form before it is sent: so a form that is sent twice is one ballot, with one receipt."""
    if not found.anonymous or voted:
        return ""
    return read_receipt(request.POST.get("receipt", "")) or new_receipt()


def _result(found: Poll, options: list[Option]) -> dict[str, Any]:
    is_open = found.state == PollState.OPEN
    result = showing.shown(showing.result_of(found, options), options, is_open=is_open)
    named: Named | None = names_of(found, options) if found.names_shown else None
    return {"result": result, "named": named, "marks": marks_of(found)}


def _seen_later(found: Poll) -> str:
    if found.results == ResultsSeen.RUNNERS:
        return _("The result is for its maker and the moderators.")
    if found.results == ResultsSeen.VOTED and not found.anonymous:
        return _("You see how it stands when you have voted.")
    return _("The result is shown to everybody when the poll has closed; until then nobody sees it.")


def _limits(found: Poll) -> str:
    if found.kind != "multiple":
        return ""
    bounds = {"least": found.least, "most": found.most}
    if found.most is None:
        some = ngettext("Choose %(least)s or more.", "Choose %(least)s or more.", found.least)
        return some % bounds if found.least > 1 else _("Choose as many as you like.")
    if found.least == found.most:
        return ngettext("Choose %(most)s.", "Choose %(most)s.", found.most) % bounds
    return _("Choose %(least)s to %(most)s.") % bounds


def visit_as_runner(request: HttpRequest, slug: str, number: int, *, deleted: bool = False) -> tuple[Visit, Poll, User]:
    visit, found = visit_poll(request, slug, number, deleted=deleted)
    by = person(request)
    if by is None or not runs(found, visit.standing, by):
        if found.state == PollState.DELETED:
            raise Http404(_("There is no such poll."))
        raise OwnersOnly(_("This is for whoever made the poll, and for moderators who may change polls."))
    return visit, found, by


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    visit, found, by = visit_as_runner(request, slug, number)
    form = PollForm(request.POST or None, group=visit.group, poll=found, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_poll(poll=found, by=by, draft=form.draft())
            messages.success(request, _("The poll is changed."))
            return redirect(found.get_absolute_url())
        except actions.NotDone as problem:
            form.add_error(None, str(problem))
    return _page(request, visit, "form", form=form, poll=found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Close it now, or (`reopen`) open it again."""
    visit, found, by = visit_as_runner(request, slug, number)
    form = ReopenForm(request.POST if "reopen" in request.POST else None)
    if request.method == "POST" and "reopen" not in request.POST:
        done = actions.close_poll(poll=found, by=by)
        messages.success(request, _("The poll is closed.") if done else _("It was closed already."))
        return redirect(found.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        try:
            actions.reopen_poll(poll=found, by=by, closes_at=form.cleaned_data["closes_at"])
            messages.success(request, _("The poll is open again."))
            return redirect(found.get_absolute_url())
        except actions.NotDone as problem:
            form.add_error(None, str(problem))
    return _page(request, visit, "close", poll=found, form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask, delete, and (`restore`) bring back: the page of a deleted poll says so to those who may."""
    visit, found, by = visit_as_runner(request, slug, number, deleted=True)
    if request.method == "POST" and "restore" in request.POST:
        actions.restore_poll(poll=found, by=by)
        messages.success(request, _("The poll is back."))
        return redirect(found.get_absolute_url())
    if request.method == "POST":
        actions.delete_poll(poll=found, by=by)
        return redirect("poll-delete", visit.group.slug, found.number)
    return _page(request, visit, "delete", poll=found, days=actions.UNDO_WITHIN.days)


@never_cache
@require_safe
def export(request: HttpRequest, slug: str, number: int, what: str) -> HttpResponseBase:
    """The result, or the ballots, as CSV; for whom the result is for."""
    visit, found = visit_poll(request, slug, number)
    reader = person(request)
    voted = reader is not None and has_voted(found, reader)
    if not permissions.sees_results(found, runs=runs(found, visit.standing, reader), has_voted=voted):
        raise PermissionDenied(_("The result is not shown to you yet."))
    make = {"result": result_lines, "ballots": ballot_lines}.get(what)
    if make is None or (what == "ballots" and found.state != PollState.CLOSED):
        raise Http404(_("Ballots are given out when the poll has closed."))
    lines = make(found, list(found.in_the_order))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-poll-{found.number}-{what}.csv"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def makers(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_with(request, slug, Right.SETTINGS)
    form = MakersForm(request.POST or None, initial={"makers": actions.makers_of(visit.group)})
    if request.method == "POST" and form.is_valid():
        by = person(request)
        assert by is not None
        actions.choose_makers(group=visit.group, by=by, makers=form.cleaned_data["makers"])
        messages.success(request, _("Saved."))
        return redirect("polls", visit.group.slug)
    return _page(request, visit, "makers", form=form)


def _page(request: HttpRequest, visit: Visit, template: str, **context: Any) -> HttpResponse:
    return render(request, f"polls/{template}.html", {"visit": visit, "tab": "polls", **context})
