"""Taking letters out of an archive for good, and hiding or showing them."""

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone

from archive.actions import hooks
from archive.actions.blobs import delete_unused
from archive.actions.storing import count_in, lock_archive, order_index, touch
from archive.actions.threading import load_letters, refresh_summaries, rethread
from archive.models import Archive, Attachment, Author, Content, Departure, Message
from common import bulk
from groups.models import Group


@transaction.atomic
def remove_letters(group: Group, ids: Sequence[int]) -> int:
    """Delete these letters with their content and attachments; threads and counters follow. Returns how many there were."""
    archive = lock_archive(group)
    letters = list(Message.objects.filter(group=group, pk__in=ids).only(*_NEEDED))
    if not letters:
        return 0
    gone = [letter.pk for letter in letters]
    for keep in hooks.leaving:
        keep(gone)
    lost = load_letters(gone, archive.staging)
    seen = [letter for letter in letters if letter.hidden_at is None and letter.transfer_id not in archive.staging]
    _delete_rows(gone)
    threaded = rethread(group, lost=lost, staging=archive.staging)
    archive.thread_count = max(0, archive.thread_count + threaded.more_to_show)
    count_in(archive, [letter.sent_at for letter in seen], sign=-1)
    recount_authors(seen, sign=-1)
    forget_authors({letter.author_id for letter in letters})
    measure(archive, group)
    touch(archive)
    order_index([*gone, *threaded.moved])
    return len(gone)


_NEEDED = ("id", "sent_at", "hidden_at", "transfer_id", "thread_id", "author_id")


def _delete_rows(ids: list[int]) -> None:
    blobs = list(Attachment.objects.filter(message__in=ids).exclude(blob="").values_list("blob", flat=True))
    Attachment.objects.filter(message__in=ids)._raw_delete("default")  # type: ignore[attr-defined]
    Content.objects.filter(pk__in=ids)._raw_delete("default")  # type: ignore[attr-defined]
    _let_go(ids)
    Message.objects.filter(pk__in=ids)._raw_delete("default")  # type: ignore[attr-defined]
    transaction.on_commit(lambda: delete_unused(blobs))


def _let_go(ids: list[int]) -> None:
    """What else names the letters, in any app, goes or forgets them, as its foreign key says."""
    for relation in Message._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in (Message, Content, Attachment):
            continue
        rows = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": ids})
        if relation.field.null:
            rows.update(**{relation.field.name: None})
        else:
            rows.delete()


def recount_authors(letters: Sequence[Message], sign: int) -> None:
    wrote = Counter(letter.author_id for letter in letters)
    totals = Author.objects.filter(pk__in=list(wrote)).values_list("pk", "message_count")
    bulk.update_many(Author, ("message_count",), [(pk, max(0, count + sign * wrote[pk])) for pk, count in totals])


def forget_authors(candidates: set[int]) -> None:
    """Nobody is kept who wrote nothing that is here."""
    letters = Message.objects.filter(author=OuterRef("pk"))
    gone = list(Author.objects.filter(~Exists(letters), pk__in=candidates).values_list("pk", flat=True))
    Author.objects.filter(pk__in=gone)._raw_delete("default")  # type: ignore[attr-defined]


@transaction.atomic
def measure_authors(group: Group) -> None:
    """First and last letter of every author anew; after a whole batch went, since looking at each letter would be slow."""
    lock_archive(group)
    spans = (
        Message.objects.filter(group=group).order_by().values_list("author_id").annotate(Min("sent_at"), Max("sent_at"))
    )
    bulk.update_many(Author, ("first_at", "last_at"), list(spans))


def measure(archive: Archive, group: Group) -> None:
    """First and last letter anew. Numbers stay given out for ever, unless nothing is left that anybody could cite."""
    left = Message.objects.filter(group=group)
    span = left.visible(archive).order_by("sent_at").values_list("sent_at", flat=True)
    archive.first_at, archive.last_at = span.first(), span.reverse().first()
    if not left.exists() and not Departure.objects.filter(group=group).exists():
        archive.next_number = 1


@transaction.atomic
def hide_letters(group: Group, ids: Sequence[int]) -> int:
    """Hide letters from everybody; they stay stored, keep number and permalink, and an import never brings them back."""
    return _set_hidden(group, ids, hide=True)


@transaction.atomic
def show_letters(group: Group, ids: Sequence[int]) -> int:
    """Undo hide_letters."""
    return _set_hidden(group, ids, hide=False)


def _set_hidden(group: Group, ids: Sequence[int], *, hide: bool) -> int:
    archive = lock_archive(group)
    letters = list(Message.objects.filter(group=group, pk__in=ids, hidden_at__isnull=hide).only(*_NEEDED))
    if not letters:
        return 0
    Message.objects.filter(pk__in=[letter.pk for letter in letters]).update(hidden_at=timezone.now() if hide else None)
    counted = [letter for letter in letters if letter.transfer_id not in archive.staging]
    sign = -1 if hide else 1
    count_in(archive, [letter.sent_at for letter in counted], sign=sign)
    recount_authors(counted, sign)
    measure(archive, group)
    more = refresh_summaries({letter.thread_id for letter in letters}, archive.staging)
    archive.thread_count = max(0, archive.thread_count + more)
    touch(archive)
    order_index([letter.pk for letter in letters])
    return len(letters)
