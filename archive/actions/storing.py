"""Putting letters into a group's archive: the one way in, for a single arrival and for an import of millions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from archive.actions.departures import taken_numbers, without_departed
from archive.actions.places import places_of
from archive.actions.threading import Member, rethread
from archive.models import Archive, Attachment, Author, Content, Day, IndexJob, Message, Transfer
from archive.models.archive import month_key
from archive.prepare import Letter
from common import bulk, lookups  # noqa: F401  registers __among
from common.prepared import Prepared, Slot
from groups.models import Group

DETACHED_FROM = 10_000  # indexes of attachments that stand beside the letter, not in it
HIGHEST_ASKED = 10**9  # whoever writes a header may ask for a number: leave room for all that come after it


@dataclass(slots=True)
class Stored:
    """What became of a batch: letters kept with their primary keys, how many were there already, threads begun."""

    letters: list[tuple[int, Letter]] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    duplicates: int = 0
    new_threads: int = 0
    moved: list[int] = field(default_factory=list)
    jobs: list[int] = field(default_factory=list)


def lock_archive(group: Group) -> Archive:
    """The group's archive row, locked until the transaction ends, made where there is none yet."""
    found: Archive | None = _locked.first(group=group.pk)
    if found is None:
        Archive.objects.get_or_create(group=group)
        found = _locked.first(group=group.pk)
        assert found is not None
    return found


def _archives() -> QuerySet[Archive]:
    rows = Archive.objects.filter(group=Slot("group"))
    return rows.select_for_update() if connection.features.has_select_for_update else rows


_locked = Prepared(_archives)
_identities = Prepared(
    lambda: Message.objects.filter(group=Slot("group"), message_id_key__among=Slot("keys")).values_list(
        "message_id", "content_hash"
    )
)
_known_authors = Prepared(lambda: Author.objects.filter(group=Slot("group"), key__among=Slot("keys")))


@transaction.atomic
def store_letters(group: Group, letters: Sequence[Letter], *, transfer: Transfer | None = None) -> Stored:
    """Store letters that the group does not have yet: rows, threads, counters and the order to index them, all or nothing.

    A letter is a duplicate when one with the same Message-ID and the same content hash is there, hidden or not; the same
    Message-ID with another content is kept as a letter of its own. What is stored already is never changed by it. What a
    moderator destroyed or moved away does not come back: it counts as a duplicate, too.
    """
    archive = lock_archive(group)
    fresh = _without_known(group, letters)
    stored = Stored(duplicates=len(letters) - len(fresh))
    if not fresh:
        return stored
    staged = transfer is not None and transfer.pk in archive.staging
    ids = bulk.allocate_ids(Message, len(fresh))
    numbers = _numbers(archive, group, fresh)
    authors = write_authors(group, fresh, count=not staged)
    members = [
        _member(pk, number, authors[letter.author_key], letter, transfer, visible=not (letter.hidden or staged))
        for pk, number, letter in zip(ids, numbers, fresh, strict=True)
    ]
    placed = places_of(group, fresh)
    for place, member in enumerate(members):
        member.place = placed.get(place, "")
    threaded = rethread(
        group, members, staging=archive.staging, transfer_id=transfer.pk if transfer is not None else None
    )
    _insert(group, members, fresh, transfer)
    bulk.update_many(Message, ("place",), [(member.id, member.place) for member in members if member.place])
    count_in(archive, [member.sent_at for member in members if member.visible])
    archive.thread_count = max(0, archive.thread_count + threaded.more_to_show)
    touch(archive)
    stored.letters = list(zip(ids, fresh, strict=True))
    stored.members = members
    stored.new_threads = max(0, threaded.new_threads - threaded.gone_threads)
    stored.moved = threaded.moved
    stored.jobs = order_index([*ids, *threaded.moved])
    return stored


def _without_known(group: Group, letters: Sequence[Letter]) -> list[Letter]:
    keys = list({letter.message_id_key for letter in letters})
    known = {
        (message_id, bytes(content_hash)) for message_id, content_hash in _identities.all(group=group.pk, keys=keys)
    }
    fresh = []
    for letter in letters:
        identity = (letter.message_id, letter.content_hash)
        if identity not in known:
            known.add(identity)
            fresh.append(letter)
    return without_departed(group, fresh)


