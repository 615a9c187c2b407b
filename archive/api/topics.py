"""Topics of a group, and the letters of one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from accounts.tokens.auth import needs
from accounts.tokens.models import Scope
from archive import departed
from archive.api import shown
from archive.api.gone import moved_to
from archive.api.shown import MessageInList, TopicShown
from archive.models import Thread
from archive.reading import Reading, open_archive
from common.api.fields import Number
from common.api.lists import ListOf, Window, listed
from common.api.problems import Problem

router = Router(tags=["topics"])
READ = needs(Scope.MESSAGES_READ, anybody=True)


@router.get("/groups/{slug}/topics", response=ListOf[TopicShown], auth=READ)
def list_topics(request: HttpRequest, slug: str, window: Query[Window]) -> dict[str, Any]:
    """Topics, those with the latest letters first."""
    reading = open_archive(request, slug)
    return listed(request, reading.threads, window, lambda rows: shown.topics(rows, reading), field="last_at")


@router.get("/groups/{slug}/topics/{number}", response=TopicShown, auth=READ)
def read_topic(request: HttpRequest, slug: str, number: Number) -> Any:
    """One topic. The number of any letter in it leads there."""
    reading = open_archive(request, slug)
    found = _topic(reading, number)
    return found if isinstance(found, HttpResponse) else shown.topics([found], reading)[0]


@router.get("/groups/{slug}/topics/{number}/messages", response=ListOf[MessageInList], auth=READ)
def list_messages_of_topic(request: HttpRequest, slug: str, number: Number, window: Query[Window]) -> Any:
    """The letters of a topic, the earliest first."""
    reading = open_archive(request, slug)
    found = _topic(reading, number, "/messages")
    if isinstance(found, HttpResponse):
        return found
    letters = shown.light(reading.in_thread(number))
    return listed(
        request, letters, window, lambda rows: shown.letters(rows, reading), field="sent_at", descending=False
    )


def _topic(reading: Reading, number: int, rest: str = "") -> Thread | HttpResponse:
    """The topic, or the way to it."""
    found = reading.threads.filter(number=number).first()
    if found is not None:
        return found
    lead = reading.messages.filter(number=number).values_list("thread__number", flat=True).first()
    if lead is not None:
        return moved_to(shown.address_of(reading.slug, f"topics/{lead}{rest}"), 302)
    left = departed.departure_of(reading, number, ())
    if left is None:
        raise Http404("There is no such topic.")
    letter = departed.new_place(reading, left)
    if letter is not None:
        return moved_to(shown.address_of(letter.group.slug, f"topics/{letter.thread.number}{rest}"), 301)
    raise Problem(410, "This topic is gone.") if left.moved_to_id is None else Http404("There is no such topic.")
