"""Letters of an unfinished import into a members-only archive: stored, but neither seen nor counted until it is done."""

from django.db import transaction
from django.db.models import Count, Max, Min

from archive.actions.storing import count_in, lock_archive, touch
from archive.actions.threading import refresh_summaries
from archive.models import Archive, Author, Message, Transfer
from common import bulk
from common.chunks import chunks

CHUNK = 2000


@transaction.atomic
def stage(transfer: Transfer) -> None:
    """Keep the letters of a transfer unseen from now on, those it brought before an error stopped it as well."""
    archive = lock_archive(transfer.group)
    if transfer.pk in archive.staging:
        return
    archive.staging = [*archive.staging, transfer.pk]
    _recount(archive, transfer, sign=-1)
    touch(archive)


@transaction.atomic
def release_staged(transfer: Transfer) -> None:
    """Let the letters of a staged transfer be seen: counters, authors and threads learn of them in one transaction."""
    archive = lock_archive(transfer.group)
    if transfer.pk not in archive.staging:
        return
    archive.staging = [pk for pk in archive.staging if pk != transfer.pk]
    _recount(archive, transfer, sign=1)
    touch(archive)


def _recount(archive: Archive, transfer: Transfer, sign: int) -> None:
    letters = Message.objects.filter(transfer=transfer, hidden_at__isnull=True)
    if not letters.exists():
        return
    for moments in chunks(letters.values_list("sent_at", flat=True).iterator(chunk_size=CHUNK), CHUNK):
        count_in(archive, moments, sign)
    if sign < 0:
        seen = Message.objects.filter(group_id=archive.group_id).visible(archive)
        span = seen.aggregate(first=Min("sent_at"), last=Max("sent_at"))
        archive.first_at, archive.last_at = span["first"], span["last"]
    _count_authors(transfer, sign)
    _refresh_threads(archive, transfer)


def _count_authors(transfer: Transfer, sign: int) -> None:
    wrote = (
        Message.objects.filter(transfer=transfer, hidden_at__isnull=True)
        .order_by()
        .values_list("author_id")
        .annotate(count=Count("pk"))
    )
    totals = dict(Author.objects.filter(group=transfer.group).values_list("pk", "message_count"))
    bulk.update_many(
        Author, ("message_count",), [(author, max(0, totals[author] + sign * count)) for author, count in wrote]
    )


def _refresh_threads(archive: Archive, transfer: Transfer) -> None:
    threads = Message.objects.filter(transfer=transfer).order_by().values_list("thread_id", flat=True).distinct()
    for some in chunks(threads.iterator(chunk_size=CHUNK), CHUNK):
        more = refresh_summaries(some, archive.staging)
        archive.thread_count = max(0, archive.thread_count + more)
