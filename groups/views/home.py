"""A group's home."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.caching import public_page
from groups.access import Visit, visit_group
from groups.languages import local_name
from groups.markdown import render_markdown


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponseBase:
    visit = visit_group(request, slug, related=("archive",))
    members = visit.group.memberships.count()
    archive = getattr(visit.group, "archive", None)
    state = (
        visit.group.changed_at,
        members,
        archive.version if archive else 0,
        timezone.now().strftime("%Y-%m"),  # the sparkline ends in the present
    )
    changed = max(filter(None, [visit.group.changed_at, archive.changed_at if archive else None]))
    return public_page(request, lambda: _home(request, visit, members), version=state, changed_at=changed, seconds=1)


def _home(request: HttpRequest, visit: Visit, members: int) -> HttpResponse:
    context = {
        "visit": visit,
        "tab": "home",
        "archive": getattr(visit.group, "archive", None),
        "members": members,
        "description": render_markdown(visit.group.description),
        "language": local_name(visit.group.language) if visit.group.language else "",
    }
    return render(request, "groups/home.html", context)
