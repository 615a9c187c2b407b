"""One person in a group, as those see them who look after the members: what they may, what they get, and what was."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from common.paging import page_of
from groups.access import Visit
from groups.actions.banning import NotBanned, ban
from groups.actions.joining import is_banned
from groups.actions.leaving import LastOwner
from groups.actions.members import (
    NotYours,
    change_posting,
    change_rights,
    change_role,
    erase_note,
    insist_on,
    write_note,
)
from groups.models import (
    USUAL_RIGHTS,
    BanKind,
    Delivery,
    LogEntry,
    MemberNote,
    Membership,
    PastMember,
    Posting,
    Right,
    Role,
)
from groups.notices.words import variants_of
from mail.commands import members as commands
from mail.models import Delivery as Copy
from mail.models import Inbound, InboundState
from mail.web.choices import trouble_at
from mail.web.members.frame import clean, numbers, page, visit_for_members
from mail.web.people import addresses_of

SHOWN = 20
PAST_A_PAGE = 50
HIGHEST_KEY = 2**63 - 1  # databases fail to compare with more


@require_safe
def member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visit, _ = visit_for_members(request, slug)
    if pk > HIGHEST_KEY:
        raise Http404("There is no such member.")
    membership = Membership.objects.filter(group=visit.group, user=pk).select_related("user", "group", "batch").first()
    lives = list(
        PastMember.objects.filter(group=visit.group, user=pk).select_related("user", "by").order_by("-pk")[:10]
    )
    if membership is None and not lives:
        raise Http404("There is no such member.")
    user = membership.user if membership else lives[0].user
    addresses = [*addresses_of(user), user.email.lower()]
    own = membership.mail_address if membership else lives[0].address
    context = {
        "who": user,
        "membership": membership,
        "lives": lives,
        "addresses": list(dict.fromkeys([own.lower(), *addresses])),
        "trouble": trouble_at(own),
        "notes": MemberNote.objects.filter(group=visit.group, user=user).order_by("-pk")[:SHOWN],
        "history": LogEntry.objects.filter(group=visit.group, about=user).newest_first()[:SHOWN],
        "letters": _letters(visit, addresses),
        "copies": _copies(visit, own),
        "may_ban": visit.may(Right.BANS),
        "decides": membership is not None and (visit.standing.is_owner or membership.role == Role.MEMBER),
        "variants": variants_of(visit.group, "removed"),
        **_choices(membership),
    }
    return page(request, "member", visit, "", **context)


def _choices(membership: Membership | None) -> dict[str, Any]:
    given = USUAL_RIGHTS if membership is None or membership.rights is None else frozenset(membership.rights)
    return {
        "roles": Role.choices,
        "rights": [(right.value, right.label, right in given) for right in Right],
        "postings": Posting.choices,
        "deliveries": Delivery.choices,
    }


def _letters(visit: Visit, addresses: list[str]) -> list[Inbound]:
    """Letters of theirs that somebody decided about, or is to."""
    rows = Inbound.objects.filter(group=visit.group, author__in=addresses).select_related("decided_by", "letter")
    decided = Q(state__in=(InboundState.HELD, InboundState.REJECTED, InboundState.DISCARDED))
    return list(rows.filter(decided | Q(decided_by__isnull=False)).order_by("-pk")[:SHOWN])


def _copies(visit: Visit, address: str) -> list[Copy]:
    copies = Copy.objects.filter(address=address).select_related("outgoing", "outgoing__letter")
    ours = copies.filter(Q(outgoing__group=visit.group) | Q(outgoing__letter__group=visit.group))
    return list(ours.defer("outgoing__template").order_by("-outgoing_id")[:10])


@require_POST
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`what`: one decision about this person."""
    visit, by = visit_for_members(request, slug)
    act = DECISIONS.get(request.POST.get("what", ""))
    if act is None or pk > HIGHEST_KEY:
        raise Http404("There is no such decision.")
    try:
        sentence = act(request, visit, by, pk)
    except (LastOwner, NotYours, NotBanned) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, sentence or "Nothing had to be changed.")
    return redirect("member", slug, pk)


def _membership(visit: Visit, pk: int) -> Membership:
    found = Membership.objects.filter(group=visit.group, user=pk).select_related("user", "group").first()
    if found is None:
        raise Http404("There is no such member.")
    insist_on(visit.standing, found)
    return found


def _one_of(request: HttpRequest, name: str, allowed: Any) -> str:
    value = request.POST.get(name, "")
    if value not in allowed:
        raise Http404("There is no such choice.")
    return str(value)


