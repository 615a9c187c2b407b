"""What the API answers about letters that are no longer where they are asked for; archive.departed knows."""

from django.http import Http404, HttpResponse

from archive import departed
from archive.api.shown import address_of
from archive.reading import Reading
from common.api import problems
from common.api.problems import Problem

NOWHERE = "There is no such letter."


def moved_to(url: str, status: int) -> HttpResponse:
    return problems.answer(status, f"This is at {url} now.", headers={"Location": url})


def answer_for(reading: Reading, *, number: int = 0, message_ids: tuple[str, ...] = (), rest: str = "") -> HttpResponse:
    """301 to where it is now, 410 where it was destroyed, else 404."""
    left = departed.departure_of(reading, number, message_ids)
    if left is None:
        raise Http404(NOWHERE)
    letter = departed.new_place(reading, left)
    if letter is not None:
        return moved_to(address_of(letter.group.slug, f"messages/{letter.number}{rest}"), 301)
    if left.moved_to_id is None:
        raise Problem(410, "This letter was destroyed.")
    raise Http404(NOWHERE)
