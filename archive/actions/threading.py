"""Keeping a group's threads right, whatever the order letters come or go in.

archive.threader.thread() is a pure function of a set of letters; archive.threader.closure.settle() gives the same result for
the part of the archive that a change can touch. This module answers its questions from the database (Rows) and writes only
what came out differently (_Writer).
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet

from archive.keys import key_of
from archive.models import Ghost, Message, MessageQuerySet, Thread
from archive.threader import Node, Threads
from archive.threader.closure import Kind, Probe, settle
from common import bulk, lookups  # noqa: F401  registers __among
from common.chunks import chunks
from common.prepared import Prepared, Slot
from groups.models import Group

SLICE = 5000  # values in one IN (…)
PLACE = "moderator:"  # how the places begin that moderators give to letters (archive.actions.places)


@dataclass(slots=True)
class Member:
    """A letter as threading and a thread's summary need it; newcomers have no thread_id yet."""

    id: int
    number: int
    message_id: str
    references: tuple[str, ...]
    sent_at: datetime
    subject: str
    subject_key: int
    is_reply: bool
    thread_key: str
    content_hash: bytes
    author_id: int
    author_key: str
    author_label: str
    snippet: str
    visible: bool
    transfer_id: int | None = None
    thread_id: int = 0
    parent_id: int | None = None
    linked_by_subject: bool = False
    place: str = ""

    def node(self) -> Node:
        return Node(
            uid=self.id,
            message_id=self.message_id,
            references=self.references,
            date=self.sent_at.timestamp(),
            base_subject=str(self.subject_key) if self.subject_key else "",
            is_reply=self.is_reply,
            thread_key=self.place or self.thread_key,
            tie=self.content_hash,
        )


@dataclass(slots=True)
class Rethreaded:
    """What changed: threads begun and gone, how many more (or fewer) have something to show, and which stored letters
    moved to another thread."""

    new_threads: int = 0
    gone_threads: int = 0
    more_to_show: int = 0
    moved: list[int] = field(default_factory=list)


MEMBER_FIELDS = (
    "id",
    "number",
    "message_id",
    "references",
    "sent_at",
    "subject",
    "subject_key",
    "is_reply",
    "thread_key",
    "content_hash",
    "author_id",
    "author__key",
    "from_name",
    "from_address",
    "snippet",
    "hidden_at",
    "transfer_id",
    "thread_id",
    "parent_id",
    "linked_by_subject",
    "place",
)


def load_members(threads: Iterable[int], staging: Sequence[int]) -> list[Member]:
    """Every letter of these threads, visible or not."""
    return _members(Message.objects.filter(thread_id__in=list(threads)), staging)


def load_letters(ids: Iterable[int], staging: Sequence[int]) -> list[Member]:
    """These letters alone."""
    return _members(Message.objects.filter(pk__among=list(ids)), staging)


def _members(letters: MessageQuerySet, staging: Sequence[int]) -> list[Member]:
    return [
        Member(
            id=row[0],
            number=row[1],
            message_id=row[2],
            references=tuple(row[3].split("\n")) if row[3] else (),
            sent_at=row[4],
            subject=row[5],
            subject_key=row[6],
            is_reply=row[7],
            thread_key=row[8],
            content_hash=bytes(row[9]),
            author_id=row[10],
            author_key=row[11],
            author_label=row[12] or row[13].split("@")[0],
            snippet=row[14],
            visible=row[15] is None and row[16] not in staging,
            transfer_id=row[16],
            thread_id=row[17],
            parent_id=row[18],
            linked_by_subject=row[19],
            place=row[20],
        )
        for row in letters.values_list(*MEMBER_FIELDS).iterator(chunk_size=2000)
    ]


def _threads_by_id(model: type[Message] | type[Ghost]) -> QuerySet[Any, tuple[int]]:
    rows = model._default_manager.filter(group=Slot("group"), message_id_key__among=Slot("keys"))
    return rows.values_list("thread_id")


_holding = Prepared(lambda: _threads_by_id(Message))
_claiming = Prepared(lambda: _threads_by_id(Ghost))
_keyed = Prepared(
    lambda: Message.objects.filter(
        ~Q(thread_key=""), group=Slot("group"), thread_key__among=Slot("keys"), place=""
    ).values_list("thread_id")
)
_placed = Prepared(
    lambda: Message.objects.filter(~Q(place=""), group=Slot("group"), place__among=Slot("keys")).values_list(
        "thread_id"
    )
)