def _role(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    if not visit.standing.is_owner:
        raise NotYours
    membership = _membership(visit, pk)
    changed = change_role(membership, role=_one_of(request, "role", Role.values), by=by)
    return f"{membership.user} is {membership.get_role_display().lower()} now." if changed else ""


def _rights(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    if not visit.standing.is_owner:
        raise NotYours
    membership = _membership(visit, pk)
    changed = change_rights(membership, rights=request.POST.getlist("right"), by=by)
    return "What they may do is saved." if changed else ""


def _posting(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    membership = _membership(visit, pk)
    changed = change_posting(membership, posting=_one_of(request, "posting", Posting.values), by=by)
    return "Saved." if changed else ""


def _delivery(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    membership = _membership(visit, pk)
    changed = commands.set_delivery(membership, delivery=_one_of(request, "delivery", Delivery.values), by=by)
    return "Saved. They are told by mail, and can undo it." if changed else ""


def _pause(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    return "Their mail is paused." if commands.pause(_membership(visit, pk), by=by) else ""


def _go_on(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    return "Their mail comes again." if commands.go_on(_membership(visit, pk), by=by) else ""


def _heal(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    done = commands.heal(_membership(visit, pk), by=by)
    return "Mail goes there again. Should it come back, you see it here." if done else ""


def _person(visit: Visit, pk: int) -> User:
    known = Q(memberships__group=visit.group) | Q(pk__in=PastMember.objects.filter(group=visit.group).values("user"))
    found = User.objects.filter(known, pk=pk).first()
    if found is None:
        raise Http404("There is no such member.")
    return found


def _note(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    text = clean(request.POST.get("text", ""), 4000)
    return (
        "The note is kept."
        if text and write_note(group=visit.group, about=_person(visit, pk), text=text, by=by)
        else ""
    )


def _erase(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    keys = numbers([request.POST.get("note", "")], 1)
    written = MemberNote.objects.filter(group=visit.group, user=pk, pk__in=keys).select_related("user", "group").first()
    if written is None:
        return ""
    if written.by_id != by.pk and not visit.standing.is_owner:
        raise NotYours
    erase_note(written, by=by)
    return "The note is erased."


def _remove(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    membership = _membership(visit, pk)
    tell = request.POST.get("tell", "yes") == "yes"
    words, variant = clean(request.POST.get("words", ""), 2000), clean(request.POST.get("variant", ""), 20)
    commands.remove(membership, by=by, words=words, tell=tell, variant=variant)
    return f"{membership.user} is out. This can be undone here."


def _ban(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    """The addresses of somebody; who is a member is taken out with it."""
    if not visit.may(Right.BANS):
        raise NotYours
    who = _person(visit, pk)
    membership = Membership.objects.filter(group=visit.group, user=who).select_related("user", "group").first()
    if membership is not None:
        insist_on(visit.standing, membership)
    reason = clean(request.POST.get("words", ""), 200)
    for address in dict.fromkeys([who.email.lower(), *addresses_of(who)]):
        ban(group=visit.group, kind=BanKind.ADDRESS, value=address, by=by, reason=reason)
    if membership is not None:
        tell = request.POST.get("tell", "no") == "yes"
        commands.remove(membership, by=by, words=reason, tell=tell, notice="banned")
    return f"{who} is banned, and can neither join nor write."


def _back(request: HttpRequest, visit: Visit, by: User, pk: int) -> str:
    past = PastMember.objects.filter(group=visit.group, user=pk).select_related("user", "group").order_by("-pk").first()
    if past is not None and is_banned(visit.group, past.address):
        raise NotBanned("They are banned. Lift the ban first.")
    membership = commands.bring_back(past, by=by) if past is not None else None
    return f"{membership.user} is a member again, with everything as it was." if membership is not None else ""


DECISIONS: dict[str, Callable[[HttpRequest, Visit, User, int], str]] = {
    "role": _role,
    "rights": _rights,
    "posting": _posting,
    "delivery": _delivery,
    "pause": _pause,
    "go-on": _go_on,
    "heal": _heal,
    "note": _note,
    "erase": _erase,
    "remove": _remove,
    "ban": _ban,
    "back": _back,
}


@require_safe
def past(request: HttpRequest, slug: str) -> HttpResponse:
    visit, _ = visit_for_members(request, slug)
    rows = PastMember.objects.filter(group=visit.group, returned_at__isnull=True).select_related("user", "by")
    words = clean(request.GET.get("q", ""), 100)
    for word in words.split()[:4]:
        rows = rows.filter(Q(address__icontains=word) | Q(user__name__icontains=word))
    shown = page_of(rows, request.GET, field="left_at", size=PAST_A_PAGE)
    return page(request, "past", visit, "past", page=shown, wanted=words)
