"""Taking letters out: mbox.gz (mboxrd) of a group, a month, a thread or a search, as one stream."""

import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from archive.exporters.letters import entries
from archive.masking import mask_envelope, mask_source
from archive.models import Message
from archive.reading import Reading, open_archive, reads_archive, show
from archive.views.months import bounds
from common.caching import private

PIECE = 64 * 1024  # bytes of text packed together


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
        raise Http404("There is no such topic.")
    return mbox(reading, letters, f"{slug}-topic-{number}")


def mbox(reading: Reading, letters: QuerySet[Message], name: str) -> HttpResponseBase:
    """Members of the group get every letter byte for byte; strangers with the addresses in it shortened."""
    ordered = letters.order_by("number")
    texts = entries(ordered) if reading.sees_addresses else map(mask_envelope, entries(ordered, edit=mask_source))
    response = StreamingHttpResponse(pack(texts), content_type="application/gzip")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.mbox.gz") or "attachment"
    response.headers["Content-Encoding"] = "identity"  # packed already: keep GZipMiddleware away
    response.headers["X-Robots-Tag"] = "noindex"
    return private(response)


def pack(texts: Iterable[bytes]) -> Iterator[bytes]:
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
