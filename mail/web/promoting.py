"""A group made known elsewhere: its address as a QR code, a badge, and a form that other sites put on their pages."""

import io

import qrcode  # type: ignore[import-untyped]
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

from common.caching import private, public_page
from groups.access import Visit, visit_as_member, visit_group
from groups.models import Visibility

A_LETTER = 7.2  # about as wide as one of the badge is


def _visit(request: HttpRequest, slug: str) -> Visit:
    return visit_as_member(request, slug, "ways to make it known", related=("archive",))


@never_cache
@require_safe
def promote(request: HttpRequest, slug: str) -> HttpResponse:
    visit = _visit(request, slug)
    context = {
        "visit": visit,
        "tab": "promote",
        "is_private": visit.group.visibility == Visibility.PRIVATE,
        "address": f"{settings.SITE_URL}{visit.group.get_absolute_url()}",
        "badge_html": _snippet("badge", visit),
        "form_html": _snippet("form", visit),
        "preview": _badge_address(visit),
    }
    return render(request, "groups/promote/page.html", context)


def _snippet(kind: str, visit: Visit) -> str:
    """HTML to copy, for pages of somebody else: every address in it is whole."""
    context = {
        "group": visit.group,
        "home": f"{settings.SITE_URL}{visit.group.get_absolute_url()}",
        "badge": f"{settings.SITE_URL}{_badge_address(visit)}",
        "action": f"{settings.SITE_URL}{reverse('group-join-from', args=[visit.group.slug])}",
    }
    return render_to_string(f"groups/promote/{kind}.html", context).strip()


def _badge_address(visit: Visit) -> str:
    return reverse("group-badge", args=[visit.group.slug])


@require_safe
def qr(request: HttpRequest, slug: str) -> HttpResponse:
    """The address of the group's page as a picture that phones read (ISO/IEC 18004)."""
    visit = _visit(request, slug)
    drawn = io.BytesIO()
    address = f"{settings.SITE_URL}{visit.group.get_absolute_url()}"
    qrcode.make(address, image_factory=SvgPathImage, box_size=12, border=2).save(drawn)
    return private(HttpResponse(drawn.getvalue(), content_type="image/svg+xml"))


@require_safe
def badge(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Its name and how many members it has, as a small picture. A private group has none, for its pages' readers either: the
    picture is for pages that everybody sees."""
    visit = visit_group(request, slug)
    if visit.group.visibility == Visibility.PRIVATE:
        raise Http404("There is no such group.")
    members = visit.group.memberships.count()
    version = ("badge", visit.group.name, members, get_language())
    return public_page(request, lambda: _drawn(visit.group.name, members), version=version, seconds=3600)


def _drawn(name: str, members: int) -> HttpResponse:
    label = name if len(name) <= 40 else f"{name[:39]}…"
    number = ngettext("%(count)s member", "%(count)s members", members) % {"count": f"{members:,}"}
    left, right = round(len(label) * A_LETTER) + 16, round(len(number) * A_LETTER) + 16
    context = {"label": label, "number": number, "left": left, "right": right, "width": left + right}
    return HttpResponse(render_to_string("groups/promote/badge.svg", context), content_type="image/svg+xml")
