"""The directory of groups, and starting one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.caching import public_page
from common.paging import page_of
from common.ratelimit import allowed
from groups.access import person
from groups.actions.groups import start_group
from groups.directory import listed, of_person, version, with_activity
from groups.forms.groups import NewGroupForm

GROUPS_A_PAGE = 30
NEW_GROUPS_A_DAY = 10


@require_safe
def directory(request: HttpRequest) -> HttpResponseBase:
    state, changed_at = version()
    return public_page(request, lambda: _directory(request), version=state, changed_at=changed_at)


def _directory(request: HttpRequest) -> HttpResponse:
    wanted = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    reader = person(request)
    groups = listed(wanted)
    if reader is not None and not wanted:
        groups = groups.exclude(pk__in=reader.memberships.values("group"))  # they stand above, on the first page
    page = page_of(with_activity(groups), request.GET, field="active_at", size=GROUPS_A_PAGE)
    first = not (wanted or page.previous)
    mine = list(of_person(reader)) if reader is not None and first else []
    return render(request, "groups/directory.html", {"page": page, "wanted": wanted, "mine": mine, "first": first})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_group(request: HttpRequest) -> HttpResponse:
    reader = person(request)
    assert reader is not None
    form = NewGroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not allowed("start-group", reader.pk, limit=NEW_GROUPS_A_DAY, seconds=86400):
            form.add_error(None, "You have started many groups today. Try again tomorrow.")
            return render(request, "groups/new.html", {"form": form}, status=429)
        try:
            group = start_group(by=reader, **form.cleaned_data)
        except IntegrityError:  # somebody took the short name between our look and our writing
            form.add_error("slug", "Somebody has just taken this short name. Choose another.")
        else:
            messages.success(request, f"{group.name} is open. You own it.")
            return redirect(group)
    return render(request, "groups/new.html", {"form": form})
