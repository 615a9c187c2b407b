"""What moderators do with letters: hide and show, edit, black out, look at what was before, destroy."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.actions import chores, erasing, hiding, revising
from archive.actions.destroying import destroy_letters
from archive.actions.erasing import known_as
from archive.actions.revising import RevisionRefused
from archive.models import Archive, Author, Chore, Message, MessageQuerySet, Revision, Thread
from archive.naming import letter_url
from archive.reading import Reading
from archive.rewriting import Passages, file_names, lines_of
from archive.views.topic_tools import by, open_tools, page, thread_at
from common.paging import page_of
from common.ratelimit import allowed
from groups.access import person, visit_as_owner
from groups.models import Right

HIDDEN_A_PAGE = 50
LONGEST_REASON = 500
MOST_PASSAGES = 50
SENT_AGAIN_A_DAY = 20


def _reason(request: HttpRequest) -> str:
    return " ".join(request.POST.get("reason", "").replace("\0", "").split())[:LONGEST_REASON]


def _letters(reading: Reading) -> MessageQuerySet:
    """Letters of the group, hidden or not, but for those of an import under way."""
    letters = Message.objects.filter(group=reading.group).select_related("group", "thread", "content")
    return letters.exclude(transfer__in=reading.staging) if reading.staging else letters


def _letter(reading: Reading, number: int, letters: MessageQuerySet | None = None) -> Message:
    rows = _letters(reading) if letters is None else letters
    found = rows.filter(number=number).first() if number < 2**31 else None
    if found is None:
        raise Http404(_("There is no such letter."))
    return found


def _back(letter: Message) -> HttpResponse:
    return redirect(letter_url(letter.group.slug, letter.number, letter.message_id))


# Hiding


@require_POST
@never_cache
def hide(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = open_tools(request, slug, Right.LETTERS)
    letter = _letter(reading, number)
    if hiding.hide(reading.group, [letter], by=by(reading), reason=_reason(request)):
        said = _("Letter %(number)s is hidden. It stands here, to be shown again.")
        messages.success(request, said % {"number": number})
    return redirect("hidden-letters", slug)


@require_POST
@never_cache
def hide_topic(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = open_tools(request, slug, Right.LETTERS)
    letters = list(_letters(reading).filter(thread=thread_at(reading, number)).order_by("number"))
    done = hiding.hide(reading.group, letters, by=by(reading), reason=_reason(request))
    said = ngettext(
        "%(count)s letter is hidden. It stands here, to be shown again.",
        "%(count)s letters are hidden. They stand here, to be shown again.",
        done,
    )
    messages.success(request, said % {"count": done})
    return redirect("hidden-letters", slug)


@require_POST
@never_cache
def show_again(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`whole`: with all that is hidden of its topic."""
    reading = open_tools(request, slug, Right.LETTERS)
    letter = _letter(reading, number)
    which = [letter]
    if request.POST.get("whole"):
        which = list(_letters(reading).filter(thread=letter.thread_id, hidden_at__isnull=False).order_by("number"))
    done = hiding.show(reading.group, which, by=by(reading))
    if done == 1:
        messages.success(request, _("It is shown again."))
    else:
        said = ngettext("%(count)s letter is shown again.", "%(count)s letters are shown again.", done)
        messages.success(request, said % {"count": done})
    return _back(letter)


@require_safe
@never_cache
def hidden(request: HttpRequest, slug: str) -> HttpResponse:
    reading = open_tools(request, slug, Right.LETTERS)
    rows = Message.objects.filter(group=reading.group, hidden_at__isnull=False).select_related("thread")
    found = page_of(rows, request.GET, field="hidden_at", size=HIDDEN_A_PAGE)
    return page(request, reading, "hidden.html", page=found)


# Editing and blacking out


