"""The pages of the panel about abuse: the queue, one case, suspending a person, taking a group down, the log of the staff."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.suspending import NotSuspendable
from accounts.models import User
from common.paging import page_of
from common.panel import pages
from common.panel.pages import PanelPage, render
from groups.abuse import actions, targets
from groups.abuse.audit import client_of, note
from groups.abuse.forms import BecauseForm, RemoveForm, SuspendForm
from groups.abuse.models import AbuseReport, Case, Outcome, StaffEntry, State
from groups.abuse.targets import Sample
from groups.actions import takedown
from groups.models import Group

CASES_A_PAGE = 30
REPORTS_SHOWN = 50
HISTORY_SHOWN = 20
ENTRIES_A_PAGE = 60
HIGHEST_KEY = 2**63 - 1
COLUMNS = ("at", "by", "action", "about", "what it is", "reason", "details", "ip")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOTH = require_http_methods(["GET", "HEAD", "POST"])


def may_tend(request: HttpRequest) -> bool:
    """Superusers, and staff whom a superuser gave the permission to change cases."""
    return request.user.has_perm("abuse.change_case")


def waiting_cases(request: HttpRequest) -> str:
    count = Case.objects.open().order_by()[:100].count()
    return "99+" if count > 99 else str(count or "")


def register_pages() -> None:
    many: tuple[tuple[str, str, str, Any, dict[str, Any]], ...] = (
        ("abuse/", "abuse", "Reports", queue, {"area": "Abuse", "icon": "flag", "order": 1, "badge": waiting_cases}),
        ("abuse/<int:pk>/", "abuse-case", "A report", case, {}),
        ("people/<int:pk>/suspend/", "suspend", "Suspend", suspend, {}),
        ("people/<int:pk>/lift/", "lift", "Lift", lift, {}),
        ("people/<int:pk>/remove/", "remove-everywhere", "Remove from every group", remove, {}),
        ("people/<int:pk>/put-back/<int:entry>/", "put-back-everywhere", "Put back", put_back_everywhere, {}),
        ("groups/<int:pk>/takedown/", "takedown", "Take down", take_down, {}),
    )
    for path, name, title, view, more in many:
        pages.register(PanelPage(path, name, title, view, may=may_tend, **more))
    pages.register(
        PanelPage(
            "log/", "staff-log", "Log of the staff", log, area="System", icon="history", order=1, may=may_read_log
        )
    )
    pages.register(PanelPage("log/csv/", "staff-log-csv", "Log of the staff", log_csv, may=may_read_log))


def may_read_log(request: HttpRequest) -> bool:
    return request.user.has_perm("abuse.view_staffentry")


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the panel lets nobody else as far as this
    return request.user


def _back(request: HttpRequest, otherwise: str) -> str:
    """Where the form said it came from: a path of ours."""
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else otherwise


# The queue


@require_safe
def queue(request: HttpRequest) -> HttpResponseBase:
    state = State.DONE if request.GET.get("state") == "done" else State.OPEN
    cases = Case.objects.filter(state=state).select_related("group", "person", "claimed_by", "settled_by")
    page = page_of(cases, request.GET, field="last_at", size=CASES_A_PAGE)
    context = {"page": page, "state": state, "now": timezone.now()}
    return render(request, "panel/abuse/queue.html", "Reports", context)


@_BOTH
def case(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = Case.objects.select_related("group", "person", "claimed_by", "settled_by").filter(pk=_key(pk)).first()
    if found is None:
        raise Http404("There is no such report.")
    if request.method == "POST":
        return _decide(request, found)
    return render(request, "panel/abuse/case.html", found.title, _shown(request, found))


def _shown(request: HttpRequest, found: Case) -> dict[str, Any]:
    target = targets.target_of(found)
    earlier = (
        Case.objects.filter(kind=found.kind, target=found.target).exclude(pk=found.pk).select_related("settled_by")
    )
    return {
        "case": found,
        "target": target,
        "kind": targets.KINDS.get(found.kind),
        "reports": list(found.reports.select_related("by").order_by("-pk")[:REPORTS_SHOWN]),
        "counts": _by_what(found),
        "samples": _samples(found, target),
        "earlier": list(earlier.order_by("-pk")[:HISTORY_SHOWN]),
        "history": _history(target),
        "owners": actions.owners_of(found),
        "others_hands": found.in_others_hands(request.user),
        "mine": found.claimed_by_id == request.user.pk and not found.in_others_hands(None),
    }


def _by_what(found: Case) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for report in AbuseReport.objects.filter(case=found).only("what")[:1000]:
        counts[report.get_what_display()] = counts.get(report.get_what_display(), 0) + 1
    return sorted(counts.items(), key=lambda entry: -entry[1])


def _samples(found: Case, target: "targets.Target | None") -> list[Sample]:
    return [sample for samples in targets.SAMPLES for sample in samples(target)] if target is not None else []


def _history(target: "targets.Target | None") -> list[StaffEntry]:
    """What the staff did before about the person or the group."""
    about = (target.person or target.group) if target is not None else None
    if about is None:
        return []
    rows = StaffEntry.objects.filter(about_kind=about._meta.label_lower, about_id=str(about.pk))
    return list(rows.order_by("-id")[:HISTORY_SHOWN])


def _decide(request: HttpRequest, found: Case) -> HttpResponse:
    what, words = request.POST.get("what", ""), request.POST.get("words", "").replace("\0", "").strip()[:2000]
    act = DECISIONS.get(what)
    if act is None:
        raise Http404("There is no such decision.")
    said, good = act(request, found, words)
    (messages.success if good else messages.error)(request, said)
    done = good and what in CLOSES
    return redirect("admin:abuse") if done else redirect("admin:abuse-case", found.pk)


def _claim(request: HttpRequest, found: Case, words: str) -> tuple[str, bool]:
    done = actions.claim(found, _staff(request))
    return ("It is yours for half an hour." if done else "Somebody else is at it."), done


def _release(request: HttpRequest, found: Case, words: str) -> tuple[str, bool]:
    actions.release(found, _staff(request))
    return "It is free for others.", True


def _dismiss(request: HttpRequest, found: Case, words: str) -> tuple[str, bool]:
    done = actions.dismiss(found, by=_staff(request), because=words, ip=client_of(request))
    return ("Left as it is." if done else "Somebody else was quicker."), done


def _take_down(request: HttpRequest, found: Case, words: str) -> tuple[str, bool]:
    target = targets.target_of(found)
    if target is None or not words:
        return ("It is gone already." if target is None else "Say why; those whom it concerns are told."), False
    said = actions.take_down(found, target, by=_staff(request), because=words, ip=client_of(request))
    return said or "It was taken down before.", bool(said)


def _put_back(request: HttpRequest, found: Case, words: str) -> tuple[str, bool]:
    target, kind = targets.target_of(found), targets.KINDS.get(found.kind)
    if target is None or kind is None or kind.put_back is None:
        return "It is gone already.", False
    said = kind.put_back(target, _staff(request))
    if said:
        note("put back", by=_staff(request), about=target.group or found, reason=words, ip=client_of(request))
    return said or "It was put back before.", bool(said)


def _destroy(request: HttpRequest, found: Case, words: str) -> tuple[str, bool]:
    target, kind = targets.target_of(found), targets.KINDS.get(found.kind)
    if target is None or kind is None or kind.destroy is None or not words:
        return ("Say why it is destroyed." if target is not None else "It is gone already."), False
    said = kind.destroy(target, _staff(request), words)
    if said:
        by, ip = _staff(request), client_of(request)
        note("destroyed", by=by, about=found, reason=words, ip=ip)
        actions.settle(found, Outcome.TAKEN_DOWN, by=by, because=words, ip=ip)
    return said or "It is gone already.", bool(said)


def _warn(request: HttpRequest, found: Case, words: str) -> tuple[str, bool]:
    if not words:
        return "Write what they are told.", False
    people = actions.owners_of(found)
    sent = actions.warn(found, people, by=_staff(request), words=words, ip=client_of(request))
    return (f"{sent} mails are on their way." if sent else "There is nobody to write to."), bool(sent)


DECISIONS = {
    "claim": _claim,
    "release": _release,
    "dismiss": _dismiss,
    "take-down": _take_down,
    "put-back": _put_back,
    "destroy": _destroy,
    "warn": _warn,
}
CLOSES = ("dismiss", "take-down", "destroy", "warn")


# People


@_BOTH
def suspend(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = _user(pk)
    found = _case_named(request)
    form = SuspendForm(request.POST or None, initial={"drop_waiting": True})
    if request.method == "POST" and form.is_valid():
        return _suspend(request, user, form, found)
    counts = [entry for count in targets.COUNTS for entry in count(user)]
    context = {"who": user, "form": form, "counts": counts, "case": found, "back": _back(request, _where(user))}
    return render(request, "panel/abuse/suspend.html", f"Suspend {user}", context, status=400 if form.errors else 200)


def _suspend(request: HttpRequest, user: User, form: SuspendForm, found: Case | None) -> HttpResponse:
    chosen = form.cleaned_data
    wish = actions.Wish(chosen["because"], form.until, chosen["ban"], chosen["drop_waiting"])
    by, ip = _staff(request), client_of(request)
    try:
        done = actions.suspend(user, wish, by=by, ip=ip)
    except NotSuspendable as error:
        messages.error(request, str(error))
        return redirect(_back(request, _where(user)))
    if done is None:
        messages.error(request, f"{user} is suspended already, or the account is closed.")
    else:
        messages.success(request, f"{', '.join([f'{user} is suspended', *done])}.")
        if found is not None:
            actions.settle(found, Outcome.SUSPENDED, by=by, because=wish.because, ip=ip)
    return redirect("admin:abuse" if found is not None else _back(request, _where(user)))


def _case_named(request: HttpRequest) -> Case | None:
    named = request.POST.get("case") or request.GET.get("case") or ""
    return Case.objects.open().filter(pk=int(named)).first() if named.isdecimal() and len(named) < 19 else None


@_BOTH
def lift(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = _user(pk)
    if request.method == "POST":
        done = actions.lift(user, by=_staff(request), because=request.POST.get("words", ""), ip=client_of(request))
        said = "is not suspended." if done is None else f"is not suspended any more. {', '.join(done)}".strip()
        messages.success(request, f"{user} {said}")
        return redirect(_back(request, _where(user)))
    context = {"who": user, "back": _back(request, _where(user))}
    return render(request, "panel/abuse/lift.html", f"Lift the suspension of {user}", context)


@_BOTH
def remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    """From every group: asked first, with the counts; taken back from the page of the person."""
    user = _user(pk)
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        removal = actions.remove_from_every_group(
            user, by=_staff(request), because=chosen["because"], ban=chosen["ban"], ip=client_of(request)
        )
        messages.success(request, f"{user} was taken out of {removal.removed} groups.")
        if removal.still_owner_of:
            messages.warning(request, f"Still the only owner of {', '.join(removal.still_owner_of[:10])}.")
        return redirect(_where(user))
    memberships = user.memberships.select_related("group").order_by("group__name")
    context = {"who": user, "form": form, "count": memberships.count(), "memberships": memberships[:50]}
    return render(
        request, "panel/abuse/remove.html", f"Remove {user} from every group", {**context, "back": _where(user)}
    )


@require_POST
def put_back_everywhere(request: HttpRequest, pk: int, entry: int) -> HttpResponseBase:
    user = _user(pk)
    row = StaffEntry.objects.filter(pk=_key(entry), about_kind="accounts.user", about_id=str(user.pk)).first()
    if row is None or not isinstance(row.details.get("past"), list):
        raise Http404("There is nothing to take back.")
    count = actions.put_back_everywhere(user, row.details["past"], by=_staff(request), ip=client_of(request))
    messages.success(request, f"{user} is back in {count} groups.")
    return redirect(_where(user))


def _where(user: User) -> str:
    return targets.of_person(user).url


def _user(pk: int) -> User:
    user = User.objects.filter(pk=_key(pk)).first()
    if user is None:
        raise Http404("There is no such person.")
    return user


def _key(pk: int) -> int:
    return pk if pk <= HIGHEST_KEY else -1


# Groups


@_BOTH
def take_down(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a group down, or put it back."""
    group = Group.objects.filter(pk=_key(pk)).first()
    if group is None:
        raise Http404("There is no such group.")
    back = _back(request, reverse("admin:groups_group_change", args=[group.pk]))
    if request.method == "POST" and group.is_taken_down:
        return _put_group_back(request, group, back)
    form = BecauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because, by = form.cleaned_data["because"], _staff(request)
        done = takedown.take_down(group=group, by=by, because=because)
        if done is not None:
            note(
                "took down",
                by=by,
                about=group,
                reason=because,
                details={"done": ", ".join(done)},
                ip=client_of(request),
            )
        messages.success(request, f"{', '.join([f'{group} is taken down', *(done or [])])}.")
        return redirect(back)
    context = {"group": group, "form": form, "members": group.memberships.order_by()[:10001].count(), "back": back}
    title = f"Put {group} back" if group.is_taken_down else f"Take {group} down"
    return render(request, "panel/abuse/takedown.html", title, context)


