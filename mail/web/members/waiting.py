"""Who wants in: those a moderator is to decide about, and those whose own yes is still missing. And what applicants are asked."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common.paging import page_of
from groups.actions.groups import change_people
from groups.actions.joining import CONFIRM_WITHIN, REQUEST, Wish, ask_again
from groups.actions.joining import Asked as Outcome
from groups.models import MOST_QUESTIONS, Group, JoinRequest, JoinState, Right, Waiting
from groups.moderation import deciding, queue
from groups.moderation.deciding import NotAllowed
from groups.moderation.registry import KINDS
from mail.commands import joining
from mail.web.members.frame import clean, page, visit_for_members, visit_for_owners

A_PAGE = 30


@require_safe
def waiting(request: HttpRequest, slug: str) -> HttpResponse:
    visit, by = visit_for_members(request, slug)
    which = JoinState.UNCONFIRMED if request.GET.get("of") == "unconfirmed" else JoinState.PENDING
    rows = JoinRequest.objects.filter(group=visit.group, state=which).select_related("link")
    counts = {
        state: JoinRequest.objects.filter(group=visit.group, state=state)[:1000].count()
        for state in (JoinState.PENDING, JoinState.UNCONFIRMED)
    }
    shown = page_of(rows, request.GET, field="made_at", size=A_PAGE, descending=False)
    for each in shown.rows:
        if which == JoinState.UNCONFIRMED:
            each.ends_at = each.made_at + CONFIRM_WITHIN
        else:
            each.ends_at = (each.pending_at or each.made_at) + timedelta(days=visit.group.wait_days)
    context: dict[str, Any] = {
        "page": shown,
        "unconfirmed": which == JoinState.UNCONFIRMED,
        "pending_count": counts[JoinState.PENDING],
    }
    if which == JoinState.PENDING:
        _tell_claims(shown.rows, by)
    context["may_ban"] = visit.may(Right.BANS)
    return page(request, "waiting", visit, "waiting", unconfirmed_count=counts[JoinState.UNCONFIRMED], **context)


def _tell_claims(wishes: list[JoinRequest], by: User) -> None:
    """Which row of the queue each is, and who is at it. One query."""
    rows = Waiting.objects.open().filter(kind=REQUEST, target__in=[each.pk for each in wishes])
    found = {row.target: row for row in rows.select_related("claimed_by")}
    for each in wishes:
        each.waiting = found.get(each.pk)  # type: ignore[attr-defined]
        each.in_others_hands = each.waiting is not None and queue.in_others_hands(each.waiting, by)  # type: ignore[attr-defined]


@require_POST
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`decision`: what the queue offers about one who waits, with its words; `again`: ask one who has not confirmed once more."""
    visit, by = visit_for_members(request, slug)
    wish = get_object_or_404(JoinRequest.objects.select_related("group", "link"), pk=pk, group=visit.group)
    wanted = request.POST.get("decision", "")
    if wanted == "again":
        _again(request, wish)
        return _list(slug, "?of=unconfirmed")
    waiting = Waiting.objects.filter(kind=REQUEST, target=wish.pk).select_related("group", "claimed_by").last()
    choice = KINDS[REQUEST].choice(wanted)
    if waiting is None or choice is None:
        raise Http404("There is no such decision.")
    if waiting.is_open and queue.in_others_hands(waiting, by):
        until = f"{timezone.localtime(waiting.claimed_until):%H:%M}"
        said = _("%(name)s is at it until %(clock)s.") % {"name": waiting.claimed_by, "clock": until}
        messages.info(request, said)
        return _list(slug)
    words = clean(request.POST.get("reason", ""), 300)
    try:
        done = deciding.decide(waiting, wanted, by=by, standing=visit.standing, words=words)
    except NotAllowed as error:
        raise Http404(str(error)) from None
    if done:
        messages.success(request, f"{wish.name or wish.address}: {choice.said}")
    else:
        messages.info(request, _("Somebody else has decided about it already."))
    return _list(slug)


def _list(slug: str, query: str = "") -> HttpResponse:
    response = redirect("members-waiting", slug)
    response["Location"] += query
    return response


def _again(request: HttpRequest, wish: JoinRequest) -> None:
    if ask_again(wish):
        joining.ask_owner(Wish(Outcome.CONFIRM, wish, mail_due=True))
        messages.success(request, _("%(address)s is asked once more.") % {"address": wish.address})
    else:
        said = _("%(address)s was written to within a day; try again tomorrow.") % {"address": wish.address}
        messages.error(request, said)


class JoiningForm(forms.ModelForm):  # type: ignore[type-arg]
    """What applicants are asked, and who sees whom."""

    class Meta:
        model = Group
        fields = ["members_listed", "addresses_listed"]
        labels = {
            "members_listed": gettext_lazy("Members see one another in the directory"),
            "addresses_listed": gettext_lazy("They see one another’s addresses there"),
        }
        help_texts = {
            "members_listed": gettext_lazy("Where a member has not said otherwise. Who runs the group is always seen."),
            "addresses_listed": gettext_lazy("Where a member has not said otherwise."),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        asked = [*self.instance.questions, *[""] * MOST_QUESTIONS][:MOST_QUESTIONS]
        for place, words in enumerate(asked):
            text = forms.TextInput(attrs={"dir": "auto"})
            asking = _("Question %(number)s") % {"number": place + 1}
            field = forms.CharField(required=False, max_length=300, label=asking, widget=text)
            field.initial = words
            self.fields[f"question_{place}"] = field

    @property
    def questions(self) -> list[str]:
        asked = [self.cleaned_data[f"question_{place}"].replace("\x00", "").strip() for place in range(MOST_QUESTIONS)]
        return [words for words in asked if words]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest, slug: str) -> HttpResponse:
    visit, by = visit_for_owners(request, slug)
    form = JoiningForm(request.POST or None, instance=Group.objects.get(pk=visit.group.pk))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("members_listed", "addresses_listed")}
        changed = change_people(group=visit.group, by=by, questions=form.questions, **values)
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        return redirect("members-joining", slug)
    return page(request, "joining", visit, "joining", form=form)
