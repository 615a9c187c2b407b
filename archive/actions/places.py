"""Where moderators put letters: the threader takes a place as a thread key, and so keeps what belongs together, whatever comes
later. A place is given to every letter of the topics that were merged or split; letters that come anew, from an import that was
undone or from another copy of the archive, are known by their Message-ID or by the thread key of their import."""

from collections.abc import Iterable, Sequence

from archive.actions.threading import PLACE, Member
from archive.keys import key_of
from archive.models import TopicPlace
from archive.prepare import Letter
from common import bulk, lookups  # noqa: F401  registers __among
from common.prepared import Prepared, Slot
from groups.models import Group

MOST_REFERENCES = 20


def of_letter(message_id: str) -> int:
    """The handle of a letter."""
    return key_of(f"letter {message_id}")


def of_key(thread_key: str) -> int:
    """The handle of an import's thread."""
    return key_of(f"key {thread_key}")


def place_named(change: int, part: str = "") -> str:
    return f"{PLACE}{change}{part}"


def places_of(group: Group, letters: Sequence[Letter]) -> dict[int, str]:
    """index -> place of those letters that have one: their own, else, where their import's thread was merged or split, that of
    the nearest letter they refer to, else that of the import's thread. One query."""
    handles = [_handles(letter) for letter in letters]
    wanted = list({handle for some in handles for handle in some})
    known = dict(_known.all(group=group.pk, handles=wanted))
    if not known:
        return {}
    found = {
        index: _place(letter, some, known) for index, (letter, some) in enumerate(zip(letters, handles, strict=True))
    }
    return {index: place for index, place in found.items() if place}


_known = Prepared(
    lambda: TopicPlace.objects.filter(group=Slot("group"), handle__among=Slot("handles")).values_list("handle", "place")
)


def _handles(letter: Letter) -> list[int]:
    """Its own, its key's, and those of what it refers to, nearest first."""
    if not letter.thread_key:
        return [of_letter(letter.message_id)]
    near = reversed(letter.references[-MOST_REFERENCES:])
    return [of_letter(letter.message_id), of_key(letter.thread_key), *map(of_letter, near)]


def _place(letter: Letter, handles: Sequence[int], known: dict[int, str]) -> str:
    own, *others = handles
    if own in known or not others or others[0] not in known:
        return known.get(own, "")
    by_key, *references = others
    return next((known[handle] for handle in references if handle in known), known[by_key])


def remember(group: Group, members: Iterable[Member], *, keys: bool = True) -> dict[str, str]:
    """Write down where these letters (with their new place) belong. Returns what was written down before: handle -> place, ""
    for nothing. `keys`: also where the threads of their imports belong."""
    wanted = {of_letter(member.message_id): member.place for member in members}
    if keys:
        wanted |= {of_key(member.thread_key): member.place for member in members if member.thread_key}
    rows = TopicPlace.objects.filter(group=group, handle__among=list(wanted))
    known = {handle: (pk, place) for pk, handle, place in rows.values_list("pk", "handle", "place")}
    bulk.update_many(TopicPlace, ("place",), [(pk, wanted[handle]) for handle, (pk, _) in known.items()])
    fresh = [(group.pk, handle, place) for handle, place in wanted.items() if handle not in known]
    bulk.insert(TopicPlace, ("group_id", "handle", "place"), fresh)
    return {str(handle): known[handle][1] for handle in known}


def forget(group: Group, places: Sequence[str], before: dict[str, str]) -> None:
    """Take remember() back: rows at these places get what they were before, or go."""
    standing = TopicPlace.objects.filter(group=group, place__in=places).values_list("pk", "handle")
    older = [(pk, before[str(handle)]) for pk, handle in standing if before.get(str(handle))]
    bulk.update_many(TopicPlace, ("place",), older)
    TopicPlace.objects.filter(group=group, place__in=places).delete()
