"""Remembering how far a person has read. Marks only ever move forward."""

from accounts.models import User
from archive.models import GroupMark, Thread, ThreadMark
from groups.models import Group


def mark_thread_read(*, user: User, thread: Thread, number: int) -> int:
    """Everything in the thread up to letter `number` is read; returns the mark that now stands."""
    number = min(number, thread.last_number)
    mark, made = ThreadMark.objects.get_or_create(user=user, thread=thread, defaults={"number": number})
    if not made:
        # Another window may have gone further meanwhile: only ever raise it.
        ThreadMark.objects.filter(pk=mark.pk, number__lt=number).update(number=number)
    return max(mark.number, number)


def mark_group_read(*, user: User, group: Group, number: int) -> int:
    """Everything in the group up to letter `number` is read; returns the mark that now stands."""
    mark, made = GroupMark.objects.get_or_create(user=user, group=group, defaults={"number": number})
    if not made:
        GroupMark.objects.filter(pk=mark.pk, number__lt=number).update(number=number)
    ThreadMark.objects.filter(user=user, thread__group=group, number__lte=max(mark.number, number)).delete()
    return max(mark.number, number)
