"""A group's home."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from common.caching import public_page
from groups.access import Visit, visit_group
from groups.countries import country_name
from groups.directory import similar
from groups.directory.tree import tree
from groups.languages import local_name
from groups.markdown import render_markdown
from groups.models import Role

MOST_OWNERS = 5


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponseBase:
    visit = visit_group(request, slug, related=("archive", "listing"))
    members = visit.group.memberships.count()
    archive = getattr(visit.group, "archive", None)
    state = (
        visit.group.changed_at,
        members,
        archive.version if archive else 0,
        timezone.now().strftime("%Y-%m"),  # the sparkline ends in the present
        *_beside(visit),
    )
    changed = max(filter(None, [visit.group.changed_at, archive.changed_at if archive else None]))
    return public_page(request, lambda: _home(request, visit, members), version=state, changed_at=changed, seconds=1)


def _beside(visit: Visit) -> list[object]:
    """What the page is made from beside the group itself: the groups like it."""
    listing = getattr(visit.group, "listing", None)
    return [listing.similar] if listing else []


def _home(request: HttpRequest, visit: Visit, members: int) -> HttpResponse:
    group = visit.group
    context = {
        "visit": visit,
        "tab": "home",
        "archive": getattr(group, "archive", None),
        "members": members,
        "description": render_markdown(group.description),
        "guidelines": "" if visit.can_read_archive else render_markdown(group.guidelines, below=2),
        "language": local_name(group.language) if group.language else "",
        "country": country_name(group.country),
        "categories": tree().known(group.categories) if group.categories else [],
        "similar": similar.shown_beside(getattr(group, "listing", None)),
        "run_by": "" if visit.can_read_archive else _run_by(visit),
    }
    return render(request, "groups/home.html", context)


def _run_by(visit: Visit) -> SafeString:
    """Names of owners, for those who think about joining: never their addresses."""
    owners = visit.group.memberships.filter(role=Role.OWNER).select_related("user").order_by("joined_at")
    names = [(owner.user.name,) for owner in owners[:MOST_OWNERS] if owner.user.name]
    return format_html_join(", ", "<bdi>{}</bdi>", names)
