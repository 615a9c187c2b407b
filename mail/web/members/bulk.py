"""One decision about many members: those ticked on a page, or everybody on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from common.ratelimit import allowed
from groups.access import Visit
from groups.actions.leaving import LastOwner
from groups.actions.members import NotYours, change_posting, insist_on
from groups.models import Delivery, Membership, Posting
from groups.notices.words import variants_of
from mail.commands import members as commands
from mail.web.members.frame import clean, numbers, page, visit_for_members

MOST = 500
LETTERS_A_DAY = 500  # that a moderator writes to members
DAY = 86400
DONE = {
    "trust": ngettext_lazy(
        "%(count)s member: they never wait now.", "%(count)s members: they never wait now.", "count"
    ),
    "moderate": ngettext_lazy(
        "%(count)s member: they always wait now.", "%(count)s members: they always wait now.", "count"
    ),
    "default": ngettext_lazy(
        "%(count)s member: they are treated as the group says.",
        "%(count)s members: they are treated as the group says.",
        "count",
    ),
    "refuse": ngettext_lazy(
        "%(count)s member: they may not post now.", "%(count)s members: they may not post now.", "count"
    ),
    "remove": ngettext_lazy("%(count)s member: they were removed.", "%(count)s members: they were removed.", "count"),
    "note": ngettext_lazy(
        "%(count)s member: they were written to.", "%(count)s members: they were written to.", "count"
    ),
}
POSTINGS = {
    "trust": Posting.TRUSTED,
    "moderate": Posting.MODERATED,
    "default": Posting.DEFAULT,
    "refuse": Posting.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: the action, with the words that go with it."""

    visit: Visit
    by: User
    action: str
    words: str = ""
    subject: str = ""
    tell: bool = True
    variant: str = ""


@require_POST
def bulk(request: HttpRequest, slug: str) -> HttpResponse:
    visit, by = visit_for_members(request, slug)
    action = request.POST.get("action", "")
    chosen = _chosen(request, visit)
    back = reverse("group-members", args=[slug]) + _back(request)
    if not chosen:
        messages.error(request, _("Tick somebody first."))
        return redirect(back)
    if action not in DONE and action.removeprefix("delivery-") not in Delivery.values:
        messages.error(request, _("Choose what to do with them."))
        return redirect(back)
    order = _order(request, visit, by, action)
    if action in ("remove", "note") and (request.POST.get("sure") != "yes" or (action == "note" and not order.words)):
        variants = variants_of(visit.group, "removed")
        context: dict[str, Any] = {"chosen": chosen, "action": action, "words": order.words, "subject": order.subject}
        return page(request, "bulk", visit, "everybody", back=back, variants=variants, **context)
    _report(request, order, chosen)
    return redirect(back)


def _order(request: HttpRequest, visit: Visit, by: User, action: str) -> Order:
    said = request.POST
    return Order(
        visit,
        by,
        action,
        words=clean(said.get("words", ""), 4000),
        subject=clean(said.get("subject", ""), 150),
        tell=said.get("tell", "yes") == "yes",
        variant=clean(said.get("variant", ""), 20),
    )


def _chosen(request: HttpRequest, visit: Visit) -> list[Membership]:
    names = "shown" if request.POST.get("all") else "who"
    wanted = numbers(request.POST.getlist(names), MOST)
    rows = Membership.objects.filter(group=visit.group, pk__in=wanted).select_related("user", "group")
    return list(rows.order_by("label", "pk"))


def _back(request: HttpRequest) -> str:
    """The list as it was, with its filters."""
    query = request.POST.get("back", "")
    return query if query.startswith("?") and len(query) < 2000 and "\n" not in query else ""


def _report(request: HttpRequest, order: Order, chosen: list[Membership]) -> None:
    if order.action == "note" and not _may_write(order, len(chosen)):
        said = _("You wrote to many members today. The limit is %(count)s letters a day.") % {"count": LETTERS_A_DAY}
        messages.error(request, said)
        return
    done, problems = 0, []
    for membership in chosen:
        try:
            done += _do(order, membership)
        except (LastOwner, NotYours) as error:
            problems.append(f"{membership.user}: {error}")
    if done:
        messages.success(request, _done(order.action, done))
    elif not problems:
        messages.info(request, _("Nothing had to be changed."))
    for problem in problems[:5]:
        messages.error(request, problem)


def _done(action: str, count: int) -> str:
    if action in DONE:
        return str(DONE[action] % {"count": count})
    said = ngettext("%(count)s member: they get “%(what)s” now.", "%(count)s members: they get “%(what)s” now.", count)
    return said % {"count": count, "what": Delivery(action.removeprefix("delivery-")).label}


def _may_write(order: Order, count: int) -> bool:
    return all(allowed("letters to members", order.by.pk, limit=LETTERS_A_DAY, seconds=DAY) for _ in range(count))


def _do(order: Order, membership: Membership) -> bool:
    insist_on(order.visit.standing, membership)
    if order.action in POSTINGS:
        return change_posting(membership, posting=POSTINGS[order.action], by=order.by)
    return ACTIONS.get(order.action, _deliver)(order, membership)


def _deliver(order: Order, membership: Membership) -> bool:
    return commands.set_delivery(membership, delivery=order.action.removeprefix("delivery-"), by=order.by)


def _remove(order: Order, membership: Membership) -> bool:
    commands.remove(membership, by=order.by, words=order.words, tell=order.tell, variant=order.variant)
    return True


def _write(order: Order, membership: Membership) -> bool:
    subject = order.subject or _("a word from those who run it")
    return bool(commands.write_to(order.visit.group, [membership], by=order.by, subject=subject, text=order.words))


ACTIONS: dict[str, Callable[[Order, Membership], bool]] = {"remove": _remove, "note": _write}