def _numbers(archive: Archive, group: Group, letters: Sequence[Letter]) -> list[int]:
    """A number for each letter: the one people already cite where it is free, else the next. Given out once, for ever."""
    asked = {letter.legacy_number for letter in letters if letter.legacy_number}
    taken = (
        set(Message.objects.filter(group=group, number__among=asked).values_list("number", flat=True))
        if asked
        else set()
    )
    taken |= taken_numbers(group, asked)
    numbers = []
    for letter in letters:
        number = letter.legacy_number
        if not number or number in taken or number > HIGHEST_ASKED:
            number = archive.next_number
            while number in asked or number in taken:
                number += 1
        taken.add(number)
        numbers.append(number)
        archive.next_number = max(archive.next_number, number + 1)
    return numbers


def write_authors(group: Group, letters: Sequence[Any], *, count: bool) -> dict[str, int]:
    """author key -> row; new authors are made, and what they wrote is counted."""
    first_last: dict[str, list[datetime]] = {}
    latest: dict[str, Any] = {}
    letters_of: Counter[str] = Counter()
    for letter in letters:
        span = first_last.setdefault(letter.author_key, [letter.sent_at, letter.sent_at])
        span[0], span[1] = min(span[0], letter.sent_at), max(span[1], letter.sent_at)
        if letter.author_key not in latest or letter.from_name:
            latest[letter.author_key] = letter
        letters_of[letter.author_key] += count and not letter.hidden
    known = {author.key: author for author in _known_authors.all(group=group.pk, keys=list(latest))}
    fresh = [key for key in latest if key not in known]
    ids = bulk.allocate_ids(Author, len(fresh))
    bulk.insert(
        Author,
        ("id", "group_id", "key", "name", "address", "message_count", "first_at", "last_at"),
        [
            (pk, group.pk, key, latest[key].from_name, latest[key].from_address, letters_of[key], *first_last[key])
            for pk, key in zip(ids, fresh, strict=True)
        ],
    )
    bulk.update_many(
        Author,
        ("message_count", "first_at", "last_at", "name"),
        [
            (
                author.pk,
                author.message_count + letters_of[key],
                min(author.first_at, first_last[key][0]),
                max(author.last_at, first_last[key][1]),
                author.name or latest[key].from_name,
            )
            for key, author in known.items()
        ],
    )
    return {**{key: author.pk for key, author in known.items()}, **dict(zip(fresh, ids, strict=True))}


def _member(
    pk: int, number: int, author_id: int, letter: Letter, transfer: Transfer | None, *, visible: bool
) -> Member:
    return Member(
        id=pk,
        number=number,
        message_id=letter.message_id,
        references=letter.references,
        sent_at=letter.sent_at,
        subject=letter.subject,
        subject_key=letter.subject_key,
        is_reply=letter.is_reply,
        thread_key=letter.thread_key,
        content_hash=letter.content_hash,
        author_id=author_id,
        author_key=letter.author_key,
        author_label=letter.from_name or letter.from_address.split("@")[0],
        snippet=letter.snippet,
        visible=visible,
        transfer_id=transfer.pk if transfer is not None else None,
    )


MESSAGE_COLUMNS = (
    "id",
    "group_id",
    "number",
    "message_id",
    "message_id_key",
    "content_hash",
    "thread_id",
    "parent_id",
    "linked_by_subject",
    "references",
    "thread_key",
    "subject",
    "subject_key",
    "is_reply",
    "author_id",
    "from_name",
    "from_address",
    "sent_at",
    "utc_offset",
    "date_raw",
    "date_source",
    "snippet",
    "size",
    "attachment_count",
    "list_id",
    "defects",
    "hidden_at",
    "transfer_id",
    "legacy_number",
    "created_at",
)


