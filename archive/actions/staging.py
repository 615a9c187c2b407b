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
def release_staged(transfer: Transfer) -> None:
    """Let the letters of a staged transfer be seen: counters, authors and threads learn of them in one transaction."""
    archive = lock_archive(transfer.group)
    if transfer.pk not in archive.staging:
        return
    archive.staging = [pk for pk in archive.staging if pk != transfer.pk]
    letters = Message.objects.filter(transfer=transfer, hidden_at__isnull=True)
    for moments in chunks(letters.values_list("sent_at", flat=True).iterator(chunk_size=CHUNK), CHUNK):
        count_in(archive, moments)
    _count_authors(transfer)
    _refresh_threads(archive, transfer)
    touch(archive)


def _count_authors(transfer: Transfer) -> None:
    wrote = (
        Message.objects.filter(transfer=transfer, hidden_at__isnull=True)
        .values("author_id")
        .annotate(count=Count("pk"), first=Min("sent_at"), last=Max("sent_at"))
    )
    totals = dict(Author.objects.filter(group=transfer.group).values_list("pk", "message_count"))
    bulk.update_many(
        Author, ("message_count",), [(row["author_id"], totals[row["author_id"]] + row["count"]) for row in wrote]
    )


def _refresh_threads(archive: Archive, transfer: Transfer) -> None:
    threads = Message.objects.filter(transfer=transfer).order_by().values_list("thread_id", flat=True).distinct()
    for some in chunks(threads.iterator(chunk_size=CHUNK), CHUNK):
        refresh_summaries(some, archive.staging)
