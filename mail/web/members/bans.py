"""Who may neither join nor write: the bans of a group, and those of the whole site that hold here, too."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from common.paging import page_of
from groups.access import Visit
from groups.actions.banning import NotBanned, ban, lift, members_concerned
from groups.models import Ban, BanKind, Right
from mail.commands import members as commands
from mail.web.members.frame import clean, page, visit_for

A_PAGE = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bans(request: HttpRequest, slug: str) -> HttpResponse:
    visit, by = visit_for(request, slug, Right.BANS)
    problem = ""
    if request.method == "POST":
        try:
            sentence = _ban(request, visit, by)
        except NotBanned as error:
            problem = str(error)
        else:
            messages.success(request, sentence)
            return redirect("members-bans", slug)
    words = clean(request.GET.get("q", ""), 100).lower()
    rows = Ban.objects.filter(group=visit.group).select_related("made_by")
    shown = page_of(rows.filter(value__contains=words) if words else rows, request.GET, field="made_at", size=A_PAGE)
    context = {
        "page": shown,
        "wanted": words,
        "problem": problem,
        "kinds": [
            (BanKind.ADDRESS, _("One address")),
            (BanKind.DOMAIN, _("A domain")),
            (BanKind.PATTERN, _("A pattern")),
        ],
        "posted": request.POST,
        "may_remove": visit.may(Right.MEMBERS),
    }
    return page(request, "bans", visit, "bans", status=400 if problem else 200, **context)


@transaction.atomic
def _ban(request: HttpRequest, visit: Visit, by: User) -> str:
    kind = request.POST.get("kind", "")
    value, reason = clean(request.POST.get("value", ""), 320), clean(request.POST.get("reason", ""), 200)
    if kind not in BanKind.values:
        raise NotBanned(_("Choose what is banned: an address, a domain or a pattern."))
    found, is_new = ban(group=visit.group, kind=kind, value=value, by=by, reason=reason)
    removed = 0
    if request.POST.get("remove") == "yes" and visit.may(Right.MEMBERS):
        for membership in members_concerned(found):
            commands.remove(membership, by=by, words=reason, tell=False)
            removed += 1
    said = [(_("%(value)s is banned now.") if is_new else _("%(value)s was banned already.")) % {"value": found.value}]
    if removed:
        out = ngettext("%(count)s member was taken out.", "%(count)s members were taken out.", removed)
        said.append(out % {"count": removed})
    return " ".join(said)


@require_POST
def unban(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visit, by = visit_for(request, slug, Right.BANS)
    found = get_object_or_404(Ban.objects.select_related("group"), pk=pk, group=visit.group)
    messages.success(request, _("The ban is lifted.") if lift(found, by=by) else _("It was lifted already."))
    return redirect("members-bans", slug)