def _put_group_back(request: HttpRequest, group: Group, back: str) -> HttpResponse:
    by, words = _staff(request), request.POST.get("words", "")[:500]
    done = takedown.put_back(group=group, by=by, because=words)
    if done is not None:
        note("put back", by=by, about=group, reason=words, details={"done": ", ".join(done)}, ip=client_of(request))
    messages.success(request, f"{', '.join([f'{group} is back', *(done or [])])}.")
    return redirect(back)


# The log


@require_safe
def log(request: HttpRequest) -> HttpResponseBase:
    page = page_of(_entries(request), request.GET, field="id", size=ENTRIES_A_PAGE, by_number=True)
    asked = {name: request.GET.get(name, "") for name in ("who", "action", "about")}
    context = {"page": page, "asked": asked, "query": request.GET.urlencode(), "actions": _actions()}
    return render(request, "panel/abuse/log.html", "Log of the staff", context)


def _actions() -> list[str]:
    """Every verb that stands in the log: jumped through by its index, however long the log is."""
    found: list[str] = []
    while len(found) < 100:
        rows = StaffEntry.objects.filter(action__gt=found[-1]) if found else StaffEntry.objects.all()
        after = rows.order_by("action").values_list("action", flat=True).first()
        if after is None:
            break
        found.append(after)
    return found


