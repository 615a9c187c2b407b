"""Who wrote to the group, and the letters of one of them."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from archive.models import Author, Message
from archive.reading import Reading, reads_archive, show
from archive.views.months import LETTER_FIELDS
from common.paging import page_of

AUTHORS_A_PAGE = 100
LETTERS_A_PAGE = 50


@require_safe
@reads_archive
def authors(request: HttpRequest, reading: Reading) -> HttpResponse:
    people = Author.objects.filter(group=reading.group, message_count__gt=0)
    wanted = request.GET.get("name", "").replace("\x00", "").strip()[:100]
    if wanted:
        people = people.filter(_named(wanted, reading))
    page = page_of(people, request.GET, field="message_count", size=AUTHORS_A_PAGE, key_rises=True, by_number=True)
    count = people.count() if page.next or page.previous else len(page.rows)
    return show(request, reading, "authors.html", tab="authors", page=page, count=count, wanted=wanted)


def _named(wanted: str, reading: Reading) -> Q:
    """By name; by address only for those who may see addresses, or a stranger could guess them letter by letter."""
    by_name = Q(name__icontains=wanted)
    return by_name | Q(address__icontains=wanted) if reading.sees_addresses else by_name


@require_safe
@reads_archive
def author(request: HttpRequest, reading: Reading, pk: int) -> HttpResponse:
    person = Author.objects.filter(group=reading.group, pk=pk, message_count__gt=0).first()
    if person is None:
        raise Http404(_("Nobody like that has written to the group."))
    # Not by group as well: the index of the author is the one to take.
    letters = Message.objects.filter(author=person).visible(reading.archive).only(*LETTER_FIELDS)
    page = page_of(letters, request.GET, field="sent_at", size=LETTERS_A_PAGE)
    return show(request, reading, "author.html", tab="authors", author=person, page=page)
