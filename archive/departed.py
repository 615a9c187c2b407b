"""What answers at the addresses of letters that are gone: 410 where one was destroyed, the new place where one was moved."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from archive import naming
from archive.keys import key_of
from archive.models import Departure, Message
from archive.reading import Reading
from common.caching import private
from groups.access import standing_of
from groups.permissions import can_read_archive


def answer_for(
    request: HttpRequest, reading: Reading, *, number: int = 0, message_ids: tuple[str, ...] = ()
) -> HttpResponse:
    """Raises Http404 where no such letter ever was here."""
    left = departure_of(reading, number, message_ids)
    if left is None:
        raise Http404(_("There is no such letter."))
    if left.moved_to_id is None:
        return _page(request, reading, left, 410)
    letter = new_place(reading, left)
    if letter is None:
        return _page(request, reading, left, 404)
    return _moved(reading, naming.letter_url(letter.group.slug, letter.number, letter.message_id))


def topic_for(request: HttpRequest, reading: Reading, number: int) -> HttpResponse:
    """The same for the number of a topic whose first letter is gone: to where its answers are."""
    left = departure_of(reading, number, ())
    if left is None:
        raise Http404(_("There is no such topic."))
    letter = new_place(reading, left)
    if letter is not None:
        return _moved(reading, f"{reverse('thread', args=[letter.group.slug, letter.thread.number])}#n{letter.number}")
    if left.moved_to is None and left.thread is not None and left.thread.message_count:
        return redirect("thread", reading.slug, left.thread.number)
    return _page(request, reading, left, 410 if left.moved_to is None else 404)


def new_place(reading: Reading, left: Departure) -> Message | None:
    """The letter where it is now; None where it was destroyed, or went where this reader may not read."""
    letter = left.moved_to
    may_read = letter is not None and can_read_archive(letter.group, standing_of(reading.user, letter.group))
    return letter if may_read else None


def departure_of(reading: Reading, number: int, message_ids: tuple[str, ...]) -> Departure | None:
    rows = Departure.objects.filter(group=reading.group).select_related("moved_to__group", "moved_to__thread", "thread")
    if message_ids:
        return rows.filter(message_id_key__in=[key_of(each) for each in message_ids]).order_by("number").first()
    return rows.filter(number=number).first() if number < 2**31 else None


def _moved(reading: Reading, url: str) -> HttpResponse:
    """For ever, as far as the world is concerned; whether this reader may go there is asked each time."""
    response = redirect(url, permanent=True)
    return response if reading.user is None else private(response)


def _page(request: HttpRequest, reading: Reading, left: Departure, status: int) -> HttpResponse:
    context = {"reading": reading, "visit": reading.visit, "archive": reading.archive, "tab": "topics", "left": left}
    return render(request, "archive/departed.html", context, status=status)
