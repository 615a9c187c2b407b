"""Domains of the site: pages of the panel, and the logo of each."""

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from common.paging import page_of
from common.panel import audit, pages
from groups.access import person
from groups.actions.domains import move_to_domain, remove_domain, save_domain
from groups.domains import sites
from groups.domains.models import Domain
from groups.forms.domains import DomainForm, MoveForm
from groups.models import Group

GROUPS_SHOWN = 50
FOR_EVER = "public, max-age=31536000, immutable"  # another picture has another address
TEXTS = ("name", "mail_domain", "url", "accent", "footer", "language", "postmaster", "is_shared")
LISTS = ("other_mail_domains", "other_hosts")


@require_safe
def domains(request: HttpRequest) -> HttpResponseBase:
    rows = Domain.objects.defer("logo").annotate(group_count=Count("groups")).order_by("mail_domain")
    context = {"main": sites.main(), "domains": rows}
    return pages.render(request, "panel/domains.html", "Domains", context)


@require_http_methods(["GET", "HEAD", "POST"])
def domain(request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
    """`do`: move (a group here), home (a group to the site's first domain), remove; else save."""
    found = get_object_or_404(Domain, pk=pk) if pk is not None else Domain()
    do = request.POST.get("do", "")
    if do == "remove" and found.pk:
        return _remove(request, found)
    moving = MoveForm(request.POST if do in ("move", "home") else None)
    if moving.is_bound and moving.is_valid():
        return _move(request, found, moving.cleaned_data["slug"], do)
    saving = request.method == "POST" and not do
    form = DomainForm(
        request.POST if saving else None, request.FILES if saving else None, domain=found, initial=_initial(found)
    )
    if saving and form.is_valid():
        return _save(request, found, form)
    groups = page_of(Group.objects.filter(domain=found.pk), request.GET, field="id", size=GROUPS_SHOWN, by_number=True)
    context = {"form": form, "moving": moving, "domain": found, "page": groups if found.pk else None}
    return pages.render(request, "panel/domain.html", found.name or "A new domain", context)


def _initial(found: Domain) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(found, name) for name in TEXTS}
    values |= {name: " ".join(getattr(found, name)) for name in LISTS}
    owners = found.owners.values_list("email", flat=True) if found.pk else ()
    return {**values, "owners": "\n".join(owners)}


@transaction.atomic
def _save(request: HttpRequest, found: Domain, form: DomainForm) -> HttpResponse:
    values = {name: form.cleaned_data[name] for name in (*TEXTS, *LISTS)}
    logo = b"" if form.cleaned_data["logo_gone"] else form.cleaned_data["logo"]
    if logo is not None:
        values |= {"logo": logo, "logo_name": sha256(logo).hexdigest()[:32] if logo else ""}
    changes = save_domain(found, form.cleaned_data["owners"], **values)
    if changes:
        audit.record(request, "changed", found, changes)
    messages.success(request, "Saved; every process knows." if changes else "Nothing was changed.")
    return redirect("admin:domain", found.pk)


@transaction.atomic
def _move(request: HttpRequest, found: Domain, group: Group, do: str) -> HttpResponse:
    by = person(request)
    assert by is not None
    target = found if do == "move" else None
    if move_to_domain(group=group, by=by, domain=target):
        audit.record(request, "moved to a domain", group, {"domain": ["", str(target or sites.main().mail_domain)]})
        messages.success(request, f"Letters to {group.name} go to {group.address} now.")
    else:
        messages.info(request, "The group lives there already.")
    return redirect("admin:domain", found.pk)


@transaction.atomic
def _remove(request: HttpRequest, found: Domain) -> HttpResponse:
    name = str(found)
    if not remove_domain(found):
        messages.error(request, "Groups live on this domain. Move them first.")
        return redirect("admin:domain", found.pk)
    audit.record(request, "removed", f"Domain {name}", {})
    messages.success(request, f"{name} is no domain of this site any more.")
    return redirect("admin:domains")


@require_safe
def logo(request: HttpRequest, name: str) -> HttpResponse:
    found = Domain.objects.filter(logo_name=name).only("logo").first() if name and "\0" not in name else None
    if found is None:
        raise Http404("There is no such logo.")
    response = HttpResponse(bytes(found.logo), content_type="image/webp")
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