class EditForm(forms.Form):
    subject = forms.CharField(
        max_length=500, required=False, label=gettext_lazy("Subject"), widget=forms.TextInput(attrs={"dir": "auto"})
    )
    text = forms.CharField(
        max_length=500_000,
        strip=False,
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 16}),
        help_text=gettext_lazy("Plain text: what the letter had as HTML goes. Attached files stay."),
    )
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        required=False,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Moderators read it in the history and in the log."),
    )
    again = forms.BooleanField(
        required=False,
        label=gettext_lazy("Send it to the members once more"),
        help_text=gettext_lazy("As it is then, to all who get the mail of its topic."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = open_tools(request, slug, Right.LETTERS)
    letter = _letter(reading, number)
    form = EditForm(request.POST or None, initial={"subject": letter.subject, "text": letter.content.text})
    if request.method == "POST" and form.is_valid() and _edit(request, reading, letter, form):
        return _back(letter)
    return page(request, reading, "edit.html", letter=letter, form=form)


def _edit(request: HttpRequest, reading: Reading, letter: Message, form: EditForm) -> bool:
    values: dict[str, Any] = dict(form.cleaned_data)
    values["text"] = values["text"].replace("\r\n", "\n").replace("\0", "")
    if values["again"] and not allowed("send-edited", reading.group.pk, limit=SENT_AGAIN_A_DAY, seconds=86_400):
        said = _("%(count)s letters were sent once more today. Try again tomorrow, or do not send it.")
        form.add_error("again", said % {"count": SENT_AGAIN_A_DAY})
        return False
    try:
        copies = revising.edit(letter, by=by(reading), **values)
    except RevisionRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    said = _("The letter is changed.")
    if copies:
        said = ngettext(
            "The letter is changed, and on its way to %(count)s member.",
            "The letter is changed, and on its way to %(count)s members.",
            copies,
        ) % {"count": copies}
    messages.success(request, said)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def redact(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """First what would be blacked out, here and in letters that quote it; with `confirm` it is done."""
    reading = open_tools(request, slug, Right.LETTERS)
    letter = _letter(reading, number)
    text = request.POST.get("passages", "").replace("\0", "")
    passages = lines_of(text)[:MOST_PASSAGES]
    context: dict[str, Any] = {"letter": letter, "text": text, "files": file_names(letter.content.raw_bytes)}
    context["chosen_files"] = request.POST.getlist("without")
    if request.method == "POST" and (passages or context["chosen_files"]):
        quoting = revising.quoted_in(letter, passages, reader=by(reading))
        if "confirm" in request.POST:
            chosen = {number for number in request.POST.getlist("also") if number.isdecimal()}
            also = [each for each in quoting if str(each.number) in chosen]
            context["problem"] = _black_out(request, reading, [letter, *also], passages)
            if not context["problem"]:
                return _back(letter)
        context |= {"quoting": quoting, "found": _found(letter, passages), "looked": True}
    return page(request, reading, "redact.html", **context)


def _found(letter: Message, passages: Sequence[str]) -> list[tuple[str, int]]:
    """How often each passage stands in the letter's subject and text."""
    text = f"{letter.subject}\n{letter.content.text}"
    return [(passage, Passages([passage]).found_in(text)) for passage in passages]


def _black_out(request: HttpRequest, reading: Reading, letters: Sequence[Message], passages: Sequence[str]) -> str:
    """Returns why not; letters that were done before the one that refused stay done."""
    done = 0
    for place, letter in enumerate(letters):
        without = request.POST.getlist("without") if place == 0 else []
        try:
            done += revising.redact(letter, passages, by=by(reading), reason=_reason(request), without=without)
        except RevisionRefused as refusal:
            return str(refusal)
    if done:
        words = ngettext("Blacked out in %(count)s letter.", "Blacked out in %(count)s letters.", done)
        messages.success(request, words % {"count": done})
    else:
        messages.success(request, _("None of that stands in it: nothing was changed."))
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def history(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What a letter was before. `restore` or `destroy`: the key of a revision."""
    reading = open_tools(request, slug, Right.LETTERS)
    letter = _letter(reading, number)
    revisions = list(Revision.objects.filter(message=letter).select_related("message__group").order_by("-pk"))
    if request.method == "POST":
        _change_history(request, reading, revisions)
        return redirect("letter-history", slug, number)
    return page(
        request,
        reading,
        "history.html",
        letter=letter,
        revisions=revisions,
        can_destroy=reading.visit.may(Right.DESTROY),
    )


def _change_history(request: HttpRequest, reading: Reading, revisions: list[Revision]) -> None:
    wanted = {name: request.POST.get(name, "") for name in ("restore", "destroy")}
    for revision in revisions:
        if str(revision.pk) == wanted["restore"]:
            try:
                revising.restore(revision, by=by(reading))
                messages.success(request, _("The letter is what it was before."))
            except RevisionRefused as refusal:
                messages.error(request, str(refusal))
        elif str(revision.pk) == wanted["destroy"] and reading.visit.may(Right.DESTROY):
            revising.destroy_original(revision, by=by(reading))
            messages.success(request, _("What the letter was before is destroyed."))


# Erasing a person


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def erase(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """For owners: one person's name and addresses go from the archive, some letters at a time."""
    visit = visit_as_owner(request, slug, related=("archive",))
    reading = Reading(visit, Archive.of(visit.group), person(request))
    author = Author.objects.filter(group=reading.group, pk=pk).first() if pk < 2**31 else None
    names = lines_of(request.POST.get("names", "").replace("\0", ""))[:MOST_PASSAGES]
    if author is None and not names:
        raise Http404(_("There is no such author."))
    context: dict[str, Any] = {"author": author, "names": names or known_as(author)}  # type: ignore[arg-type]
    if request.method == "POST" and names:
        context["erased"] = erasing.erase(reading.group, pk, names, by=by(reading), reason=_reason(request))
        if context["erased"].left:
            asked = {"author": pk, "names": names, "reason": _reason(request), "after": context["erased"].last}
            rest = chores.plan(Chore.Kind.ERASE, reading.group, by(reading), **asked)
            return redirect("chore", slug, rest.pk)
    return page(request, reading, "erase.html", **context)


# Destroying


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def destroy(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = open_tools(request, slug, Right.DESTROY)
    letter = _letter(reading, number)
    return _destroy(request, reading, letter.thread, [letter])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def destroy_topic(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = open_tools(request, slug, Right.DESTROY)
    thread = thread_at(reading, number)
    return _destroy(request, reading, thread, list(_letters(reading).filter(thread=thread).order_by("number")))


def _destroy(request: HttpRequest, reading: Reading, thread: Thread, letters: list[Message]) -> HttpResponse:
    """Not before somebody has written the number of letters: this cannot be taken back."""
    problem = ""
    if request.method == "POST":
        if request.POST.get("sure", "").strip() == str(len(letters)):
            keys = [one.pk for one in letters]
            if len(keys) > chores.SMALL:
                asked = {"letters": keys, "reason": _reason(request)}
                chore = chores.plan(Chore.Kind.DESTROY, reading.group, by(reading), total=len(keys), **asked)
                return redirect("chore", reading.slug, chore.pk)
            done = destroy_letters(reading.group, keys, by=by(reading), reason=_reason(request))
            if done == 1:
                messages.success(request, _("Destroyed for ever."))
            else:
                said = ngettext(
                    "%(count)s letter is destroyed for ever.", "%(count)s letters are destroyed for ever.", done
                )
                messages.success(request, said % {"count": done})
            return redirect("topics", reading.slug)
        problem = _("Write %(count)s into the field to say that you are sure.") % {"count": len(letters)}
    return page(request, reading, "destroy.html", thread=thread, letters=letters, problem=problem)
