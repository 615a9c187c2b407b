"""What moderators asked for that takes a while: how far it is, and a way to stop it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive.actions import chores
from archive.models import Chore
from groups.access import OwnersOnly, Visit, visit_as_moderator
from groups.models import Right


def _visit(request: HttpRequest, slug: str) -> Visit:
    visit = visit_as_moderator(request, slug)
    if not (visit.may(Right.TOPICS) or visit.may(Right.DESTROY)):
        raise OwnersOnly(_("This needs a right that the group’s owners give: to move topics, or to destroy letters."))
    return visit


@never_cache
@require_safe
def chore(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """htmx asks for the fragment alone."""
    visit = _visit(request, slug)
    found = get_object_or_404(Chore, pk=pk, group=visit.group)
    template = "_chore.html" if getattr(request, "htmx", False) else "chore.html"
    context = {
        "visit": visit,
        "tab": "topics",
        "chore": found,
        "percent": found.total and 100 * found.done // found.total,
    }
    return render(request, f"archive/tools/{template}", context)


@never_cache
@require_POST
def stop(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visit = _visit(request, slug)
    found = get_object_or_404(Chore, pk=pk, group=visit.group)
    if not chores.stop(found):
        messages.info(request, _("It is over already, or can no longer be stopped."))
    return redirect("chore", slug, pk)