def _entries(request: HttpRequest) -> Any:
    """By who did it and to whom: whole addresses, found through an index."""
    entries = StaffEntry.objects.all()
    who, about = (request.GET.get(name, "").replace("\0", "").strip().lower() for name in ("who", "about"))
    if request.GET.get("action"):
        entries = entries.filter(action=request.GET["action"].replace("\0", ""))
    if who:
        entries = entries.filter(by_id__in=list(User.objects.filter(email=who).values_list("pk", flat=True)))
    if about:
        people = [("accounts.user", pk) for pk in User.objects.filter(email=about).values_list("pk", flat=True)]
        slugs = [("groups.group", pk) for pk in Group.objects.filter(slug=about).values_list("pk", flat=True)]
        found = (people or slugs or [("", 0)])[0]
        entries = entries.filter(about_kind=found[0], about_id=str(found[1]))
    return entries


@require_POST
def log_csv(request: HttpRequest) -> HttpResponseBase:
    """The same entries, newest first, all of them. By POST, for that somebody took the log away stands in it, too."""
    note("exported the log of the staff", by=_staff(request), about="", ip=client_of(request))
    response = StreamingHttpResponse(_lines(_entries(request).order_by("-id")), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="staff-log.csv"'
    return response


class _Echo:
    def write(self, line: str) -> str:
        return line


def _lines(entries: Any) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for entry in entries.iterator(2000):
        values = (
            entry.at.isoformat(), entry.by_name or "Posthouse", entry.action, entry.about_name, entry.about_kind,
            entry.reason, entry.details or "", entry.ip or "",
        )  # fmt: skip
        yield writer.writerow([_cell(value) for value in values])


def _cell(value: object) -> str:
    """Spreadsheets run what begins like a formula: such a cell is made text."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
