"""What moderators do with a topic: its settings and name, merging, splitting, moving, and the list of what was done, to take it
back. Each page is a form that works without scripts."""

import re
from typing import Any
from urllib.parse import unquote

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from archive.actions import chores, moving, topics
from archive.actions.topics import TopicRefused
from archive.models import Archive, Chore, Message, Reach, Thread, TopicChange
from archive.reading import Reading
from archive.search import search
from archive.views.messages import has_id
from common.text import number_in
from groups.access import person, visit_with
from groups.models import Group, Membership, Right, Role
from groups.permissions import Standing

CHANGES_A_PAGE = 50
MOST_FOUND = 10
_IN_ADDRESS = re.compile(r"/g/([a-z0-9][a-z0-9._-]*)/(?:topic|message)/(\d{1,9})/?")
_BY_ID = re.compile(r"/(?:m|r)/(.+?)/?(?:[?#].*)?$")
REACH = {
    Reach.USUAL: gettext_lazy("As the group’s mail comes to each member."),
    Reach.FOLLOWERS: gettext_lazy("For a long discussion that few people are in."),
    Reach.NOBODY: gettext_lazy("For a discussion that needs a rest. Digests leave it out as well."),
}


class TopicForm(forms.Form):
    """How a topic is called, and what becomes of replies."""

    title = forms.CharField(
        max_length=500,
        required=False,
        label=gettext_lazy("Name of the topic"),
        help_text=gettext_lazy("Letters keep their subjects. Empty: what its first letter says."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    pinned = forms.BooleanField(
        required=False, label=gettext_lazy("Pinned"), help_text=gettext_lazy("Stands first in the list of topics.")
    )
    locked = forms.BooleanField(
        required=False,
        label=gettext_lazy("Locked"),
        help_text=gettext_lazy("Replies are sent back, but for moderators."),
    )
    lock_reason = forms.CharField(
        max_length=300,
        required=False,
        label=gettext_lazy("Why it is locked"),
        help_text=gettext_lazy("Everybody reads it on the page, and who replies by mail is told."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    moderated = forms.BooleanField(
        required=False,
        label=gettext_lazy("Moderated"),
        help_text=gettext_lazy("All replies wait for a moderator, but for those of people whose letters never wait."),
    )
    reach = forms.ChoiceField(
        label=gettext_lazy("Replies are sent to"), choices=Reach.choices, widget=forms.RadioSelect()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reach"].widget.sentences = {str(value): words for value, words in REACH.items()}  # type: ignore[attr-defined]


def open_tools(request: HttpRequest, slug: str, right: Right) -> Reading:
    """The archive for somebody who may do this to it."""
    visit = visit_with(request, slug, right, related=("archive",))
    return Reading(visit, Archive.of(visit.group), person(request))


def by(reading: Reading) -> User:
    assert reading.user is not None  # visit_with lets nobody else in
    return reading.user


def page(request: HttpRequest, reading: Reading, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    context = {"reading": reading, "visit": reading.visit, "archive": reading.archive, "tab": "topics", **context}
    return render(request, f"archive/tools/{template}", context, status=status)


def thread_at(reading: Reading, number: int) -> Thread:
    """A topic by the number of any letter in it."""
    letters = reading.messages.filter(number=number).select_related("thread__group")
    letter = letters.first() if number < 2**31 else None
    if letter is None:
        raise Http404(_("There is no such topic."))
    return letter.thread


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def settings(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = open_tools(request, slug, Right.TOPICS)
    thread = thread_at(reading, number)
    initial = {name: getattr(thread, name) for name in ("pinned", "locked", "lock_reason", "moderated", "reach")}
    form = TopicForm(request.POST or None, initial={**initial, "title": thread.subject})
    if request.method == "POST" and form.is_valid() and _save(request, thread, form, by(reading)):
        return redirect("thread", slug, thread.number)
    return page(request, reading, "settings.html", thread=thread, form=form)


def _save(request: HttpRequest, thread: Thread, form: TopicForm, user: User) -> bool:
    state = dict(form.cleaned_data)
    title = state.pop("title")
    try:
        changed = topics.set_state(thread, by=user, **state)
    except TopicRefused as refusal:
        form.add_error("pinned", str(refusal))
        return False
    renamed = topics.rename(thread, title, by=user) is not None
    messages.success(request, _("The topic is changed.") if changed or renamed else _("Nothing was changed."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def merge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`into`: a number, a link or words; `chosen`: the number of one of those that were found."""
    reading = open_tools(request, slug, Right.TOPICS)
    thread = thread_at(reading, number)
    wanted = request.POST.get("into", request.GET.get("into", "")).replace("\0", "").strip()[:500]
    found = _topics_meant(reading, wanted, thread) if wanted else []
    problem = "" if found or not wanted else _("No other topic of this group was found.")
    if request.method == "POST" and (chosen := number_in(request.POST.get("chosen", ""))) is not None:
        try:
            change = topics.merge(thread, thread_at(reading, chosen), by=by(reading))
        except TopicRefused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, f"{change.said}.")
            return redirect("thread", slug, _number_now(reading.group, change))
    return page(request, reading, "merge.html", thread=thread, wanted=wanted, found=found, problem=problem)


def _number_now(group: Group, change: TopicChange) -> int:
    thread = topics.thread_with(group, change.number)
    return thread.number if thread is not None else change.number


def _topics_meant(reading: Reading, wanted: str, besides: Thread) -> list[Thread]:
    """Topics that a number, a link or words may mean."""
    others = reading.threads.exclude(pk=besides.pk)
    if place := _IN_ADDRESS.search(wanted):
        letters = reading.messages.filter(number=int(place[2])) if place[1] == reading.slug else Message.objects.none()
    elif wanted.lstrip("#").isdecimal() and len(wanted) < 10:
        letters = reading.messages.filter(number=int(wanted.lstrip("#")))
    elif address := _BY_ID.search(wanted):
        letters = reading.messages.filter(has_id(unquote(address[1])))
    else:
        return _topics_found(reading, wanted, others)
    return list(others.filter(pk__in=letters.values("thread")))


def _topics_found(reading: Reading, wanted: str, others: "QuerySet[Thread]") -> list[Thread]:
    """Those of that name first, then those in which it stands."""
    named = list(others.filter(subject__icontains=wanted).order_by("-last_at", "-id")[:MOST_FOUND])
    hits = search(wanted, user=reading.user, group=reading.group, limit=MOST_FOUND).hits
    there = {hit.message.thread_id for hit in hits} - {thread.pk for thread in named}
    return [*named, *others.filter(pk__in=there)][:MOST_FOUND]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def split(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = open_tools(request, slug, Right.TOPICS)
    thread = thread_at(reading, number)
    letter = Message.objects.select_related("group", "thread__group").get(group=reading.group, number=number)
    problem = ""
    if request.method == "POST":
        try:
            change = topics.split(letter, by=by(reading), title=request.POST.get("title", "").replace("\0", ""))
        except TopicRefused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, f"{change.said}.")
            return redirect("thread", slug, _number_now(reading.group, change))
    below = topics.letters_below(thread, letter)
    return page(request, reading, "split.html", thread=thread, letter=letter, below=below, problem=problem)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def move(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = open_tools(request, slug, Right.TOPICS)
    thread = thread_at(reading, number)
    groups = _groups_to_move_to(by(reading), reading.group)
    problem = ""
    to = next((group for group in groups if group.slug == request.POST.get("to")), None)
    if request.method == "POST" and to is not None:
        count = Message.objects.filter(thread=thread).count()
        if count > chores.SMALL:
            asked = {"thread": thread.pk, "to": to.pk}
            chore = chores.plan(Chore.Kind.MOVE, reading.group, by(reading), total=count, **asked)
            return redirect("chore", slug, chore.pk)
        try:
            change = moving.move(thread, to, by=by(reading))
        except TopicRefused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, f"{change.said}.")
            return redirect("thread", to.slug, change.before["number"])
    elif request.method == "POST":
        problem = _("Choose a group.")
    return page(request, reading, "move.html", thread=thread, groups=groups, problem=problem)


def _groups_to_move_to(user: User, besides: Group) -> list[Group]:
    """Groups in which this person may do the same."""
    rows = Membership.objects.filter(user=user, role__in=(Role.OWNER, Role.MODERATOR)).select_related("group")
    return [
        row.group
        for row in rows.exclude(group=besides).order_by("group__name")
        if Standing(row.role, given=None if row.rights is None else frozenset(row.rights)).may(Right.TOPICS)
    ]


@require_safe
@never_cache
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What was done with the group's topics, latest first, each with a way back where there is one."""
    reading = open_tools(request, slug, Right.TOPICS)
    rows = TopicChange.objects.filter(group=reading.group).select_related("by", "group").order_by("-pk")
    before = number_in(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    shown = list(rows.defer("before")[: CHANGES_A_PAGE + 1])
    more = shown[CHANGES_A_PAGE - 1].pk if len(shown) > CHANGES_A_PAGE else None
    return page(request, reading, "changes.html", changes=shown[:CHANGES_A_PAGE], more=more)


@require_POST
@never_cache
def undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    reading = open_tools(request, slug, Right.TOPICS)
    change = TopicChange.objects.select_related("group").filter(group=reading.group, pk=pk).first()
    if change is None:
        raise Http404(_("There is no such change."))
    moved = len(change.before["letters"]) if change.kind == TopicChange.Kind.MOVED else 0
    if moved > chores.SMALL:
        chore = chores.plan(Chore.Kind.RETURN, reading.group, by(reading), total=moved, change=change.pk)
        return redirect("chore", slug, chore.pk)
    try:
        take_back = moving.undo if change.kind == TopicChange.Kind.MOVED else topics.undo
        thread = take_back(change, by=by(reading))
    except TopicRefused as refusal:
        messages.error(request, _("This cannot be taken back. %(why)s") % {"why": refusal})
        return redirect("topic-changes", slug)
    messages.success(request, _("Taken back: %(sentence)s.") % {"sentence": change.said})
    return redirect("thread", slug, thread.number) if thread.message_count else redirect("topics", slug)
