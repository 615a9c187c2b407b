"""Letters that wait: a list of them, and a page for each on which a moderator decides."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from archive.rendering import fragment_of, reveal_addresses
from archive.source import HEAD_BYTES, shown_headers
from common.paging import page_of
from groups.access import person, visit_as_moderator
from groups.models import Group, Membership
from mail import review
from mail.inbound.facts import gather
from mail.inbound.incoming import Incoming, open_letter
from mail.models import Inbound, InboundState
from mail.rules import Post

HELD_A_PAGE = 40
SAID = {
    "approve": "Approved: it is in the archive and on its way.",
    "trust": "Approved. Letters of this member will not wait again.",
    "reject": "Sent back.",
    "discard": "Dropped. Nobody is told.",
}
LONGEST_REASON = 2000


def held_in(group: Group) -> "QuerySet[Inbound]":
    return Inbound.objects.filter(group=group, state=InboundState.HELD)


@never_cache
@require_safe
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_as_moderator(request, slug)
    held = held_in(visit.group)
    page = page_of(
        held.defer("error"), request.GET, field="received_at", size=HELD_A_PAGE, descending=False
    )  # the one that has waited longest comes first
    context = {"visit": visit, "tab": "moderation", "page": page, "count": held.count()}
    return render(request, "mail/web/moderation.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def held(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visit = visit_as_moderator(request, slug)
    moderated = Q(state=InboundState.HELD) | Q(decided_by__isnull=False)
    found = Inbound.objects.filter(moderated, pk=pk, group=visit.group)
    inbound = found.select_related("spooled__sender", "group", "decided_by", "letter__thread").first()
    if inbound is None:
        raise Http404("There is no such letter.")
    if request.method == "POST":
        return _decide(request, slug, inbound)
    incoming = open_letter(inbound)
    post = gather(incoming)
    context = {
        "visit": visit,
        "tab": "moderation",
        "inbound": inbound,
        **_shown(incoming),
        **_record(visit.group, post),
    }
    return render(request, "mail/web/held.html", context)


def _shown(incoming: Incoming) -> dict[str, Any]:
    letter = incoming.letter
    return {
        "letter": letter,
        "body": _body(fragment_of(letter.html, letter.text)),
        "files": incoming.parsed.attachments,
        "headers": shown_headers(incoming.raw[:HEAD_BYTES], whole_addresses=True),
        "to": ", ".join(person.address for person in (*incoming.parsed.to, *incoming.parsed.cc))[:500],
    }


def _body(html: str) -> SafeString:
    return mark_safe(reveal_addresses(html))  # noqa: S308 - made by archive.rendering, which lets nothing live through


def _record(group: Group, post: Post) -> dict[str, Any]:
    """What is known of the author."""
    membership = None
    if post.member is not None:
        membership = Membership.objects.select_related("user").filter(pk=post.member.pk).first()
    waiting = held_in(group).filter(author__in=post.authors).count() - 1
    checks = post.authentication
    return {"post": post, "member": membership, "others_waiting": max(waiting, 0), "checks": checks}


def _decide(request: HttpRequest, slug: str, inbound: Inbound) -> HttpResponse:
    decision = request.POST.get("decision", "")
    by = person(request)
    if decision not in SAID or by is None:
        raise Http404("There is no such decision.")
    reason = request.POST.get("reason", "").replace("\0", "")[:LONGEST_REASON]
    if _carry_out(decision, inbound, by, reason):
        messages.success(request, SAID[decision])
    else:
        messages.info(request, "Somebody else has decided about this letter already.")
        return redirect("held", slug, inbound.pk)
    assert inbound.group is not None
    following = held_in(inbound.group).order_by("received_at", "pk").values_list("pk", flat=True).first()
    return redirect("held", slug, following) if following else redirect("moderation", slug)


def _carry_out(decision: str, inbound: Inbound, by: User, reason: str) -> bool:
    if decision == "reject":
        return review.reject(inbound, by, reason)
    if decision == "discard":
        return review.discard(inbound, by)
    return review.approve(inbound, by, trust=decision == "trust")
