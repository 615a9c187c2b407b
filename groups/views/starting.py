"""Starting a group in three steps: its name, who may what, a last look. What was said so far stays in the session, so that every
step is a page of its own and the way back is an ordinary link."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.ratelimit import allowed
from groups.access import person
from groups.actions.groups import start_group
from groups.domains import sites
from groups.forms.starting import NameForm
from groups.forms.who import WhoForm
from groups.models import Group
from groups.presets import PRESETS, USUAL

NEW_GROUPS_A_DAY = 10
KEPT = "new-group"
TOO_MANY = gettext_lazy("You have started many groups today. Try again tomorrow.")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    kept = _kept(request)
    form = NameForm(request.POST or None, initial=kept.get("name", {}))
    if request.method == "POST" and form.is_valid():
        _keep(request, {**kept, "name": form.cleaned_data})
        return redirect("group-new-who")
    return _step(request, 1, form=form)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest) -> HttpResponse:
    kept = _kept(request)
    if "name" not in kept:
        return redirect("group-new")
    preset = _preset(request, kept)
    chosen = kept.get("who") if preset == kept.get("preset") else None
    form = WhoForm(request.POST or None, initial=dict(chosen or PRESETS[preset].who))
    if request.method == "POST" and form.is_valid():
        _keep(request, {**kept, "who": form.cleaned_data, "preset": preset})
        return redirect("group-new-look")
    return _step(request, 2, form=form, presets=PRESETS, preset=preset)


def _preset(request: HttpRequest, kept: dict[str, Any]) -> str:
    """The one asked for now, else the one chosen before."""
    asked = request.POST.get("preset") or request.GET.get("preset", "")
    return asked if asked in PRESETS else kept.get("preset", USUAL)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    kept = _kept(request)
    if "name" not in kept or "who" not in kept:
        return redirect("group-new-who")
    if request.method == "POST":
        return _start(request, kept)
    return _step(request, 3, **_overview(request, kept))


def _start(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse:
    reader = person(request)
    assert reader is not None
    form = NameForm(kept["name"])
    if not form.is_valid():  # the short name was free two pages ago
        return _step(request, 1, form=form)
    if not allowed("start-group", reader.pk, limit=NEW_GROUPS_A_DAY, seconds=86400):
        return _step(request, 3, status=429, problem=TOO_MANY, **_overview(request, kept))
    site = sites.of_request(request)
    more = {**({"language": site.language} if site.language else {}), **PRESETS[kept["preset"]].more}
    try:
        group = start_group(by=reader, domain=site.pk, **form.cleaned_data, **kept["who"], **more)
    except IntegrityError:  # somebody took the short name between our look and our writing
        form.add_error("slug", _("Somebody has just taken this short name. Choose another."))
        return _step(request, 1, form=form)
    request.session.pop(KEPT, None)
    messages.success(request, _("%(group)s is open. You own it.") % {"group": group.name})
    return redirect(group)


def _overview(request: HttpRequest, kept: dict[str, Any]) -> dict[str, Any]:
    """What was chosen, as the pages before said it."""
    form = WhoForm(initial=kept["who"])
    group = Group(**kept["name"], domain_id=sites.of_request(request).pk or None)
    return {"group": group, "preset": PRESETS[kept["preset"]], "rows": [_row(form, key) for key in form.fields]}


def _row(form: WhoForm, key: str) -> tuple[str, str, str]:
    field = form[key]
    value = str(field.value())
    choices = {str(each): title for each, title in field.field.choices}  # type: ignore[attr-defined]
    return str(field.label), str(choices[value]), str(field.field.widget.sentences[value])  # type: ignore[attr-defined]


def _kept(request: HttpRequest) -> dict[str, Any]:
    found = request.session.get(KEPT)
    return found if isinstance(found, dict) else {}


def _keep(request: HttpRequest, said: dict[str, Any]) -> None:
    request.session[KEPT] = said


def _step(request: HttpRequest, step: int, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(
        request, f"groups/new/{('name', 'who', 'look')[step - 1]}.html", {"step": step, **context}, status=status
    )
