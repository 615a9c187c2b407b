"""Keeping a group's threads right, whatever the order letters come or go in.

archive.threader.thread() is a pure function of a set of letters. To have the same result here as if the whole group were
threaded at once, every existing thread that a newcomer could touch is loaded, threaded anew together with the newcomers, and
only what changed is written (archive.threader.closure says which threads those are).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from archive.keys import key_of
from archive.models import Ghost, Message, Thread
from archive.threader import Node, Threads, thread
from common import bulk
from common.chunks import chunks
from groups.models import Group

SUBJECT_WINDOW = timedelta(days=30)
SLICE = 5000  # values in one IN (…)


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

    def node(self) -> Node:
        return Node(
            uid=self.id,
            message_id=self.message_id,
            references=self.references,
            date=self.sent_at.timestamp(),
            base_subject=str(self.subject_key) if self.subject_key else "",
            is_reply=self.is_reply,
            thread_key=self.thread_key,
            tie=self.content_hash,
        )


@dataclass(slots=True)
class Rethreaded:
    """What changed: how many threads more (or fewer), and which stored letters moved to another thread."""

    new_threads: int = 0
    gone_threads: int = 0
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
)


def load_members(threads: Iterable[int], staging: Sequence[int]) -> list[Member]:
    """Every letter of these threads, visible or not."""
    rows = Message.objects.filter(thread_id__in=list(threads)).values_list(*MEMBER_FIELDS)
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
        )
        for row in rows.iterator(chunk_size=2000)
    ]


def touched_threads(group: Group, members: Sequence[Member]) -> set[int]:
    """Ids of the stored threads that these letters could join, split or bring together."""
    keys = {key_of(mid) for member in members for mid in (member.message_id, *member.references)}
    found: set[int] = set()
    for some in chunks(keys, SLICE):
        found.update(
            Message.objects.filter(group=group, message_id_key__in=some).values_list("thread_id", flat=True)
        )
        found.update(Ghost.objects.filter(group=group, message_id_key__in=some).values_list("thread_id", flat=True))
    known = {member.thread_key for member in members if member.thread_key}
    for some_keys in chunks(known, SLICE):
        found.update(Message.objects.filter(group=group, thread_key__in=some_keys).values_list("thread_id", flat=True))
    found.update(_same_subject(group, members))
    return found


def _same_subject(group: Group, members: Sequence[Member]) -> set[int]:
    """Threads with a letter of the same subject so near in time that one might be linked to the other by it."""
    dates: dict[int, list[datetime]] = defaultdict(list)
    replies: dict[int, list[datetime]] = defaultdict(list)
    for member in sorted(members, key=lambda member: member.sent_at):
        if member.subject_key:
            dates[member.subject_key].append(member.sent_at)
            if member.is_reply:
                replies[member.subject_key].append(member.sent_at)
    found = set()
    for some in chunks(dates, SLICE):
        near = Message.objects.filter(
            group=group,
            subject_key__in=some,
            sent_at__gte=min(dates[key][0] for key in some) - SUBJECT_WINDOW,
            sent_at__lte=max(dates[key][-1] for key in some) + SUBJECT_WINDOW,
        ).values_list("subject_key", "sent_at", "is_reply", "thread_id")
        for key, sent_at, is_reply, thread_id in near.iterator(chunk_size=2000):
            if _any_near(dates[key] if is_reply else replies[key], sent_at):
                found.add(thread_id)
    return found


def _any_near(moments: list[datetime], moment: datetime) -> bool:
    """Whether one of the sorted moments lies within the window around `moment`."""
    place = bisect_left(moments, moment - SUBJECT_WINDOW)
    return place < len(moments) and moments[place] <= moment + SUBJECT_WINDOW


def rethread(
    group: Group, newcomers: Sequence[Member], *, also: Iterable[int] = (), staging: Sequence[int] = (), transfer_id: int | None = None
) -> Rethreaded:
    """Thread newcomers (not yet stored) into the group, together with the threads they touch and those named in `also`.

    Sets thread_id, parent_id and linked_by_subject of each newcomer and writes threads, ghosts and moved letters.
    The caller holds the lock on the group's archive and inserts the newcomers afterwards.
    """
    threads = touched_threads(group, newcomers) | set(also)
    members = load_members(threads, staging)
    # A letter that leaves a thread may be linked by subject to one that was not loaded: close over those as well.
    if members:
        more = touched_threads(group, members) - threads
        members += load_members(more, staging)
        threads |= more
    everybody = [*members, *newcomers]
    result = thread(member.node() for member in everybody)
    return _Writer(group, everybody, result, threads, transfer_id).write()


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
        self.done = Rethreaded()

    def write(self) -> Rethreaded:
        parts = self._parts()
        rows = self._rows_for(parts)
        self._write_threads(parts, rows)
        self._write_moves(rows)
        self._write_ghosts(rows)
        gone = self.threads - set(rows.values())
        Thread.objects.filter(pk__in=gone).delete()
        self.done.gone_threads = len(gone)
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
            values = (row, *summary(part))
            if row in self.threads:
                changed.append(values)
            else:
                fresh.append((*values, self.group.pk, self.transfer_id, False, False))
        self._step_aside(changed)
        bulk.update_many(Thread, SUMMARY_FIELDS, changed)
        bulk.insert(Thread, ("id", *SUMMARY_FIELDS, "group_id", "transfer_id", "pinned", "locked"), fresh)

    def _step_aside(self, changed: list[tuple[Any, ...]]) -> None:
        """Numbers are unique in a group: rows that change theirs leave the old one before anybody takes a new one."""
        before = dict(Thread.objects.filter(pk__in=self.threads).values_list("id", "number"))
        keeping = {values[0] for values in changed if before[values[0]] == values[1]}
        moving = [pk for pk in before if pk not in keeping]
        bulk.update_many(Thread, ("number",), [(pk, 2**31 - 1 - pk % 2**30) for pk in moving])

    def _write_moves(self, rows: dict[int, int]) -> None:
        moved = []
        for member in self.members:
            parent = self.result.parent[member.id]
            by_subject = member.id in self.result.by_subject
            thread_id = member.thread_id
            member_row = rows[self.result.thread[member.id]]
            if thread_id and (thread_id, member.parent_id, member.linked_by_subject) != (member_row, parent, by_subject):
                moved.append((member.id, member_row, parent, by_subject))
                if thread_id != member_row:
                    self.done.moved.append(member.id)
            member.thread_id, member.parent_id, member.linked_by_subject = member_row, parent, by_subject
        bulk.update_many(Message, ("thread_id", "parent_id", "linked_by_subject"), moved)

    def _write_ghosts(self, rows: dict[int, int]) -> None:
        wanted = {key_of(mid): rows[label] for mid, label in self.result.ghosts.items()}
        standing = dict(
            Ghost.objects.filter(thread_id__in=self.threads).values_list("message_id_key", "thread_id")
        )
        obsolete = [key for key, row in standing.items() if wanted.get(key) != row]
        for some in chunks(obsolete, SLICE):
            Ghost.objects.filter(group=self.group, message_id_key__in=some).delete()
        fresh = [
            (self.group.pk, key, row) for key, row in wanted.items() if standing.get(key) != row
        ]
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


def summary(part: Sequence[Member]) -> tuple[Any, ...]:
    """What a list of threads shows of one, in the order of SUMMARY_FIELDS. `part` stands in order of date."""
    number = min(member.number for member in part)
    seen = [member for member in part if member.visible]
    if not seen:
        return (number, part[0].subject, "", "", "", "", 0, 0, 0, None, None)
    first, last = seen[0], seen[-1]
    return (
        number,
        first.subject,
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


def refresh_summaries(threads: Iterable[int], staging: Sequence[int]) -> None:
    """Write the summaries of threads anew after letters were hidden, shown or let out of staging."""
    parts: dict[int, list[Member]] = defaultdict(list)
    for member in load_members(threads, staging):
        parts[member.thread_id].append(member)
    for part in parts.values():
        part.sort(key=lambda member: (member.sent_at, member.message_id, member.id))
    bulk.update_many(Thread, SUMMARY_FIELDS, [(pk, *summary(part)) for pk, part in parts.items()])

