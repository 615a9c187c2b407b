"""One person in a group, as those see them who look after the members: what they may, what they get, and what was."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from common.paging import page_of
from common.sentences import small
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
        sentence = act(request.POST, visit, by, pk)
    except (LastOwner, NotYours, NotBanned) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, sentence or _("Nothing had to be changed."))
    return redirect("member", slug, pk)


def _membership(visit: Visit, pk: int) -> Membership:
    found = Membership.objects.filter(group=visit.group, user=pk).select_related("user", "group").first()
    if found is None:
        raise Http404("There is no such member.")
    insist_on(visit.standing, found)
    return found


def _one_of(said: QueryDict, name: str, allowed: Any) -> str:
    value = said.get(name, "")
    if value not in allowed:
        raise Http404("There is no such choice.")
    return str(value)


def _role(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    if not visit.standing.is_owner:
        raise NotYours
    membership = _membership(visit, pk)
    changed = change_role(membership, role=_one_of(said, "role", Role.values), by=by)
    about = {"name": membership.user, "role": small(membership.get_role_display())}
    return _("%(name)s is %(role)s now.") % about if changed else ""


def _rights(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    if not visit.standing.is_owner:
        raise NotYours
    membership = _membership(visit, pk)
    changed = change_rights(membership, rights=said.getlist("right"), by=by)
    return _("What they may do is saved.") if changed else ""


def _posting(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    membership = _membership(visit, pk)
    changed = change_posting(membership, posting=_one_of(said, "posting", Posting.values), by=by)
    return _("Saved.") if changed else ""


def _delivery(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    membership = _membership(visit, pk)
    changed = commands.set_delivery(membership, delivery=_one_of(said, "delivery", Delivery.values), by=by)
    return _("Saved. They are told by mail, and can undo it.") if changed else ""


def _pause(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    return _("Their mail is paused.") if commands.pause(_membership(visit, pk), by=by) else ""


def _go_on(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    return _("Their mail comes again.") if commands.go_on(_membership(visit, pk), by=by) else ""


def _heal(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    done = commands.heal(_membership(visit, pk), by=by)
    return _("Mail goes there again. Should it come back, you see it here.") if done else ""


def _person(visit: Visit, pk: int) -> User:
    known = Q(memberships__group=visit.group) | Q(pk__in=PastMember.objects.filter(group=visit.group).values("user"))
    found = User.objects.filter(known, pk=pk).first()
    if found is None:
        raise Http404("There is no such member.")
    return found


def _note(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    text = clean(said.get("text", ""), 4000)
    return (
        _("The note is kept.")
        if text and write_note(group=visit.group, about=_person(visit, pk), text=text, by=by)
        else ""
    )


def _erase(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    keys = numbers([said.get("note", "")], 1)
    written = MemberNote.objects.filter(group=visit.group, user=pk, pk__in=keys).select_related("user", "group").first()
    if written is None:
        return ""
    if written.by_id != by.pk and not visit.standing.is_owner:
        raise NotYours
    erase_note(written, by=by)
    return _("The note is erased.")


def _remove(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    membership = _membership(visit, pk)
    tell = said.get("tell", "yes") == "yes"
    words, variant = clean(said.get("words", ""), 2000), clean(said.get("variant", ""), 20)
    commands.remove(membership, by=by, words=words, tell=tell, variant=variant)
    return _("%(name)s is out. This can be undone here.") % {"name": membership.user}


def _ban(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    """The addresses of somebody; who is a member is taken out with it."""
    if not visit.may(Right.BANS):
        raise NotYours
    who = _person(visit, pk)
    membership = Membership.objects.filter(group=visit.group, user=who).select_related("user", "group").first()
    if membership is not None:
        insist_on(visit.standing, membership)
    reason = clean(said.get("words", ""), 200)
    for address in dict.fromkeys([who.email.lower(), *addresses_of(who)]):
        ban(group=visit.group, kind=BanKind.ADDRESS, value=address, by=by, reason=reason)
    if membership is not None:
        tell = said.get("tell", "no") == "yes"
        commands.remove(membership, by=by, words=reason, tell=tell, notice="banned")
    return _("%(name)s is banned, and can neither join nor write.") % {"name": who}


def _back(said: QueryDict, visit: Visit, by: User, pk: int) -> str:
    past = PastMember.objects.filter(group=visit.group, user=pk).select_related("user", "group").order_by("-pk").first()
    if past is not None and is_banned(visit.group, past.address):
        raise NotBanned(_("They are banned. Lift the ban first."))
    membership = commands.bring_back(past, by=by) if past is not None else None
    if membership is None:
        return ""
    return _("%(name)s is a member again, with everything as it was.") % {"name": membership.user}


DECISIONS: dict[str, Callable[[QueryDict, Visit, User, int], str]] = {
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
