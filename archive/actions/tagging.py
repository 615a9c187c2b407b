"""Giving topics hashtags: from subjects as letters arrive, and by moderators."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from archive.actions.storing import Stored, lock_archive, touch
from archive.models import Hashtag, Message, Tagging, Thread
from archive.parsing.hashtags import hashtags_in
from groups.actions.log import note
from groups.models import Action, Group

MOST_TAGS = 1000  # of a group: subjects can be written by anybody


def tag_arrivals(group: Group, letters: Iterable[Message], *, as_sent: bool = False) -> None:
    """Tag the topics of new letters by their subjects, in the caller's transaction. A tag the topic has, or that was taken off
    it, stays as it is. No query where no subject has one. `as_sent`: tagged when they were sent, and not today."""
    if not group.hashtags_in_subjects:
        return
    for letter in letters:
        for name in hashtags_in(letter.subject):
            at = letter.sent_at if as_sent else timezone.now()
            hashtag = _hashtag(group, name, at)
            if hashtag is not None and not _on_topic(hashtag, letter.thread_id).exists():
                _put(hashtag, letter, holds=True, by=None, at=at)


def tag_imported(group: Group, stored: Stored) -> None:
    """The same for letters of an import. No query where no subject has one."""
    tagged = [pk for pk, letter in stored.letters if "#" in letter.subject and hashtags_in(letter.subject)]
    if tagged and group.hashtags_in_subjects:
        letters = Message.objects.filter(pk__among=tagged).only("subject", "thread_id", "sent_at").order_by("sent_at")
        tag_arrivals(group, letters, as_sent=True)


@transaction.atomic
def tag_topic(*, group: Group, thread: Thread, name: str, by: User) -> bool:
    """Give the topic the tag; False where it has it, or the group has too many."""
    hashtag = _hashtag(group, name)
    if hashtag is None or _on_topic(hashtag, thread.pk).filter(holds=True).exists():
        return False
    _decide(group, thread, hashtag, by, holds=True)
    return True


@transaction.atomic
def untag_topic(*, group: Group, thread: Thread, name: str, by: User) -> bool:
    """Take the tag off the topic; False where it has none such."""
    hashtag = Hashtag.objects.filter(group=group, name=name).first()
    if hashtag is None or not _on_topic(hashtag, thread.pk).filter(holds=True).exists():
        return False
    _decide(group, thread, hashtag, by, holds=False)
    return True


def _decide(group: Group, thread: Thread, hashtag: Hashtag, by: User, *, holds: bool) -> None:
    archive = lock_archive(group)
    _on_topic(hashtag, thread.pk).delete()
    letter = thread.messages.in_order().first()
    assert letter is not None  # a thread without letters is none
    _put(hashtag, letter, holds=holds, by=by)
    pair = ["", str(hashtag)] if holds else [str(hashtag), ""]
    note(Action.TOPIC_CHANGED, group=group, by=by, about=thread.subject, details={"hashtag": pair})
    touch(archive)


def _on_topic(hashtag: Hashtag, thread: int) -> "QuerySet[Tagging]":
    return Tagging.objects.filter(hashtag=hashtag, message__thread=thread)


def _put(hashtag: Hashtag, letter: Message, *, holds: bool, by: User | None, at: datetime | None = None) -> None:
    now = timezone.now()
    defaults = {"holds": holds, "by": by, "at": at or now}
    Tagging.objects.update_or_create(hashtag=hashtag, message=letter, defaults=defaults)
    Hashtag.objects.filter(pk=hashtag.pk, used_at__lt=at or now).update(used_at=at or now)
    if not hashtag.group.uses_hashtags:
        Group.objects.filter(pk=hashtag.group_id).update(uses_hashtags=True, changed_at=now)
        hashtag.group.uses_hashtags = True


def _hashtag(group: Group, name: str, at: datetime | None = None) -> Hashtag | None:
    found = Hashtag.objects.filter(group=group, name=name).first()
    if found is None and Hashtag.objects.filter(group=group).count() >= MOST_TAGS:
        return None
    made = found or Hashtag.objects.get_or_create(group=group, name=name, defaults={"used_at": at or timezone.now()})[0]
    made.group = group
    return made


def hashtags_of(threads: Collection[int]) -> dict[int, list[str]]:
    """thread -> names of its tags. One query."""
    held = Tagging.objects.filter(holds=True, message__thread__in=threads, message__hidden_at__isnull=True)
    names: dict[int, list[str]] = {}
    for thread, name in held.values_list("message__thread_id", "hashtag__name").distinct().order_by("hashtag__name"):
        names.setdefault(thread, []).append(name)
    return names