class Rows:
    """What archive.threader.closure asks of a store, answered from one group's rows. Labels are thread ids."""

    def __init__(self, group: Group, staging: Sequence[int]) -> None:
        self.group = group
        self.staging = staging
        self.loaded: list[Member] = []
        self.threads: set[int] = set()

    def holding(self, message_ids: Collection[str]) -> set[int]:
        return self._asked(_holding, {key_of(mid) for mid in message_ids})

    def claiming(self, handles: Collection[str]) -> set[int]:
        return self._asked(_claiming, {key_of(handle) for handle in handles})

    def keyed(self, thread_keys: Collection[str]) -> set[int]:
        by_import = self._asked(_keyed, thread_keys)
        placed = [key for key in thread_keys if key.startswith(PLACE)]
        return by_import | (self._asked(_placed, placed) if placed else set())

    def _asked(self, query: Prepared, keys: Collection[Any]) -> set[int]:
        return {thread_id for (thread_id,) in query.all(group=self.group.pk, keys=list(keys))}

    def on_subject(self, probes: Sequence[Probe]) -> set[int]:
        """One scan over the subjects asked for, and the probes' intervals sorted out here."""
        wanted = _Intervals(probes)
        found: set[int] = set()
        rows = Message.objects.filter(
            ~Q(subject_key=0),  # as the partial index has it
            group=self.group,
            subject_key__among=[int(subject) for subject in wanted.subjects],
            sent_at__gte=_moment(wanted.since),
            sent_at__lte=_moment(wanted.until),
        ).values_list("subject_key", "sent_at", "is_reply", "parent_id", "linked_by_subject", "thread_id")
        for subject, sent_at, is_reply, parent_id, by_subject, thread_id in rows.iterator(chunk_size=2000):
            is_root = parent_id is None or by_subject
            if wanted.match(str(subject), sent_at.timestamp(), is_reply=is_reply, is_root=is_root):
                found.add(thread_id)
        return found

    def members(self, labels: Collection[int]) -> list[Node]:
        fresh = load_members(labels, self.staging)
        self.threads.update(labels)
        self.loaded += fresh
        return [member.node() for member in fresh]


class _Intervals:
    """Probes, merged: for each subject and kind the spans of time that somebody asks about."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        spans: dict[tuple[str, Kind], list[tuple[float, float]]] = defaultdict(list)
        for probe in probes:
            spans[probe.base_subject, probe.kind].append((probe.since, probe.until))
        self.spans = {key: _merged(sorted(each)) for key, each in spans.items()}
        self.subjects = list(dict.fromkeys(probe.base_subject for probe in probes))
        self.since = min(probe.since for probe in probes)
        self.until = max(probe.until for probe in probes)

    def match(self, subject: str, date: float, *, is_reply: bool, is_root: bool) -> bool:
        kinds = [Kind.ANY] if is_reply else [Kind.ANY, Kind.ORIGINAL]
        if is_reply and is_root:
            kinds.append(Kind.ROOT_REPLY)
        return any(self._inside(self.spans.get((subject, kind)), date) for kind in kinds)

    @staticmethod
    def _inside(spans: list[tuple[float, float]] | None, date: float) -> bool:
        if not spans:
            return False
        place = bisect_right(spans, (date, float("inf"))) - 1
        return place >= 0 and date <= spans[place][1]


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged = [spans[0]]
    for since, until in spans[1:]:
        if since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return merged


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(max(seconds, 0.0), UTC)


def rethread(
    group: Group,
    newcomers: Sequence[Member] = (),
    *,
    lost: Sequence[Member] = (),
    staging: Sequence[int] = (),
    transfer_id: int | None = None,
) -> Rethreaded:
    """Thread newcomers (not stored yet) into the group, or what is left when `lost` letters are gone (not stored any more).

    Sets thread_id, parent_id and linked_by_subject of each newcomer and writes threads, ghosts and moved letters.
    The caller holds the lock on the group's archive, and inserts the newcomers afterwards.
    """
    rows = Rows(group, staging)
    result = settle(
        [member.node() for member in newcomers],
        rows,
        lost=[member.node() for member in lost],
        shaken={member.thread_id for member in lost},
    )
    return _Writer(group, [*rows.loaded, *newcomers], result, rows.threads, transfer_id).write()


class _Writer:
    """Turns a threading result into rows, keeping a thread's row (and so its address) wherever its first letter stays."""

    def __init__(
        self, group: Group, members: Sequence[Member], result: Threads, threads: set[int], transfer_id: int | None
    ) -> None:
        self.group = group
        self.members = members
        self.result = result
        self.threads = threads
        self.transfer_id = transfer_id
        self.before: dict[int, tuple[int, int, str]] = {}  # thread row -> (number, visible letters, title)
        self.done = Rethreaded()

    def write(self) -> Rethreaded:
        parts = self._parts()
        rows = self._rows_for(parts)
        before = Thread.objects.filter(pk__in=self.threads).values_list("id", "number", "message_count", "title")
        self.before = {pk: (number, count, title) for pk, number, count, title in before}
        self._write_threads(parts, rows)
        self._write_moves(rows)
        self._write_ghosts(rows)
        gone = self.threads - set(rows.values())
        Thread.objects.filter(pk__in=gone).delete()
        self.done.gone_threads = len(gone)
        showing = sum(any(member.visible for member in part) for part in parts.values())
        self.done.more_to_show = showing - sum(count > 0 for _, count, _ in self.before.values())
        return self.done

    def _parts(self) -> dict[int, list[Member]]:
        parts: dict[int, list[Member]] = defaultdict(list)
        for member in self.members:
            parts[self.result.thread[member.id]].append(member)
        for part in parts.values():
            part.sort(key=lambda member: (member.sent_at, member.message_id, member.id))
        return parts

    def _rows_for(self, parts: dict[int, list[Member]]) -> dict[int, int]:
        """label -> thread row: the row that holds the lowest number stays with that letter; the rest get new rows."""
        rows: dict[int, int] = {}
        taken: set[int] = set()
        for label, part in sorted(parts.items(), key=lambda item: min(member.number for member in item[1])):
            for member in sorted(part, key=lambda member: member.number):
                if member.thread_id and member.thread_id not in taken:
                    rows[label] = member.thread_id
                    taken.add(member.thread_id)
                    break
        missing = [label for label in parts if label not in rows]
        rows.update(zip(missing, bulk.allocate_ids(Thread, len(missing)), strict=True))
        self.done.new_threads = len(missing)
        return rows

    def _write_threads(self, parts: dict[int, list[Member]], rows: dict[int, int]) -> None:
        fresh, changed = [], []
        for label, part in parts.items():
            row = rows[label]
            title = self.before[row][2] if row in self.before else ""
            values = (row, *summary(part, title))
            if row in self.threads:
                changed.append(values)
            else:
                fresh.append((*values, self.group.pk, self.transfer_id, False, False))
        self._step_aside(changed)
        bulk.update_many(Thread, SUMMARY_FIELDS, changed)
        bulk.insert(Thread, ("id", *SUMMARY_FIELDS, "group_id", "transfer_id", "pinned", "locked"), fresh)

    def _step_aside(self, changed: list[tuple[Any, ...]]) -> None:
        """Numbers are unique in a group: rows that change theirs leave the old one before anybody takes a new one."""
        keeping = {values[0] for values in changed if self.before[values[0]][0] == values[1]}
        moving = [pk for pk in self.before if pk not in keeping]
        bulk.update_many(Thread, ("number",), [(pk, 2**31 - 1 - pk % 2**30) for pk in moving])

    def _write_moves(self, rows: dict[int, int]) -> None:
        moved = []
        for member in self.members:
            parent = self.result.parent[member.id]
            by_subject = member.id in self.result.by_subject
            thread_id = member.thread_id
            member_row = rows[self.result.thread[member.id]]
            if thread_id and (thread_id, member.parent_id, member.linked_by_subject) != (
                member_row,
                parent,
                by_subject,
            ):
                moved.append((member.id, member_row, parent, by_subject))
                if thread_id != member_row:
                    self.done.moved.append(member.id)
            member.thread_id, member.parent_id, member.linked_by_subject = member_row, parent, by_subject
        bulk.update_many(Message, ("thread_id", "parent_id", "linked_by_subject"), moved)

    def _write_ghosts(self, rows: dict[int, int]) -> None:
        wanted = {(key_of(handle), rows[label]) for handle, label in self.result.claims}
        standing = {
            (key, thread_id): pk
            for pk, key, thread_id in Ghost.objects.filter(thread_id__in=self.threads).values_list(
                "pk", "message_id_key", "thread_id"
            )
        }
        obsolete = [pk for claim, pk in standing.items() if claim not in wanted]
        for some in chunks(obsolete, SLICE):
            Ghost.objects.filter(pk__in=some).delete()
        fresh = [(self.group.pk, *claim) for claim in wanted - standing.keys()]
        bulk.insert(Ghost, ("group_id", "message_id_key", "thread_id"), fresh)


