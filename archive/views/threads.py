"""A thread on one page: flat or as a tree, with an outline, and what is new marked for people who are signed in."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from archive import departed
from archive.actions.marks import mark_thread_read
from archive.conversation import PAGE, Conversation, lines_of
from archive.models import Thread
from archive.reading import Reading, open_archive, reads_archive, show
from archive.unread import marks_of
from common.text import number_in


@require_safe
@reads_archive
def thread(request: HttpRequest, reading: Reading, number: int) -> HttpResponse:
    lines = lines_of(reading, number)
    if not lines:
        return _redirect_to_thread(request, reading, number)
    marks = marks_of(reading.user, reading.group, lines[0].thread_id) if reading.user is not None else None
    view = "tree" if request.GET.get("view") == "tree" else "flat"
    talk = Conversation(
        reading, number, lines, marks, view=view, asked=request.GET.get("page", ""), at=request.GET.get("at", "")
    )
    return show(request, reading, "thread.html", tab="topics", talk=talk)


def _redirect_to_thread(request: HttpRequest, reading: Reading, number: int) -> HttpResponse:
    """Any letter's number leads to its thread. Not for ever: a late parent may lend the thread a lower number. So does the
    number that the thread had in the export it came from, when its first letter was hidden there and stayed behind."""
    letters = reading.messages.values("thread__number", "thread__message_count")
    letter = letters.filter(number=number).first()
    letter = letter or letters.filter(thread_key=f"posthouse:{number} {reading.slug}").first()
    if letter is None:
        return departed.topic_for(request, reading, number)
    at = f"?at={number}" if letter["thread__message_count"] > PAGE else ""
    return redirect(f"{reverse('thread', args=[reading.slug, letter['thread__number']])}{at}#n{number}")


@require_POST
@login_required
def mark_read(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Sent by the button below the thread, and by js/reading.js when its end has been on screen."""
    reading = open_archive(request, slug)
    found = reading.threads.filter(number=number).first()
    if found is None:
        raise Http404(_("There is no such topic."))
    mark_thread_read(user=reading.user, thread=found, number=_number(request, found))  # type: ignore[arg-type]
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("topics", slug)


def _number(request: HttpRequest, thread: Thread) -> int:
    asked = number_in(request.POST.get("number", ""))
    return thread.last_number if asked is None else asked
