"""What is new to a person: numbered above what they have read, and sent since they joined.

The second half keeps an imported past of twenty years from counting as new.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from archive.models import Archive, GroupMark, Message, Thread, ThreadMark, ThreadQuerySet
from common import lookups  # noqa: F401  registers __among
from common.prepared import Prepared, Slot
from groups.models import Group, Membership


@dataclass(frozen=True, slots=True)
class Marks:
    """How far somebody has read: `floor` in the whole group, `thread` in the one thread asked about."""

    floor: int
    thread: int
    since: datetime

    def is_new(self, number: int, sent_at: datetime) -> bool:
        return number > max(self.floor, self.thread) and sent_at >= self.since


_marks = Prepared(
    lambda: User.objects.filter(pk=Slot("user")).values_list(
        Subquery(GroupMark.objects.filter(user=OuterRef("pk"), group=Slot("group")).values("number")),
        Subquery(ThreadMark.objects.filter(user=OuterRef("pk"), thread=Slot("thread")).values("number")),
        Subquery(Membership.objects.filter(user=OuterRef("pk"), group=Slot("group")).values("joined_at")),
    )
)


def marks_of(user: User, group: Group, thread_id: int | None = None) -> Marks:
    """One query."""
    floor, thread, since = _marks.first(user=user.pk, group=group.pk, thread=thread_id or 0)
    return Marks(floor or 0, thread or 0, since or user.date_joined)


def with_marks(threads: ThreadQuerySet, user: User | Slot) -> ThreadQuerySet:
    """Threads with `read_to`: how far this person has read in each, None where they never opened it."""
    mark = ThreadMark.objects.filter(user=user, thread=OuterRef("pk")).values("number")
    return threads.annotate(read_to=Subquery(mark))


def _unread(staging: tuple[int, ...]) -> QuerySet[Any, Any]:
    """Thread by thread and not by group: that is the index to take."""
    mark = ThreadMark.objects.filter(user=Slot("user"), thread=OuterRef("thread")).values("number")
    new = Message.objects.filter(
        thread__pk__among=Slot("threads"), sent_at__gte=Slot("since"), number__gt=Slot("floor")
    )
    new = new.outside(staging).filter(number__gt=Coalesce(Subquery(mark), 0))
    return new.values_list("thread").annotate(Count("id")).order_by()


_new = Prepared(_unread)


def count_new(threads: Iterable[Thread], marks: Marks, archive: Archive, user: User) -> dict[int, int]:
    """thread id -> new letters, for threads that came from with_marks(); at most one query, none when all is read."""
    stirred = [thread.pk for thread in threads if _may_have_new(thread, marks)]
    if not stirred:
        return {}
    given = {"user": user.pk, "threads": stirred, "floor": marks.floor, "since": marks.since}
    return dict(_new.all(tuple(archive.staging), **given))


def _may_have_new(thread: Any, marks: Marks) -> bool:
    read_to = max(marks.floor, thread.read_to or 0)
    return bool(thread.last_number > read_to and thread.last_at is not None and thread.last_at >= marks.since)
