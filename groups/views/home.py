"""A group's home and its members."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.caching import private, public_page
from common.paging import page_of
from groups.access import OwnersOnly, Visit, visit_as_member, visit_group
from groups.languages import local_name
from groups.markdown import render_markdown
from groups.models import Membership, Role

MEMBERS_A_PAGE = 60


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


@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_as_member(request, slug, "list of members")
    if not visit.can_see_members:
        raise OwnersOnly("In this group only owners and moderators see the list of members.")
    wanted = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    people = _found(visit.group.memberships.select_related("user"), wanted)
    page = page_of(people.filter(role=Role.MEMBER), request.GET, field="joined_at", size=MEMBERS_A_PAGE)
    context = {
        "visit": visit,
        "tab": "members",
        "wanted": wanted,
        "count": visit.group.memberships.count(),
        "running": [] if page.previous else list(people.exclude(role=Role.MEMBER).order_by("-role", "joined_at", "pk")),
        "page": page,
    }
    return private(render(request, "groups/members.html", context))


def _found(people: "QuerySet[Membership]", wanted: str) -> "QuerySet[Membership]":
    for word in wanted.split()[:8]:
        people = people.filter(user__name__icontains=word) | people.filter(user__email__icontains=word)
    return people
