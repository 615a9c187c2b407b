"""Taking letters out: mbox.gz (mboxrd) of a group, a month, a thread or a search, as one stream."""

import zlib
from collections.abc import Generator, Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from threading import BoundedSemaphore

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from archive.exporters.letters import entries
from archive.masking import mask_envelope, mask_source
from archive.models import Archive, Message
from archive.reading import Reading, open_archive, reads_archive, show
from archive.search import matching
from archive.views.months import bounds
from common.caching import private
from groups.access import person
from groups.models import Group

PIECE = 64 * 1024  # bytes of text packed together
_places = BoundedSemaphore(settings.DOWNLOADS_AT_ONCE)  # some threads are always left for people who read


@require_safe
@reads_archive
def export(request: HttpRequest, reading: Reading) -> HttpResponse:
    return show(request, reading, "export.html", tab="export")


@require_safe
def group_mbox(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The whole group, or the letters of ?since= (a day) up to and without ?until=."""
    reading = open_archive(request, slug)
    letters = reading.messages
    if since := _moment(request.GET.get("since", "")):
        letters = letters.filter(sent_at__gte=since)
    if until := _moment(request.GET.get("until", "")):
        letters = letters.filter(sent_at__lt=until)
    return mbox(reading, letters, slug)


@require_safe
def month_mbox(request: HttpRequest, slug: str, year: str, month: str) -> HttpResponseBase:
    reading = open_archive(request, slug)
    first, end = bounds(year, month)
    return mbox(reading, reading.messages.filter(sent_at__gte=first, sent_at__lt=end), f"{slug}-{year}-{month}")


@require_safe
def thread_mbox(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    reading = open_archive(request, slug)
    letters = reading.in_thread(number)
    if not letters.exists():
        raise Http404(_("There is no such topic."))
    return mbox(reading, letters, f"{slug}-topic-{number}")


@login_required
@require_safe
def own_mbox(request: HttpRequest) -> HttpResponseBase:
    """What a person wrote, under any confirmed address of theirs, in all groups they belong to: theirs to take away."""
    reader = person(request)
    assert reader is not None
    confirmed = EmailAddress.objects.filter(user=reader, verified=True).values_list("email", flat=True)
    archives = Archive.objects.filter(group__memberships__user=reader)
    staging = [transfer for some in archives.values_list("staging", flat=True) for transfer in some]
    letters = Message.objects.outside(staging).filter(
        group__memberships__user=reader, author__key__in=[address.lower() for address in confirmed]
    )
    return stream(texts(letters.order_by("pk"), masked=False), "my-letters")


def mbox(reading: Reading, letters: QuerySet[Message], name: str) -> HttpResponseBase:
    """Members of the group get every letter byte for byte; strangers with the addresses in it shortened."""
    return stream(texts(letters.order_by("number"), masked=not reading.sees_addresses), name)


def texts(letters: QuerySet[Message], *, masked: bool) -> Iterator[bytes]:
    """The entries of an mbox, in the order of the letters."""
    return map(mask_envelope, entries(letters, edit=mask_source)) if masked else entries(letters)


def found_letters(text: str, user: User | None, group: Group | None = None) -> Iterator[bytes]:
    """The entries of all letters that a search finds, each as this person may see it."""
    for chunk in matching(text, user=user, group=group):
        for masked, keys in groupby(chunk.keys, key=chunk.masked.__contains__):
            yield from texts(Message.objects.filter(pk__in=list(keys)).order_by("pk"), masked=masked)


def stream(letters: Iterable[bytes], name: str) -> HttpResponseBase:
    """A download of an mbox, packed as it is made; 503 where as many are under way as may be."""
    if not _places.acquire(blocking=False):
        return _too_many()
    response = StreamingHttpResponse(_Placed(pack(letters)), content_type="application/gzip")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.mbox.gz") or "attachment"
    response.headers["Content-Encoding"] = "identity"  # packed already: keep GZipMiddleware away
    response.headers["X-Robots-Tag"] = "noindex"
    return private(response)


class _Placed:
    """A download under way: when the server closes it, read to its end or not, its cursor is closed and its place free."""

    def __init__(self, pieces: Generator[bytes, None, None]) -> None:
        self._pieces = pieces
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        if self._open:
            self._open = False
            self._pieces.close()  # now, while the connection is ours: the next request may be given it
            _places.release()


def _too_many() -> HttpResponse:
    words = _("Others are taking letters out just now. Try again in a minute.")
    response = HttpResponse(f"{words}\n", status=503, content_type="text/plain; charset=utf-8")
    response.headers["Retry-After"] = "60"
    return private(response)


def pack(texts: Iterable[bytes]) -> Generator[bytes, None, None]:
    """gzip (RFC 1952) as it comes, without a time in its header: the same letters make the same file."""
    packer = zlib.compressobj(level=6, wbits=zlib.MAX_WBITS | 16)
    waiting: list[bytes] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= PIECE:
            if piece := packer.compress(b"".join(waiting)):
                yield piece
            waiting, size = [], 0
    yield packer.compress(b"".join(waiting)) + packer.flush()


def _moment(day: str) -> datetime | None:
    """Midnight UTC of "2004-05-31"; None for what is no day."""
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
