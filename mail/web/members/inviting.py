"""Inviting people by pasting their addresses, and what became of each invitation; links to join by, with their QR codes."""

import io
from datetime import datetime, timedelta
from typing import Any

import qrcode  # type: ignore[import-untyped]
from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

from common.caching import private
from common.paging import page_of
from common.text import number_in
from groups.actions.inviting import cancel, end_link, make_link, room_today
from groups.models import Invitation, InvitationState, JoinLink
from groups.pasted import understand
from mail.commands import inviting as commands
from mail.models import BounceEvent, Category
from mail.web.members.frame import clean, page, visit_for_members, visit_for_owners

A_PAGE = 50
MOST_AT_ONCE = 1000
MOST_LINKS = 50
UNREACHED = (Category.HARD, Category.FULL, Category.POLICY, Category.UNKNOWN, Category.TEMPORARY)
LASTS = {
    "7": gettext_lazy("A week"),
    "30": gettext_lazy("A month"),
    "365": gettext_lazy("A year"),
    "": gettext_lazy("Until it is ended"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Paste, see what was understood, send. And the list of invitations below."""
    visit, by = visit_for_members(request, slug)
    context: dict[str, Any] = {"room": room_today(visit.group, by)}
    if request.method == "POST":
        text, words = request.POST.get("people", ""), clean(request.POST.get("words", ""), 2000)
        understood = understand(text)
        context |= {"text": text[:500_000], "words": words, "understood": understood}
        if len(understood.people) > MOST_AT_ONCE:
            context["problem"] = _("These are %(count)s addresses; %(most)s at once are the most.") % {
                "count": intcomma(len(understood.people)),
                "most": intcomma(MOST_AT_ONCE),
            }
        elif request.POST.get("send") and understood.people:
            outcome = commands.invite(group=visit.group, people=understood.people, words=words, by=by)
            count = len(outcome.sent)
            said = ngettext("%(count)s invitation is on the way.", "%(count)s invitations are on the way.", count)
            messages.success(request, said % {"count": count})
            if not outcome.left_out:
                return redirect("members-invite", slug)
            context = {"room": room_today(visit.group, by), "left_out": outcome.left_out[:200]}
    context |= _invitations(request, visit.group.pk)
    return page(request, "invite", visit, "invitations", **context)


def _invitations(request: HttpRequest, group: int) -> dict[str, Any]:
    state = request.GET.get("state", "")
    rows = Invitation.objects.filter(group=group)
    if state in InvitationState.values:
        rows = rows.filter(state=state)
    shown = page_of(rows, request.GET, field="sent_at", size=A_PAGE)
    _tell_bounces(shown.rows)
    return {"page": shown, "states": InvitationState.choices, "state": state}


def _tell_bounces(invitations: list[Invitation]) -> None:
    """Whose mail came back since it was sent: one question for the page."""
    addresses = [each.address for each in invitations]
    events = BounceEvent.objects.filter(address__in=addresses, category__in=UNREACHED).order_by("at")
    latest = {event.address: event for event in events}
    for each in invitations:
        event = latest.get(each.address)
        each.bounce = event if event is not None and event.at > each.sent_at else None  # type: ignore[attr-defined]


@require_POST
def invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`what`: again or cancel."""
    visit, by = visit_for_members(request, slug)
    found = get_object_or_404(Invitation.objects.select_related("group"), pk=pk, group=visit.group)
    if request.POST.get("what") == "again":
        because = commands.invite_again(found, by=by)
        words = because or _("%(address)s is invited once more.") % {"address": found.address}
        messages.add_message(request, messages.ERROR if because else messages.SUCCESS, words)
    elif request.POST.get("what") == "cancel":
        done = cancel(found, by=by)
        messages.success(request, _("The invitation is taken back.") if done else _("It is over already."))
    else:
        raise Http404("There is no such decision.")
    return redirect("members-invite", slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, slug: str) -> HttpResponse:
    visit, by = visit_for_owners(request, slug)
    rows = visit.group.join_links.order_by("ended_at", "-pk")
    if request.method != "POST":
        return page(request, "links", visit, "links", links=rows[:MOST_LINKS], lasts=LASTS.items())
    if rows.filter(ended_at__isnull=True).count() >= MOST_LINKS:
        messages.error(request, _("There are %(count)s links; end some first.") % {"count": MOST_LINKS})
        return redirect("members-links", slug)
    limit = number_in(request.POST.get("limit", "").strip())
    make_link(
        group=visit.group,
        by=by,
        label=clean(request.POST.get("label", ""), 100),
        limit=min(limit, 1_000_000) if limit else None,
        expires_at=_until(request.POST.get("lasts", "")),
        at_once=request.POST.get("at_once") == "yes",
    )
    messages.success(request, _("The link is made. Whoever has it may join."))
    return redirect("members-links", slug)


def _until(lasts: str) -> datetime | None:
    return timezone.now() + timedelta(days=int(lasts)) if lasts and lasts in LASTS else None


@require_POST
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visit, by = visit_for_owners(request, slug)
    link = get_object_or_404(JoinLink.objects.select_related("group"), pk=pk, group=visit.group)
    messages.success(request, _("The link works no more.") if end_link(link, by=by) else _("It had ended already."))
    return redirect("members-links", slug)


@require_safe
def qr(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The link as a picture that phones read (ISO/IEC 18004), drawn here."""
    visit, _ = visit_for_owners(request, slug)
    link = get_object_or_404(JoinLink, pk=pk, group=visit.group)
    drawn = io.BytesIO()
    qrcode.make(link.url, image_factory=SvgPathImage, box_size=12, border=2).save(drawn)
    return private(HttpResponse(drawn.getvalue(), content_type="image/svg+xml"))
