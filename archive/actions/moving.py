"""Moving a topic to another group, and back. Its letters get numbers there; their old addresses lead to the new ones for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from archive.actions import places
from archive.actions.departures import depart
from archive.actions.removing import forget_authors, measure, recount_authors
from archive.actions.storing import count_in, lock_archive, order_index, touch, write_authors
from archive.actions.threading import Member, load_members, refresh_summaries, rethread
from archive.actions.topics import STATE, TopicRefused
from archive.models import Archive, Attachment, Departure, Message, Reach, Thread, ThreadMark, TopicChange
from archive.naming import thread_url
from archive.search.health import INDEX_TASK
from common import bulk, lookups  # noqa: F401  registers __among
from common.doorbell import ring
from groups.actions.log import note
from groups.models import Action, Group


@dataclass(frozen=True, slots=True)
class _Writer:
    """A letter as write_authors() needs it."""

    author_key: str
    from_name: str
    from_address: str
    sent_at: datetime
    hidden: bool


@transaction.atomic
def move(thread: Thread, to: Group, *, by: User) -> TopicChange:
    """Move a topic with all its letters, hidden ones as well, to another group of which `by` moderates the topics, too."""
    group = thread.group
    if group.pk == to.pk:
        raise TopicRefused(_("It is in this group already."))
    here, there = _locked(group, to)
    letters = list(Message.objects.filter(thread=thread).order_by("sent_at", "pk"))
    if not letters:
        raise TopicRefused(_("Somebody has changed this topic in the meantime. Look at it again."))
    state = Thread.objects.filter(pk=thread.pk).values(*STATE)[0]
    _check(letters, here, to)
    change = TopicChange.objects.create(
        group=group,
        kind=TopicChange.Kind.MOVED,
        number=thread.number,
        sentence=f"“{thread.subject}” was moved to {to.name}"[:500],
        by=by,
    )
    change.before = {
        "to": to.pk,
        "letters": [letter.pk for letter in letters],
        "places": {letter.pk: letter.place for letter in letters if letter.place},
        "transfers": {letter.pk: letter.transfer_id for letter in letters if letter.transfer_id},
    }
    depart(letters, by=by, moved_to={letter.pk: letter.pk for letter in letters})
    numbers = range(there.next_number, there.next_number + len(letters))
    arrived = _carry(
        letters, here, there, to, list(numbers), dict.fromkeys([one.pk for one in letters], _place(change))
    )
    _restore(arrived, state, there)
    change.before["number"] = arrived.number
    change.save(update_fields=["before"])
    details = {"to": to.slug, "change": change.pk}
    note(Action.TOPIC_MOVED, group=group, by=by, about=thread.subject, details=details)
    url = thread_url(to.slug, arrived.number)
    note(Action.TOPIC_MOVED, group=to, by=by, about=thread.subject, url=url, details={"from": group.slug})
    return change


def _place(change: TopicChange) -> str:
    return places.place_named(change.pk, "m")


def _locked(one: Group, other: Group) -> tuple[Archive, Archive]:
    """Both archives, locked in the order of their keys, so that two moves never wait for each other."""
    locked = {group.pk: lock_archive(group) for group in sorted((one, other), key=lambda group: group.pk)}
    return locked[one.pk], locked[other.pk]


def _check(letters: Sequence[Message], here: Archive, to: Group) -> None:
    if any(letter.transfer_id in here.staging for letter in letters):
        raise TopicRefused(_("Letters of it belong to an import that is still under way."))
    keys = [letter.message_id_key for letter in letters]
    known = set(Message.objects.filter(group=to, message_id_key__among=keys).values_list("message_id", flat=True))
    twice = [letter.number for letter in letters if letter.message_id in known]
    if twice:
        which = ", ".join(map(str, twice[:5]))
        said = _("%(group)s has some of these letters already: %(numbers)s. Hide or destroy them here instead.")
        raise TopicRefused(said % {"group": to.name, "numbers": which})


def _carry(
    letters: Sequence[Message],
    here: Archive,
    there: Archive,
    to: Group,
    numbers: Sequence[int],
    wanted: dict[int, str],
    transfers: dict[int, int] | None = None,
) -> Thread:
    """Give the letters to the other group, under these numbers, at these places. Threads, authors, counters, marks and index of
    both groups follow. Returns the topic they are in now."""
    old = load_members({letter.thread_id for letter in letters}, here.staging)
    moving = {letter.pk for letter in letters}
    lost = [member for member in old if member.id in moving]
    seen = [letter for letter in letters if letter.hidden_at is None]
    there.next_number = max(there.next_number, max(numbers) + 1)
    letter_of = {letter.pk: letter for letter in letters}
    authors = write_authors(to, [_writer(member, letter_of[member.id]) for member in lost], count=True)
    number_of = dict(zip([letter.pk for letter in letters], numbers, strict=True))
    newcomers = [_newcomer(member, authors, number_of, wanted) for member in lost]
    threaded_there = rethread(to, newcomers, staging=there.staging)
    rows = [
        (one.id, to.pk, one.number, one.author_id, one.thread_id, one.parent_id, one.linked_by_subject, one.place,
         (transfers or {}).get(one.id))
        for one in newcomers
    ]  # fmt: skip
    columns = ("group_id", "number", "author_id", "thread_id", "parent_id", "linked_by_subject", "place", "transfer_id")
    bulk.update_many(Message, columns, rows)
    Attachment.objects.filter(message__in=moving).update(group=to)
    places.remember(to, [one for one in newcomers if one.place], keys=False)
    marks = _marks(old, moving)
    threaded_here = rethread(here.group, lost=lost, staging=here.staging)
    _settle(here, [one.sent_at for one in seen], -1, threaded_here.more_to_show)
    _settle(there, [one.sent_at for one in seen], 1, threaded_there.more_to_show)
    recount_authors(seen, -1)
    forget_authors({letter.author_id for letter in letters})
    measure(here, here.group)
    touch(here)
    thread = Thread.objects.select_related("group").get(pk=newcomers[0].thread_id)
    _write_marks(marks, thread)
    order_index([*moving, *threaded_here.moved, *threaded_there.moved])
    ring(INDEX_TASK)
    return thread


def _settle(archive: Archive, moments: Sequence[datetime], sign: int, more: int) -> None:
    count_in(archive, moments, sign)
    archive.thread_count = max(0, archive.thread_count + more)
    touch(archive)


def _writer(member: Member, letter: Message) -> _Writer:
    hidden = letter.hidden_at is not None
    return _Writer(member.author_key, letter.from_name, letter.from_address, letter.sent_at, hidden)


def _newcomer(member: Member, authors: dict[str, int], numbers: dict[int, int], wanted: dict[int, str]) -> Member:
    """The letter as it comes to its new group: a place holds its topic together there, whatever an import called it."""
    return Member(
        **{
            **{name: getattr(member, name) for name in Member.__dataclass_fields__},
            "number": numbers[member.id],
            "author_id": authors[member.author_key],
            "place": wanted.get(member.id, ""),
            "thread_id": 0,
            "parent_id": None,
            "linked_by_subject": False,
            "transfer_id": None,
        }
    )


def _marks(old: Sequence[Member], moving: set[int]) -> list[int]:
    """Who had read all of it."""
    threads = {member.thread_id for member in old if member.id in moving}
    highest = max(member.number for member in old if member.id in moving)
    rows = ThreadMark.objects.filter(thread__in=threads, number__gte=highest)
    return list(rows.values_list("user_id", flat=True).distinct())


def _write_marks(readers: Sequence[int], thread: Thread) -> None:
    marks = [ThreadMark(user_id=user, thread=thread, number=thread.last_number) for user in readers]
    ThreadMark.objects.bulk_create(marks, ignore_conflicts=True)


def _restore(thread: Thread, state: dict[str, object], archive: Archive) -> None:
    since = None if state["reach"] == Reach.USUAL else timezone.now()
    Thread.objects.filter(pk=thread.pk).update(**state, reach_since=since)
    refresh_summaries([thread.pk], archive.staging)


@transaction.atomic
def undo(change: TopicChange, *, by: User) -> Thread:
    """Bring a moved topic back, with its old numbers; the addresses it had in the other group lead here."""
    group, to = change.group, Group.objects.get(pk=change.before["to"])
    here, there = _locked(group, to)
    change.refresh_from_db()
    letters = list(Message.objects.filter(group=to, pk__in=change.before["letters"]).order_by("sent_at", "pk"))
    left = {
        row.moved_to_id: row for row in Departure.objects.filter(group=group, moved_to__in=[one.pk for one in letters])
    }
    if change.undone_at is not None:
        raise TopicRefused(_("It was taken back already."))
    if not letters or set(left) != {letter.pk for letter in letters}:
        raise TopicRefused(_("Its letters are no longer where they were moved to."))
    TopicChange.objects.filter(pk=change.pk).update(undone_at=timezone.now())
    state = Thread.objects.filter(pk=letters[0].thread_id).values(*STATE)[0]
    depart(letters, by=by, moved_to={letter.pk: letter.pk for letter in letters})
    Departure.objects.filter(pk__in=[row.pk for row in left.values()]).delete()
    numbers = [left[letter.pk].number for letter in letters]
    older = {int(pk): place for pk, place in change.before["places"].items()}
    transfers = {int(pk): transfer for pk, transfer in change.before["transfers"].items()}
    places.forget(to, [_place(change)], {})
    thread = _carry(letters, there, here, group, numbers, older, transfers)
    _restore(thread, state, here)
    note(Action.TOPIC_UNDONE, group=group, by=by, about=thread.subject, url=thread_url(group.slug, thread.number))
    note(Action.TOPIC_UNDONE, group=to, by=by, about=thread.subject)
    thread.refresh_from_db()
    return thread
