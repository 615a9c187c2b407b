"""How far people have read, when letters change topics: nothing that was unread becomes read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from archive.actions.threading import Member
from archive.models import GroupMark, Message, ThreadMark
from common import lookups  # noqa: F401  registers __among


@dataclass(slots=True)
class Marks:
    """Who had read how far in which thread, and the letters of those threads."""

    number: dict[int, int]  # letter -> number
    thread: dict[int, int]  # letter -> thread it was in
    read_to: dict[int, dict[int, int]]  # person -> thread -> number

    @classmethod
    def of(cls, members: Sequence[Member]) -> "Marks":
        threads = list({member.thread_id for member in members})
        read_to: dict[int, dict[int, int]] = defaultdict(dict)
        rows = ThreadMark.objects.filter(thread__in=threads).values_list("user_id", "thread_id", "number")
        for user, thread, number in rows:
            read_to[user][thread] = number
        return cls(
            {member.id: member.number for member in members},
            {member.id: member.thread_id for member in members},
            read_to,
        )

    def carry_over(self, now: dict[int, int]) -> None:
        """`now`: letter -> thread it is in now. In each thread everybody has read up to just before their first unread letter."""
        if not self.read_to:
            return
        parts: dict[int, list[int]] = defaultdict(list)
        for letter, thread in now.items():
            parts[thread].append(letter)
        floors = self._floors(now)
        wanted = {
            (user, thread): self._mark(read, letters, floors.get(user, 0))
            for user, read in self.read_to.items()
            for thread, letters in parts.items()
        }
        ThreadMark.objects.filter(thread__in=list(parts)).delete()
        ThreadMark.objects.bulk_create(
            ThreadMark(user_id=user, thread_id=thread, number=number)
            for (user, thread), number in wanted.items()
            if number
        )

    def _floors(self, now: dict[int, int]) -> dict[int, int]:
        group = Message.objects.filter(pk=next(iter(now))).values("group")[:1]
        return dict(GroupMark.objects.filter(group=group, user__in=list(self.read_to)).values_list("user_id", "number"))

    def _mark(self, read: dict[int, int], letters: Sequence[int], floor: int) -> int:
        seen, unread = [0], list[int]()
        for letter in letters:
            number = self.number[letter]
            is_read = number <= max(floor, read.get(self.thread[letter], 0))
            (seen if is_read else unread).append(number)
        return min(max(seen), min(unread) - 1) if unread else max(seen)
