"""What a member chooses: for one group, and for all of them on one page."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from common.paging import page_of
from groups.access import MembersOnly, Visit, person, visit_as_member
from groups.actions.labels import move_mail, relabel
from groups.models import Delivery, Membership
from mail.bounces import record
from mail.digests import marks
from mail.models import BounceEvent, Mailbox, MailboxState, TopicChoice
from mail.web.choosing import DailyForm, MembershipForm
from mail.web.people import addresses_of

EVENTS_SHOWN = 10
TOPICS_SHOWN = 100
GROUPS_A_PAGE = 50
BY_MEMBER = "You paused it."  # as it is kept


@dataclass(frozen=True, slots=True)
class Trouble:
    """A mailbox that mail came back from, and what was said."""

    mailbox: Mailbox
    events: list[BounceEvent]

    @property
    def is_suspended(self) -> bool:
        return self.mailbox.state == MailboxState.SUSPENDED


def trouble_at(address: str) -> Trouble | None:
    """The history of an address; None where nothing ever came back."""
    mailbox = Mailbox.objects.filter(address=address.lower()).first()
    if mailbox is None:
        return None
    events = BounceEvent.objects.filter(address=mailbox.address).order_by("-at", "-pk")
    return Trouble(mailbox, list(events[:EVENTS_SHOWN]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def membership(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_as_member(request, slug, "mails")
    mine = Membership.objects.select_related("user", "group").filter(group=visit.group, user=person(request)).first()
    if mine is None:  # an operator, who may see the group but is no member
        raise MembersOnly(visit.group, "mails")
    before = Membership.objects.get(pk=mine.pk)
    form = MembershipForm(request.POST or None, instance=mine, addresses=addresses_of(mine.user))
    if request.method == "POST" and form.is_valid():
        save_choices(before, form.cleaned_data)
        messages.success(request, _("Your choices are saved."))
        return redirect("membership", slug)
    mine.refresh_from_db()
    context = {
        "visit": visit,
        "tab": "membership",
        "form": form,
        "mine": mine,
        "paused_because": _("You paused it.") if mine.paused_because == BY_MEMBER else mine.paused_because,
        "trouble": trouble_at(mine.mail_address),
        "topics": _topics(visit, mine.user),
    }
    return render(request, "mail/web/membership.html", context)


@transaction.atomic
def save_choices(mine: Membership, values: dict[str, Any]) -> None:
    marks.choose_delivery(mine, values["delivery"])
    Membership.objects.filter(pk=mine.pk).update(**values)
    relabel(Membership.objects.filter(pk=mine.pk))


def _topics(visit: Visit, user: User) -> list[TopicChoice]:
    """The latest wish for each topic, the latest first."""
    choices = TopicChoice.objects.filter(user=user, message__group=visit.group, message__hidden_at__isnull=True)
    latest: dict[int, TopicChoice] = {}
    for choice in choices.select_related("message__thread").order_by("-at", "-pk")[:TOPICS_SHOWN]:
        latest.setdefault(choice.message.thread_id, choice)
    return list(latest.values())


@require_POST
@login_required
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop this group's mail for a while, or let it come again: `go`=on."""
    visit = visit_as_member(request, slug, "mails")
    mine = Membership.objects.filter(group=visit.group, user=person(request))
    if request.POST.get("go") == "on":
        mine.update(paused_at=None, paused_because="")
        messages.success(request, _("The group’s mail comes again."))
    else:
        mine.filter(paused_at__isnull=True).update(paused_at=timezone.now(), paused_because=BY_MEMBER)
        messages.success(request, _("The group’s mail is paused until you let it come again."))
    return redirect("membership", slug)


@require_POST
@login_required
def mailbox_works(request: HttpRequest) -> HttpResponse:
    """The way back after bounces: the person says that their address takes mail again."""
    user = person(request)
    assert user is not None
    address = request.POST.get("address", "").strip().lower()
    is_used = Membership.objects.filter(Q(address=address), user=user).exists()
    if address != user.email.lower() and not is_used and address not in addresses_of(user):
        raise Http404("This is no address of yours.")
    record.heal(address)
    messages.success(
        request, _("Mail goes to %(address)s again. Should it come back, you will see why here.") % {"address": address}
    )
    slug = request.POST.get("group", "")
    known = Membership.objects.filter(user=user, group__slug=slug).exists()
    return redirect("membership", slug) if known else redirect("account-mail")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """All groups of one person and how each one's mail comes, and the one daily mail."""
    user = person(request)
    assert user is not None
    person_now = User.objects.get(pk=user.pk)  # the form writes into its instance, and the header shows the other
    form = DailyForm(request.POST or None, instance=person_now)
    rows = Membership.objects.filter(user=user).select_related("group")
    if request.method == "POST" and form.is_valid():
        changed = _save_all(form, request.POST, rows)
        messages.success(request, _saved(changed))
        return redirect(request.get_full_path())
    page = page_of(rows, request.GET, field="joined_at", size=GROUPS_A_PAGE)
    for each in page.rows:
        each.user = user
    context = {
        "form": form,
        "page": page,
        "deliveries": Delivery.choices,
        "others": [address for address in addresses_of(user) if address != user.email.lower()],
        "troubles": _troubles(user, page.rows),
    }
    return render(request, "mail/web/account.html", context)


def _saved(changed: int) -> str:
    if not changed:
        return _("Your choices are saved.")
    said = ngettext(
        "Your choices are saved. %(count)s group comes differently now.",
        "Your choices are saved. %(count)s groups come differently now.",
        changed,
    )
    return said % {"count": changed}


@transaction.atomic
def _save_all(form: DailyForm, post: Any, rows: Any) -> int:
    user = form.save()
    if form.changed_data:
        marks.choose_daily(user, daily=user.daily_mail)
    wanted = {
        int(name.removeprefix("delivery-")): value
        for name, value in post.items()
        if name.startswith("delivery-") and name[9:].isdecimal() and len(name) < 27 and value in Delivery.values
    }
    changed = _save_addresses(user, post, rows)
    return changed + marks.choose_many(rows.filter(pk__in=list(wanted)[:GROUPS_A_PAGE]), wanted)


def _save_addresses(user: User, post: Any, rows: Any) -> int:
    """Where each group's mail goes, or that of all groups at once: to the person's own address, or to a confirmed one."""
    allowed = {"": "", **{address: address for address in addresses_of(user) if address != user.email.lower()}}
    if post.get("everywhere") == "yes" and post.get("everywhere-address", "") in allowed:
        return move_mail(rows, allowed[post["everywhere-address"]])
    moved = 0
    for name, value in list(post.items())[: 3 * GROUPS_A_PAGE]:
        key = name.removeprefix("address-")
        if name != key and key.isdecimal() and len(key) < 19 and value in allowed:
            moved += move_mail(rows.filter(pk=int(key)), allowed[value])
    return moved


def _troubles(user: User, rows: list[Membership]) -> list[Trouble]:
    addresses = {user.email.lower(), *(row.mail_address.lower() for row in rows)}
    mailboxes = Mailbox.objects.filter(address__in=addresses).exclude(state=MailboxState.NORMAL).order_by("address")[:5]
    return [found for mailbox in mailboxes if (found := trouble_at(mailbox.address))]