def _insert(group: Group, members: list[Member], letters: Sequence[Letter], transfer: Transfer | None) -> None:
    now = timezone.now()
    transfer_id = transfer.pk if transfer is not None else None
    rows, contents, attachments = [], [], []
    for member, letter in zip(members, letters, strict=True):
        files = _attachments(group, member, letter)
        attachments += files
        rows.append(
            (
                member.id,
                group.pk,
                member.number,
                letter.message_id,
                letter.message_id_key,
                letter.content_hash,
                member.thread_id,
                member.parent_id,
                member.linked_by_subject,
                "\n".join(letter.references),
                letter.thread_key,
                letter.subject,
                letter.subject_key,
                letter.is_reply,
                member.author_id,
                letter.from_name,
                letter.from_address,
                letter.sent_at,
                letter.utc_offset,
                letter.date_raw,
                letter.date_source,
                letter.snippet,
                letter.size,
                min(len(files), 32767),
                letter.list_id,
                letter.defects,
                now if letter.hidden else None,
                transfer_id,
                letter.legacy_number if letter.legacy_number and letter.legacy_number < 2**31 else None,
                now,
            )
        )
        contents.append((member.id, letter.raw, letter.text, letter.html, letter.has_remote))
    bulk.insert(Message, MESSAGE_COLUMNS, rows)
    bulk.insert(Content, ("message_id", "raw", "text", "html", "has_remote"), contents)
    bulk.insert(
        Attachment,
        (
            "message_id",
            "group_id",
            "index",
            "filename",
            "content_type",
            "size",
            "sha256",
            "content_id",
            "inline",
            "blob",
            "sent_at",
        ),
        attachments,
    )


def _attachments(group: Group, member: Member, letter: Letter) -> list[tuple[object, ...]]:
    inside = [
        (
            member.id,
            group.pk,
            part.index,
            part.filename[:255],
            part.content_type[:127],
            part.size,
            part.sha256,
            part.content_id[:255],
            part.inline,
            "",
            letter.sent_at,
        )
        for part in letter.attachments
    ]
    beside = [
        (
            member.id,
            group.pk,
            DETACHED_FROM + place,
            blob.filename[:255],
            blob.content_type[:127],
            blob.size,
            blob.sha256,
            "",
            False,
            blob.path,
            letter.sent_at,
        )
        for place, blob in enumerate(letter.detached)
    ]
    return [*inside, *beside]


def count_in(archive: Archive, moments: Sequence[datetime], sign: int = 1) -> None:
    """Add visible letters sent at these moments to the archive's counters (or take them out, with sign -1). Does not save."""
    if not moments:
        return
    archive.message_count = max(0, archive.message_count + sign * len(moments))
    for key, count in Counter(month_key(moment) for moment in moments).items():
        archive.monthly[key] = max(0, archive.monthly.get(key, 0) + sign * count)
    archive.monthly = {key: count for key, count in archive.monthly.items() if count}
    if sign > 0:
        archive.first_at = min([*moments, *([archive.first_at] if archive.first_at else [])])
        archive.last_at = max([*moments, *([archive.last_at] if archive.last_at else [])])
    _count_days(archive, Counter(moment.date() for moment in moments), sign)


def _count_days(archive: Archive, days: Counter, sign: int) -> None:  # type: ignore[type-arg]
    known = {day.date: day for day in Day.objects.filter(group_id=archive.group_id, date__in=list(days))}
    bulk.insert(
        Day,
        ("group_id", "date", "count"),
        [(archive.group_id, date, count) for date, count in days.items() if date not in known and sign > 0],
    )
    bulk.update_many(Day, ("count",), [(day.pk, max(0, day.count + sign * days[date])) for date, day in known.items()])


def touch(archive: Archive) -> None:
    """Save the counters and make every cached page of the group stale."""
    archive.version += 1
    archive.changed_at = timezone.now()
    archive.save()


def order_index(ids: Sequence[int]) -> list[int]:
    """Write down, in this transaction, that these messages have to be indexed anew; returns the jobs' keys."""
    runs: list[list[int]] = []
    for pk in sorted(ids):
        if runs and pk == runs[-1][1] + 1:
            runs[-1][1] = pk
        else:
            runs.append([pk, pk])
    jobs = IndexJob.objects.bulk_create([IndexJob(first_id=first, last_id=last) for first, last in runs])
    return [job.pk for job in jobs]