SUMMARY_FIELDS = (
    "number",
    "subject",
    "starter",
    "last_author",
    "last_author_key",
    "snippet",
    "message_count",
    "author_count",
    "last_number",
    "first_at",
    "last_at",
)


def summary(part: Sequence[Member], title: str = "") -> tuple[Any, ...]:
    """What a list of threads shows of one, in the order of SUMMARY_FIELDS. `part` stands in order of date. `title`: the name
    that a moderator gave it."""
    number = min(member.number for member in part)
    seen = [member for member in part if member.visible]
    if not seen:
        return (number, title or part[0].subject, "", "", "", "", 0, 0, 0, None, None)
    first, last = seen[0], seen[-1]
    return (
        number,
        title or first.subject,
        first.author_label[:200],
        last.author_label[:200],
        last.author_key,
        last.snippet,
        len(seen),
        len({member.author_id for member in seen}),
        max(member.number for member in seen),
        first.sent_at,
        last.sent_at,
    )


def refresh_summaries(threads: Iterable[int], staging: Sequence[int]) -> int:
    """Write the summaries of threads anew after letters were hidden, shown, staged or released. Returns how many more of
    them (or fewer) have something to show."""
    parts: dict[int, list[Member]] = defaultdict(list)
    for member in load_members(threads, staging):
        parts[member.thread_id].append(member)
    for part in parts.values():
        part.sort(key=lambda member: (member.sent_at, member.message_id, member.id))
    rows = Thread.objects.filter(pk__in=list(parts)).values_list("pk", "message_count", "title")
    before = {pk: (count, title) for pk, count, title in rows}
    bulk.update_many(Thread, SUMMARY_FIELDS, [(pk, *summary(part, before[pk][1])) for pk, part in parts.items()])
    shown = sum(count > 0 for count, _ in before.values())
    return sum(any(member.visible for member in part) for part in parts.values()) - shown
