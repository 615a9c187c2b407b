"""What members of a group expect of each other, on a page of its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.caching import public_page
from groups.access import Visit, visit_group
from groups.markdown import render_markdown


@require_safe
def guidelines(request: HttpRequest, slug: str) -> HttpResponseBase:
    """For whoever may see the group: people read them before they join."""
    visit = visit_group(request, slug)
    if not visit.group.guidelines:
        raise Http404(_("This group has written no guidelines."))
    changed = visit.group.changed_at
    return public_page(
        request, lambda: _guidelines(request, visit), version=("guidelines", changed), changed_at=changed
    )


def _guidelines(request: HttpRequest, visit: Visit) -> HttpResponse:
    context = {"visit": visit, "tab": "guidelines", "text": render_markdown(visit.group.guidelines, below=1)}
    return render(request, "groups/guidelines.html", context)
