"""Locking and retiring a group, opening it again, and the emergency brake."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from groups.access import OwnersOnly, Visit, person, visit_with
from groups.actions.closing import lock, reopen, retire
from groups.actions.groups import change_settings
from groups.models import Group, GroupState, Right

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Does = Callable[[Group, User, str], bool]
DONE: "dict[str, tuple[Does, StrOrPromise]]" = {
    "lock": (lambda group, by, why: lock(group=group, by=by, reason=why), _("The group is locked.")),
    "retire": (lambda group, by, why: retire(group=group, by=by, reason=why), _("The group is retired.")),
    "reopen": (lambda group, by, why: reopen(group=group, by=by), _("The group is open again.")),
    "hold": (
        lambda group, by, why: bool(change_settings(group=group, by=by, emergency=True)),
        _("Every letter waits for a moderator now."),
    ),
    "let-go": (
        lambda group, by, why: bool(change_settings(group=group, by=by, emergency=False)),
        _("Letters go out as usual again. Those that wait are still to be decided about."),
    ),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest, slug: str) -> HttpResponse:
    """`do`: a key of DONE."""
    visit = visit_with(request, slug, Right.SETTINGS)
    do = request.POST.get("do", "")
    if do not in DONE:
        return render(request, "groups/settings/closing.html", {"visit": visit, "tab": "settings"})
    _refuse_for_moderators(visit, do)
    by = person(request)
    assert by is not None
    act, said = DONE[do]
    if act(visit.group, by, request.POST.get("reason", "").replace("\x00", "")):
        messages.success(request, said)
    else:
        messages.info(request, _("Nothing was changed: somebody else was quicker."))
    return redirect("group-closing", visit.group.slug)


def _refuse_for_moderators(visit: Visit, do: str) -> None:
    retires = do == "retire" or (do == "reopen" and visit.group.state == GroupState.RETIRED)
    if retires and not visit.standing.is_owner:
        raise OwnersOnly(str(_("Only owners retire a group, or open it again after that.")))
