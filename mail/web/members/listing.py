"""The members of a group: for its members a directory, for those who look after them a list to work on."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.paging import Page, page_of, query
from groups import roster
from groups.access import OwnersOnly, Visit, person, visit_as_member
from groups.models import Delivery, Group, Membership, Posting, Right, Role
from groups.roster import Wanted, wanted_in
from mail.models import Mailbox, MailboxState
from mail.web.members import rows
from mail.web.members.frame import page

A_PAGE = 60
MOST_BOUNCING = 5000


def visit_members(request: HttpRequest, slug: str) -> Visit:
    """Fetch a group for somebody who may see the list of its members."""
    visit = visit_as_member(request, slug, "list of members")
    if not visit.can_see_members:
        raise OwnersOnly(_("In this group only owners and moderators see the list of members."))
    return visit


@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_members(request, slug)
    wanted = wanted_in(request.GET)
    return _to_work_on(request, visit, wanted) if visit.may(Right.MEMBERS) else _directory(request, visit, wanted)


def _directory(request: HttpRequest, visit: Visit, wanted: Wanted) -> HttpResponse:
    people = roster.directory(visit.group, wanted.words)
    shown = page_of(people.filter(role=Role.MEMBER), request.GET, field="joined_at", size=A_PAGE)
    running = (
        [] if shown.previous else list(people.filter(role__in=roster.RUNNING).order_by("-role", "joined_at", "pk"))
    )
    me = person(request)
    context: dict[str, Any] = {
        "wanted": wanted.words,
        "count": roster.member_count(visit.group),
        "running": running,
        "running_rows": rows.shown(running, visit.group, me),
        "page": shown,
        "page_rows": rows.shown(shown.rows, visit.group, me),
    }
    return page(request, "directory", visit, "everybody", **context)


def _to_work_on(request: HttpRequest, visit: Visit, wanted: Wanted) -> HttpResponse:
    people = found(visit.group, wanted)
    shown = roster.page_of_members(people, wanted, A_PAGE)
    _tell_states(shown)
    context: dict[str, Any] = {
        "wanted": wanted,
        "count": roster.member_count(visit.group),
        "page": shown,
        "page_rows": rows.to_work_on(shown.rows, visit.group),
        "roles": Role.choices,
        "states": roster.STATES.items(),
        "deliveries": Delivery.choices,
        "postings": Posting.choices,
        "sorts": roster.SORTS.items(),
        "here": query(request.GET),
        "may_export": visit.may(Right.EXPORT),
    }
    return page(request, "members", visit, "everybody", **context)


def found(group: Group, wanted: Wanted) -> "QuerySet[Membership]":
    people = roster.found(group, wanted)
    return people.filter(pk__among=_bouncing(people)) if wanted.state == "bouncing" else people


def _bouncing(people: "QuerySet[Membership]") -> list[int]:
    """Of these members, those whose mailboxes are in trouble. Two searches, each by an index; one of both would find none."""
    troubled = Mailbox.objects.exclude(state=MailboxState.NORMAL).values("address")
    own = people.filter(address__in=troubled).exclude(address="")
    usual = people.filter(address="", user__email__in=troubled)
    return [*own.values_list("pk", flat=True)[:MOST_BOUNCING], *usual.values_list("pk", flat=True)[:MOST_BOUNCING]]


def _tell_states(shown: Page) -> None:
    """One question for all mailboxes of a page."""
    addresses = [each.mail_address.lower() for each in shown.rows]
    troubled = Mailbox.objects.filter(address__in=addresses).exclude(state=MailboxState.NORMAL)
    states = dict(troubled.values_list("address", "state"))
    for each in shown.rows:
        each.mailbox_state = states.get(each.mail_address.lower(), "")
