"""Webhooks of a group, for its owners; of all groups, for site staff. The same three pages for both: the list, a hook with
its log, and one thing that it was told."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.paging import page_of
from common.ratelimit import allowed
from groups.access import Visit, person, visit_as_owner
from groups.hooks import actions
from groups.hooks.forms import HookForm
from groups.hooks.models import Hook, Sending
from groups.hooks.payload import payload_of
from groups.models import Group

SENDINGS_A_PAGE = 50
TESTS_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Whose webhooks these are: a group's, or (no visit) the site's."""

    by: User
    visit: Visit | None = None

    @property
    def group(self) -> Group | None:
        return self.visit.group if self.visit else None

    def url(self, what: str, *about: int) -> str:
        if self.group is None:
            return reverse(f"site-{what}", args=about)
        return reverse(f"group-{what}", args=[self.group.slug, *about])

    def hook(self, pk: int) -> Hook:
        return get_object_or_404(Hook.objects.select_related("group"), pk=pk, group=self.group)


def _place(request: HttpRequest, slug: str | None) -> Place:
    """What a webhook is told is all that owners may read, so it is for them alone."""
    visit = visit_as_owner(request, slug) if slug is not None else None
    by = person(request)
    if by is None or (visit is None and not (by.is_superuser and by.is_active)):
        raise PermissionDenied(_("This is for those who run the site."))
    return Place(by, visit)


def _page(request: HttpRequest, place: Place, name: str, **context: Any) -> HttpResponse:
    base = {
        "place": place,
        "visit": place.visit,
        "tab": "settings",
        "layout": "layouts/group.html" if place.visit else "base.html",
        "hooks_url": place.url("hooks"),
    }
    return render(request, f"hooks/{name}.html", base | context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hooks(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """The list, and a form for one more."""
    if slug is None and person(request) is None:
        return redirect_to_login(request.get_full_path())
    place = _place(request, slug)
    form = HookForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.add(group=place.group, by=place.by, **form.cleaned_data)
            return _with_secret(request, place, made, made.secret)
        except actions.TooMany as problem:
            form.add_error(None, str(problem))
    found = [(hook, place.url("hook", hook.pk)) for hook in Hook.objects.filter(group=place.group).order_by("pk")]
    return _page(request, place, "list", form=form, found=found)


def _with_secret(request: HttpRequest, place: Place, hook: Hook, secret: str) -> HttpResponse:
    """The only page that ever shows a secret: the answer to the POST that made it."""
    return _page(request, place, "secret", hook=hook, secret=secret, hook_url=place.url("hook", hook.pk))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hook(request: HttpRequest, pk: int, slug: str | None = None) -> HttpResponse:
    """Its settings and its log. `do`: save, or one of _DONE."""
    place = _place(request, slug)
    found = place.hook(pk)
    do = request.POST.get("do", "")
    form = HookForm(request.POST if do == "save" else None, instance=found)
    if request.method == "POST" and do != "save":
        return _do(request, place, found, do)
    if form.is_bound:
        stored = place.hook(pk)
        if form.is_valid():
            changed = actions.change(stored, by=place.by, **form.cleaned_data)
            messages.success(request, _("Saved.") if changed else _("Nothing was other than before."))
            return redirect(place.url("hook", pk))
        found = stored
    page = page_of(
        found.sendings.select_related("event"), request.GET, field="id", by_number=True, size=SENDINGS_A_PAGE
    )
    log = [(sending, place.url("hook-sending", sending.pk)) for sending in page.rows]
    return _page(request, place, "hook", hook=found, form=form, page=page, log=log)


def _do(request: HttpRequest, place: Place, found: Hook, do: str) -> HttpResponse:
    by, back = place.by, place.url("hook", found.pk)
    if do == "rotate":
        return _with_secret(request, place, found, actions.rotate(found, by=by))
    if do == "test":
        if _too_often(request, found):
            return redirect(back)
        return redirect(place.url("hook-sending", actions.send_test(found, by=by).pk))
    if do == "delete":
        actions.delete(found, by=by)
        messages.success(request, _("The webhook is gone, and its log with it."))
        return redirect(place.url("hooks"))
    act, said = _DONE.get(do, (None, ""))
    if act is not None and act(found, by=by):
        messages.success(request, said)
    return redirect(back)


_DONE = {
    "on": (actions.turn_on, gettext_lazy("It is on: it is told what happens from now on.")),
    "off": (actions.turn_off, gettext_lazy("It is off, and is told nothing.")),
    "end-old": (actions.end_old_secret, gettext_lazy("Only the new secret is valid now.")),
}


def _too_often(request: HttpRequest, found: Hook) -> bool:
    if allowed("webhooks by hand", found.pk, limit=TESTS_AN_HOUR, seconds=3600):
        return False
    messages.error(
        request, _("That is enough by hand: %(number)s an hour for each webhook.") % {"number": TESTS_AN_HOUR}
    )
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sending(request: HttpRequest, pk: int, slug: str | None = None) -> HttpResponse:
    """What was said, and what was answered. A POST says it again."""
    place = _place(request, slug)
    rows = Sending.objects.select_related("hook", "event__group")
    found = get_object_or_404(rows, pk=pk, hook__group=place.group)
    if request.method == "POST":
        if not found.hook.is_on:
            messages.error(request, _("The webhook is off. Switch it on first."))
        elif not _too_often(request, found.hook):
            again = actions.send_again(found)
            messages.success(
                request, _("It is sent again, with the same id.") if again else _("It waits to be sent anyway.")
            )
        return redirect(place.url("hook-sending", pk))
    says = json.dumps(payload_of(found.event, found.hook), ensure_ascii=False, indent=2)
    return _page(request, place, "sending", sending=found, says=says, hook_url=place.url("hook", found.hook_id))
