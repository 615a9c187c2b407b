"""What is new to a person: numbered above what they have read, and sent since they joined.

The second half keeps an imported past of twenty years from counting as new.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, OuterRef, Q, Subquery

from accounts.models import User
from archive.models import Archive, GroupMark, Message, Thread, ThreadMark, ThreadQuerySet
from groups.models import Group, Membership


@dataclass(frozen=True, slots=True)
class Marks:
    """How far somebody has read: `floor` in the whole group, `thread` in the one thread asked about."""

    floor: int
    thread: int
    since: datetime

    def is_new(self, number: int, sent_at: datetime) -> bool:
        return number > max(self.floor, self.thread) and sent_at >= self.since


def marks_of(user: User, group: Group, thread_id: int | None = None) -> Marks:
    """One query."""
    person = OuterRef("pk")
    group_mark = GroupMark.objects.filter(user=person, group=group).values("number")
    thread_mark = ThreadMark.objects.filter(user=person, thread=thread_id or 0).values("number")
    joined = Membership.objects.filter(user=person, group=group).values("joined_at")
    rows = User.objects.filter(pk=user.pk)
    floor, thread, since = rows.values_list(Subquery(group_mark), Subquery(thread_mark), Subquery(joined)).get()
    return Marks(floor or 0, thread or 0, since or user.date_joined)


def with_marks(threads: ThreadQuerySet, user: User) -> ThreadQuerySet:
    """Threads with `read_to`: how far this person has read in each, None where they never opened it."""
    mark = ThreadMark.objects.filter(user=user, thread=OuterRef("pk")).values("number")
    return threads.annotate(read_to=Subquery(mark))


def count_new(threads: Iterable[Thread], marks: Marks, archive: Archive) -> dict[int, int]:
    """thread id -> new letters, for threads that came from with_marks(); at most one query, none when all is read."""
    conditions = {}
    for thread in threads:
        read_to = max(marks.floor, thread.read_to or 0)  # type: ignore[attr-defined]
        if thread.last_number > read_to and thread.last_at is not None and thread.last_at >= marks.since:
            conditions[thread.pk] = Q(thread=thread.pk, number__gt=read_to)
    if not conditions:
        return {}
    # Thread by thread and not by group: that is the index to take.
    new = Message.objects.filter(reduce(or_, conditions.values()), sent_at__gte=marks.since).visible(archive)
    return dict(new.values_list("thread_id").annotate(Count("id")).order_by())
