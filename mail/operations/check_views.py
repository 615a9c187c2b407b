"""The delivery self-check as a page of the panel."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from common.panel import pages
from common.ratelimit import allowed
from groups.domains import sites
from groups.domains.sites import Site
from mail.operations.models import DeliveryCheck
from mail.operations.selfcheck import run

CHECKS_AN_HOUR = 30


@require_http_methods(["GET", "HEAD", "POST"])
def delivery_check(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        return _check(request)
    known = {row.domain: row for row in DeliveryCheck.objects.all()}
    found = [_shown(site, known.get(site.mail_domain)) for site in sites.every()]
    return pages.render(request, "panel/delivery_check.html", "Delivery self-check", {"sites": found})


def _shown(site: Site, row: DeliveryCheck | None) -> dict[str, Any]:
    return {"site": site, "check": row, "light": run.light_of(row.findings) if row else ""}


def _check(request: HttpRequest) -> HttpResponseBase:
    """`domain`: one mail domain of ours."""
    wanted = request.POST.get("domain", "")
    site = next((site for site in sites.every() if site.mail_domain == wanted), None)
    if site is None:
        messages.error(request, "This is no domain of ours.")
    elif not allowed("delivery check", "site", limit=CHECKS_AN_HOUR, seconds=3600):
        messages.error(request, "That was checked often enough for an hour.")
    else:
        run.check(site)
        messages.success(request, f"{site.mail_domain} was checked.")
    return redirect("admin:delivery-check")
