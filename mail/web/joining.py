"""Joining and leaving a group on the web: the same actions as by mail, and what strangers are told betrays no member."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common import notices
from common.notices import DAY
from common.ratelimit import allowed
from groups.access import Visit, person, visit_as_member, visit_group
from groups.actions.joining import Asked, Confirmed, ask_to_join, join_signed_in, membership_of
from groups.actions.leaving import LastOwner
from groups.models import Group, Joining, Membership
from mail.addressing import list_address
from mail.commands import joining, leaving

HOUR = 3600
FROM_ONE_PLACE = 10  # wishes to join, an hour
PLEASE_LOOK = (  # the same whoever asks for whom, and however often
    "If the address may join, a mail is on its way to it: please answer that mail, or use its link. An address gets one such "
    "mail a day for all groups; if one came today already, the link in it lists this group, too."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_group(request, slug)
    reader = person(request)
    if visit.standing.role is not None:
        return redirect("group-home", slug)
    if request.method != "POST" or visit.group.joining == Joining.INVITATION:
        return _form(request, visit, reader)
    place = get_adapter(request).get_client_ip(request)
    if not allowed("join by web", place, limit=FROM_ONE_PLACE, seconds=HOUR):
        return _form(request, visit, reader, "So many wishes to join came from here that we stop for an hour.", 429)
    if reader is not None and _is_confirmed(reader):
        return _join_signed_in(request, visit.group, reader)
    address = reader.email if reader is not None else request.POST.get("address", "")
    return _join_by_address(request, visit, reader, address)


def _form(
    request: HttpRequest, visit: Visit, reader: User | None, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "visit": visit,
        "group": visit.group,
        "reader": reader,
        "problem": problem,
        "address": request.POST.get("address", "")[:254],
        "subscribe": list_address(visit.group, "subscribe"),
        "by_invitation": visit.group.joining == Joining.INVITATION,
        "by_approval": visit.group.joining == Joining.APPROVAL,
    }
    return render(request, "groups/join.html", context, status=status)


def _is_confirmed(user: User) -> bool:
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


def _join_signed_in(request: HttpRequest, group: Group, reader: User) -> HttpResponse:
    outcome, pending = join_signed_in(group=group, user=reader)
    if pending is not None:
        joining.ask_for_approval(pending)
    if outcome == Confirmed.JOINED:
        joining.welcome(group, reader.email)
    level = messages.ERROR if outcome == Asked.BANNED else messages.SUCCESS
    messages.add_message(request, level, outcome)
    return redirect("group-home", group.slug)


def _join_by_address(request: HttpRequest, visit: Visit, reader: User | None, address: str) -> HttpResponse:
    if request.POST.get("website"):  # a field that people do not see
        return _please_look(request, visit)
    wish = ask_to_join(group=visit.group, address=address.replace("\x00", ""))
    if wish.outcome == Asked.NO_ADDRESS:
        return _form(request, visit, reader, Asked.NO_ADDRESS, 400)
    if wish.outcome == Asked.MEMBER:
        _remind(visit.group, address)
    joining.ask_owner(wish)
    return _please_look(request, visit)


def _remind(group: Group, address: str) -> None:
    """Only the mailbox learns that it is a member's."""
    membership = membership_of(group, address.strip())
    if membership is not None:
        context = joining.member_links(membership)
        notices.send("already_member", membership.mail_address, context, once_in=DAY, kept_apart=group.pk)


def _please_look(request: HttpRequest, visit: Visit) -> HttpResponse:
    messages.success(request, PLEASE_LOOK)
    return redirect("group-home", visit.group.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_as_member(request, slug, "choices")
    membership = Membership.objects.filter(group=visit.group, user=person(request)).first()
    if membership is None:  # site staff
        return redirect("group-home", slug)
    if request.method != "POST":
        return render(request, "groups/leave.html", {"visit": visit, "group": visit.group})
    try:
        leaving.leave_now(membership, how="web")
    except LastOwner as error:
        messages.error(request, str(error))
        return redirect("group-home", slug)
    messages.success(request, f"You have left {visit.group.name}. A mail that undoes it is on its way.")
    return redirect("directory")
