"""Joining and leaving a group on the web: the same actions as by mail, and what strangers are told betrays no member."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common import notices
from common.notices import DAY
from common.ratelimit import allowed
from groups.access import Visit, person, standing_of, visit_as_member, visit_group
from groups.actions.joining import Answers, Asked, Confirmed, ask_to_join, is_retired, join_signed_in, membership_of
from groups.actions.leaving import LastOwner
from groups.models import Group, Joining, JoinLink, Membership, Visibility
from mail.addressing import list_address
from mail.commands import joining, leaving

HOUR = 3600
FROM_ONE_PLACE = 10  # wishes to join, an hour
FROM_ELSEWHERE = 60  # forms of other sites, an hour
PLEASE_LOOK = gettext_lazy(  # the same whoever asks for whom, and however often
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
    return _join(request, visit, reader)


@csrf_exempt  # it changes nothing: the form it shows is like any other, and asks again
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def from_elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    """A form on somebody else's page was sent here: the group's own form, with the address filled in."""
    visit = visit_group(request, slug)
    reader = person(request)
    if request.method != "POST" or visit.standing.role is not None:
        return redirect("group-join", slug)
    place = get_adapter(request).get_client_ip(request)
    if not allowed("join from elsewhere", place, limit=FROM_ELSEWHERE, seconds=HOUR):
        return _form(request, visit, reader, _("So many forms came from here that we stop for an hour."), 429)
    return _form(request, visit, reader)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Whoever holds the link may see what the group is called, and join it; private or by invitation as it may be."""
    link = JoinLink.objects.filter(secret=secret).select_related("group").first()
    if link is None or not link.works or is_retired(link.group):
        return render(request, "groups/link_ended.html", status=410)
    reader = person(request)
    visit = Visit(link.group, standing_of(reader, link.group))
    if visit.standing.role is not None:
        return redirect("group-home", link.group.slug)
    if request.method != "POST":
        return _form(request, visit, reader, link=link)
    return _join(request, visit, reader, link)


def _join(request: HttpRequest, visit: Visit, reader: User | None, link: JoinLink | None = None) -> HttpResponse:
    place = get_adapter(request).get_client_ip(request)
    if not allowed("join by web", place, limit=FROM_ONE_PLACE, seconds=HOUR):
        return _form(
            request, visit, reader, _("So many wishes to join came from here that we stop for an hour."), 429, link
        )
    asked = questions_of(visit.group, link)
    answers = [(question, request.POST.get(f"answer-{place}", "").replace("\x00", "")) for place, question in asked]
    if any(not answer.strip() for question, answer in answers):
        return _form(request, visit, reader, _("Please answer each question."), 400, link)
    if reader is not None and is_confirmed(reader):
        return _join_signed_in(request, visit.group, reader, answers, link)
    address = reader.email if reader is not None else request.POST.get("address", "")
    return _join_by_address(request, visit, reader, address, answers, link)


def questions_of(group: Group, link: JoinLink | None = None) -> list[tuple[int, str]]:
    """What the applicant is asked, where somebody will read the answers."""
    is_read = group.joining == Joining.APPROVAL if link is None else not link.at_once
    return list(enumerate(group.questions)) if is_read else []


def _form(
    request: HttpRequest,
    visit: Visit,
    reader: User | None,
    problem: str = "",
    status: int = 200,
    link: JoinLink | None = None,
) -> HttpResponse:
    asked = questions_of(visit.group, link)
    context = {
        "visit": visit,
        "group": visit.group,
        "reader": reader,
        "problem": problem,
        "address": request.POST.get("address", "")[:254],
        "subscribe": list_address(visit.group, "subscribe"),
        "link": link,
        "action": "" if link else reverse("group-join", args=[visit.group.slug]),
        "questions": [(place, words, request.POST.get(f"answer-{place}", "")[:1000]) for place, words in asked],
        "by_invitation": visit.group.joining == Joining.INVITATION and link is None,
        "by_approval": visit.group.joining == Joining.APPROVAL if link is None else not link.at_once,
    }
    return render(request, "groups/join.html", context, status=status)


def is_confirmed(user: User) -> bool:
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


def _join_signed_in(
    request: HttpRequest, group: Group, reader: User, answers: Answers, link: JoinLink | None
) -> HttpResponse:
    outcome = join_now(group, reader, answers, link)
    level = messages.ERROR if outcome in (Asked.BANNED, Confirmed.GONE) else messages.SUCCESS
    messages.add_message(request, level, _(outcome.value))
    return _home(group, outcome == Confirmed.JOINED)


def join_now(group: Group, reader: User, answers: Answers, link: JoinLink | None = None) -> Asked | Confirmed:
    """Join, or ask to; who is to hear of it does."""
    outcome, pending = join_signed_in(group=group, user=reader, answers=answers, link=link)
    if pending is not None:
        joining.ask_for_approval(pending)
    if outcome == Confirmed.JOINED:
        joining.welcome(group, reader.email)
    return outcome


def _home(group: Group, is_member: bool) -> HttpResponse:
    """Home of the group, where it may be seen already."""
    is_hidden = group.visibility == Visibility.PRIVATE and not is_member
    return redirect("directory") if is_hidden else redirect("group-home", group.slug)


def _join_by_address(
    request: HttpRequest,
    visit: Visit,
    reader: User | None,
    address: str,
    answers: Answers,
    link: JoinLink | None,
) -> HttpResponse:
    if request.POST.get("website"):  # a field that people do not see
        return _please_look(request, visit)
    wish = ask_to_join(group=visit.group, address=address.replace("\x00", ""), answers=answers, link=link)
    if wish.outcome == Asked.NO_ADDRESS:
        return _form(request, visit, reader, _(Asked.NO_ADDRESS.value), 400, link)
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
    return _home(visit.group, is_member=False)


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
    messages.success(
        request, _("You have left %(group)s. A mail that undoes it is on its way.") % {"group": visit.group.name}
    )
    return redirect("directory")
