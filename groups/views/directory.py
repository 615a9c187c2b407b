"""The directory of groups."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import switches
from common.caching import public_page
from common.paging import page_of
from groups.access import person
from groups.directory import listed, of_person, version, with_activity
from groups.domains import sites

GROUPS_A_PAGE = 30


@require_safe
def directory(request: HttpRequest) -> HttpResponseBase:
    if person(request) is None and not switches.on("public_directory"):
        return redirect_to_login(request.get_full_path())
    state, changed_at = version()
    return public_page(request, lambda: _directory(request), version=state, changed_at=changed_at)


def _directory(request: HttpRequest) -> HttpResponse:
    wanted = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    reader = person(request)
    groups = listed(wanted, sites.of_request(request))
    if reader is not None and not wanted:
        groups = groups.exclude(pk__in=reader.memberships.values("group"))  # they stand above, on the first page
    page = page_of(with_activity(groups), request.GET, field="active_at", size=GROUPS_A_PAGE)
    first = not (wanted or page.previous)
    mine = list(of_person(reader)) if reader is not None and first else []
    return render(request, "groups/directory.html", {"page": page, "wanted": wanted, "mine": mine, "first": first})
