"""The settings of a group: one calm page for each question, a hub that leads to them, and what they were before."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.paging import page_of
from groups import history
from groups.access import Visit, person, visit_with, visit_with_any
from groups.actions.groups import CannotBe, change_settings, go_back
from groups.forms.groups import PARTS
from groups.models import Group, LogEntry, Right

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHANGES_A_PAGE = 20


@never_cache
@require_safe
def hub(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_with_any(request, slug, Right.SETTINGS, Right.NOTICES)
    return render(request, "groups/settings/hub.html", {"visit": visit, "tab": "settings", "doors": _doors(visit)})


def _doors(visit: Visit) -> "list[dict[str, StrOrPromise]]":
    """The pages this person may open: title, sentence, address."""
    doors = [(Right.SETTINGS, f"group-settings-{key}", part.title, part.sentence) for key, part in PARTS.items()]
    doors += OTHER_DOORS
    doors += OWNERS_DOORS if visit.standing.is_owner else []
    return [
        {"title": title, "sentence": sentence, "url": reverse(name, args=[visit.group.slug])}
        for right, name, title, sentence in doors
        if visit.may(right)
    ]


OTHER_DOORS: "list[tuple[Right, str, StrOrPromise, StrOrPromise]]" = [
    (
        Right.SETTINGS,
        "group-mail-settings",
        gettext_lazy("Mail"),
        gettext_lazy("What waits, how copies look, digests."),
    ),
    (
        Right.NOTICES,
        "group-notices",
        gettext_lazy("Notices"),
        gettext_lazy("The words of mails in the group’s name: welcome, goodbye, held …"),
    ),
    (Right.SETTINGS, "group-look", gettext_lazy("Look"), gettext_lazy("Icon and cover picture.")),
    (
        Right.SETTINGS,
        "group-closing",
        gettext_lazy("Hold, lock, retire"),
        gettext_lazy("When nobody should write: for an hour, a while, or for good."),
    ),
    (
        Right.SETTINGS,
        "group-history",
        pgettext_lazy("of the settings", "History"),
        gettext_lazy("Every change, who made it, and the way back."),
    ),
]


OWNERS_DOORS: "list[tuple[Right, str, StrOrPromise, StrOrPromise]]" = [
    (
        Right.SETTINGS,
        "group-addresses",
        gettext_lazy("Addresses"),
        gettext_lazy("Another short name, and other names that lead here."),
    ),
    (
        Right.SETTINGS,
        "group-hooks",
        gettext_lazy("Webhooks"),
        gettext_lazy("Other programs that are told what happens here."),
    ),
]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    visit = visit_with(request, slug, Right.SETTINGS)
    by = person(request)
    assert by is not None
    page = PARTS[part]
    form = page.form(request.POST or None, instance=Group.objects.get(pk=visit.group.pk))
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_settings(group=visit.group, by=by, **form.cleaned_data)
        except CannotBe as problem:  # somebody else changed the other half meanwhile
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The settings are saved.") if changed else _("Nothing was changed."))
            return redirect(f"group-settings-{part}", visit.group.slug)
    context = {"visit": visit, "tab": "settings", "form": form, "title": page.title, "sentence": page.sentence}
    return render(request, "groups/settings/part.html", context)


@never_cache
@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_with(request, slug, Right.SETTINGS)
    page = page_of(history.changes_of(visit.group), request.GET, field="id", by_number=True, size=CHANGES_A_PAGE)
    context = {"visit": visit, "tab": "settings", "page": page, "changes": history.shown(page.rows)}
    return render(request, "groups/settings/history.html", context)


@require_POST
def roll_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`to`: "change" takes this one change back; "time" makes everything as it was right after it."""
    visit = visit_with(request, slug, Right.SETTINGS)
    by = person(request)
    assert by is not None
    entry = history.changes_of(visit.group).filter(pk=pk).first()
    if entry is None:
        raise Http404(_("There is no such change."))
    settings, words = _wanted(visit.group, entry, request.POST.get("to", ""))
    try:
        changed = go_back(group=visit.group, by=by, settings=settings, to=words)
    except CannotBe as problem:
        how = _("Take the later change of the other one back first, or both by their day.")
        messages.error(request, f"{problem} {how}")
    else:
        said = (
            _("It is as it was before; this is a change of its own below.")
            if changed
            else _("It is like that already.")
        )
        messages.success(request, said)
    return redirect("group-history", visit.group.slug)


def _wanted(group: Group, entry: LogEntry, to: str) -> tuple[dict[str, Any], str]:
    when = f"{entry.at:%d %B %Y, %H:%M} UTC"
    if to == "time":
        return history.as_after(group, entry), f"as of {when}"
    return history.before(entry), f"the change of {when} taken back"
