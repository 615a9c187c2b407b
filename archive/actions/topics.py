"""What moderators do with topics: lock, pin, rename, merge, split, and take it back. Each writes the log in its transaction."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from archive.actions import places
from archive.actions.reading_marks import Marks
from archive.actions.storing import lock_archive, order_index, touch
from archive.actions.threading import Member, load_members, refresh_summaries, rethread
from archive.models import Archive, Message, Reach, Thread, TopicChange
from archive.naming import thread_url
from archive.search.health import INDEX_TASK
from common import bulk
from common.doorbell import ring
from groups.actions.log import note
from groups.models import Action, Group

MOST_PINNED = 10
STATE = ("title", "pinned", "locked", "lock_reason", "moderated", "reach")
Kind = TopicChange.Kind


class TopicRefused(Exception):
    """What was asked cannot be done; the sentence says why."""


@transaction.atomic
def set_state(thread: Thread, *, by: User, **state: Any) -> bool:
    """Change what of pinned, locked, lock_reason, moderated and reach is given. False where nothing changes."""
    archive = lock_archive(thread.group)
    thread.refresh_from_db()
    changed = {name: [getattr(thread, name), value] for name, value in state.items() if getattr(thread, name) != value}
    if not changed:
        return False
    if state.get("pinned") and not thread.pinned:
        _check_room(thread.group)
    values = {name: new for name, (_, new) in changed.items()}
    if "reach" in values:
        values["reach_since"] = None if values["reach"] == Reach.USUAL else timezone.now()
    Thread.objects.filter(pk=thread.pk).update(**values)
    touch(archive)
    reason = str(state.get("lock_reason", "")) if state.get("locked") else ""
    _note(Action.TOPIC_CHANGED, thread, by, reason=reason, details=changed)
    return True


def _check_room(group: Group) -> None:
    if Thread.objects.filter(group=group, pinned=True).count() >= MOST_PINNED:
        raise TopicRefused(
            _("%(count)s topics are pinned already. Take one of them down first.") % {"count": MOST_PINNED}
        )


def _note(action: Action, thread: Thread, by: User, *, reason: str = "", details: dict[str, Any] | None = None) -> None:
    url = thread_url(thread.group.slug, thread.number)
    note(action, group=thread.group, by=by, about=thread.subject, url=url, reason=reason, details=details)


@transaction.atomic
def rename(thread: Thread, title: str, *, by: User) -> TopicChange | None:
    """Call the topic something else; letters keep their subjects, and what comes later changes nothing. An empty title: as its
    first letter calls it. None where nothing changes."""
    archive = lock_archive(thread.group)
    thread.refresh_from_db()
    title = " ".join(title.split())[:500]
    if title in (thread.title, thread.subject if not thread.title else None):
        return None
    old = thread.subject
    before = {"title": thread.title, "shown": old}
    _write_title(archive, thread, title)
    change = _change(thread, Kind.RENAMED, f"“{old}” is called “{thread.subject}” now", by, before)
    _note(Action.TOPIC_RENAMED, thread, by, details={"subject": [old, thread.subject], "change": change.pk})
    return change


def _write_title(archive: Archive, thread: Thread, title: str) -> None:
    Thread.objects.filter(pk=thread.pk).update(title=title)
    refresh_summaries([thread.pk], archive.staging)
    thread.refresh_from_db()
    touch(archive)


def _change(thread: Thread, kind: Kind, sentence: str, by: User, before: dict[str, Any]) -> TopicChange:
    return TopicChange.objects.create(
        group=thread.group, kind=kind, number=thread.number, sentence=sentence[:500], before=before, by=by
    )


@transaction.atomic
def merge(thread: Thread, into: Thread, *, by: User) -> TopicChange:
    """Make one topic of two: it keeps the name and the state of `into`, and has the lower of their numbers."""
    if thread.pk == into.pk:
        raise TopicRefused(_("This is the same topic."))
    if thread.group_id != into.group_id:
        raise TopicRefused(_("The other topic is in another group. Move one of them first."))
    archive = lock_archive(thread.group)
    threads = _fetched(thread, into)
    old = load_members([thread.pk, into.pk], archive.staging)
    change = _change(into, Kind.MERGED, f"“{thread.subject}” was merged into “{into.subject}”", by, {})
    place = places.place_named(change.pk)
    new = _arrange(archive, thread.group, old, dict.fromkeys([member.id for member in old], place), change)
    state = {name: threads[into.pk][name] for name in STATE}
    state["title"] = state["title"] or into.subject
    (together,) = new
    _restore(archive, {together: state})
    change.before |= {"threads": list(threads.values())}
    change.save(update_fields=["before"])
    into = Thread.objects.select_related("group").get(pk=together)
    details = {"topics": [thread.number, threads[into.pk]["number"] if into.pk in threads else into.number]}
    _note(Action.TOPIC_MERGED, into, by, details={**details, "change": change.pk})
    return change


@transaction.atomic
def split(letter: Message, *, by: User, title: str = "") -> TopicChange:
    """Make a topic of its own of a letter and all that answers it."""
    group, thread = letter.group, letter.thread
    archive = lock_archive(group)
    threads = _fetched(thread)
    old = load_members([thread.pk], archive.staging)
    part = below({member.id: member.parent_id for member in old}, letter.pk)
    if len(part) == len(old):
        raise TopicRefused(_("All letters of the topic answer this one: there is nothing to split it from."))
    change = _change(thread, Kind.SPLIT, f"Letter {letter.number} was split off “{thread.subject}”", by, {})
    rest, own = places.place_named(change.pk), places.place_named(change.pk, "b")
    wanted = {member.id: own if member.id in part else rest for member in old}
    _arrange(archive, group, old, wanted, change)
    made = Message.objects.select_related("thread__group").get(pk=letter.pk).thread
    left = Message.objects.filter(thread__group=group, pk__in=set(wanted) - part).values_list("thread", flat=True)[0]
    _restore(archive, {left: threads[thread.pk], made.pk: {"title": " ".join(title.split())[:500]}})
    made.refresh_from_db()
    change.before |= {"threads": list(threads.values())}
    change.number = made.number
    change.save(update_fields=["before", "number"])
    _note(Action.TOPIC_SPLIT, made, by, details={"from": thread.subject, "change": change.pk})
    return change


def _fetched(*threads: Thread) -> dict[int, dict[str, Any]]:
    """What undoing has to bring back: thread -> its number and state, read under the lock."""
    rows = Thread.objects.filter(pk__in=[thread.pk for thread in threads]).values("pk", "number", *STATE)
    found = {row.pop("pk"): row for row in rows}
    if len(found) < len(threads):
        raise TopicRefused(_("Somebody has changed this topic in the meantime. Look at it again."))
    return found


def below(parents: dict[int, int | None], top: int) -> set[int]:
    """A letter and all that answers it, however far down."""
    answers: dict[int | None, list[int]] = {}
    for pk, parent in parents.items():
        answers.setdefault(parent, []).append(pk)
    found, waiting = {top}, [top]
    while waiting:
        fresh = [each for each in answers.get(waiting.pop(), ()) if each not in found]
        found.update(fresh)
        waiting += fresh
    return found


def letters_below(thread: Thread, letter: Message) -> int:
    """How many letters would go with this one."""
    rows = Message.objects.filter(thread=thread).values_list("pk", "parent")
    return len(below(dict(rows), letter.pk)) - 1


def _arrange(
    archive: Archive, group: Group, old: Sequence[Member], wanted: dict[int, str], change: TopicChange
) -> set[int]:
    """Give letters their places and thread them anew; threads, counters, marks and index follow. Fills change.before with what
    they were. Returns the threads they are in now."""
    older: dict[str, list[int]] = {}
    for member in old:
        if member.place:
            older.setdefault(member.place, []).append(member.id)
    new = _move(archive, group, old, wanted)
    placed = load_members(new, archive.staging)
    change.before = {
        "letters": older,
        "handles": places.remember(group, [member for member in placed if member.id in wanted]),
        "places": sorted(set(wanted.values())),
    }
    return new


def _move(archive: Archive, group: Group, old: Sequence[Member], wanted: dict[int, str]) -> set[int]:
    marks = Marks.of(old)
    bulk.update_many(Message, ("place",), list(wanted.items()))
    threaded = rethread(group, lost=old, staging=archive.staging)
    archive.thread_count = max(0, archive.thread_count + threaded.more_to_show)
    now = dict(Message.objects.filter(pk__among=[member.id for member in old]).values_list("pk", "thread"))
    marks.carry_over(now)
    touch(archive)
    order_index(threaded.moved)
    ring(INDEX_TASK)
    return set(now.values())


def _restore(archive: Archive, states: dict[int, dict[str, Any]]) -> None:
    """Give threads the state they are to have, and their lists the name."""
    for pk, state in states.items():
        values = {name: state[name] for name in STATE if name in state}
        values["reach_since"] = None if state.get("reach", Reach.USUAL) == Reach.USUAL else timezone.now()
        Thread.objects.filter(pk=pk).update(**values)
    refresh_summaries(states, archive.staging)


def why_not(change: TopicChange) -> str:
    """Why a change cannot be taken back; "" where it can."""
    if change.undone_at is not None:
        return _("It was taken back already.")
    if change.kind == Kind.RENAMED:
        thread = thread_with(change.group, change.number)
        return "" if thread is not None else _("The topic is not there any more.")
    later = TopicChange.objects.filter(group=change.group, pk__gt=change.pk, undone_at=None).exclude(kind=Kind.RENAMED)
    ours = set(change.before.get("places", ()))
    for each in later:
        if not ours.isdisjoint(each.before.get("letters", ())) or not ours.isdisjoint(
            each.before.get("handles", {}).values()
        ):
            said = _("Something was done with these letters since: %(sentence)s. Take that back first.")
            return said % {"sentence": each.said}
    if not Message.objects.filter(group=change.group, place__in=ours).exists():
        return _("None of these letters is here any more.")
    return ""


def thread_with(group: Group, number: int) -> Thread | None:
    """The topic that letter `number` is in."""
    letter = Message.objects.filter(group=group, number=number).select_related("thread__group").first()
    return letter.thread if letter else None


@transaction.atomic
def undo(change: TopicChange, *, by: User) -> Thread:
    """Take a change back; returns a topic to look at. TopicRefused where that is not possible any more."""
    archive = lock_archive(change.group)
    change.refresh_from_db()
    if reason := why_not(change):
        raise TopicRefused(reason)
    TopicChange.objects.filter(pk=change.pk, undone_at=None).update(undone_at=timezone.now())
    if change.kind == Kind.RENAMED:
        thread = thread_with(change.group, change.number)
        assert thread is not None
        _write_title(archive, thread, change.before["title"])
    else:
        thread = _undo_places(archive, change)
    _note(Action.TOPIC_UNDONE, thread, by, details={"what": change.sentence})
    return thread


def _undo_places(archive: Archive, change: TopicChange) -> Thread:
    group, ours = change.group, change.before["places"]
    threads = set(Message.objects.filter(group=group, place__in=ours).values_list("thread", flat=True))
    old = load_members(threads, archive.staging)
    older = {pk: place for place, ids in change.before["letters"].items() for pk in ids}
    wanted = {member.id: older.get(member.id, "") for member in old if member.place in ours}
    places.forget(group, ours, change.before["handles"])
    _move(archive, group, old, wanted)
    states = {}
    for state in change.before["threads"]:
        thread = thread_with(group, state["number"])
        if thread is not None:
            states[thread.pk] = state
    _forget_state(threads_of(wanted) - set(states))
    _restore(archive, states)
    touch(archive)
    return Thread.objects.select_related("group").get(pk=next(iter(states), None) or min(threads_of(wanted)))


def threads_of(letters: Iterable[int]) -> set[int]:
    return set(Message.objects.filter(pk__among=list(letters)).values_list("thread", flat=True))


def _forget_state(threads: Collection[int]) -> None:
    """Topics that were none before have no state of their own."""
    Thread.objects.filter(pk__in=threads).update(
        title="", pinned=False, locked=False, lock_reason="", moderated=False, reach=Reach.USUAL, reach_since=None
    )
