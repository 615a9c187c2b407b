"""Letters that left a group for good: known again by Message-ID and content, so that nothing brings them back."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from accounts.models import User
from archive.keys import key_of
from archive.models import Departure, Message, Revision
from archive.prepare import Letter
from common import lookups  # noqa: F401  registers __among
from common.prepared import Prepared, Slot
from groups.models import Group


def content_key(content_hash: bytes) -> int:
    return key_of(content_hash.hex())


def without_departed(group: Group, letters: Sequence[Letter]) -> list[Letter]:
    """Without those that were destroyed or moved away, by Message-ID or by content; without copies of what a moderator
    edited, as they are after the change. Two queries."""
    if not letters:
        return []
    gone = _gone(group, letters)
    changed = _changed(group, letters)
    return [
        letter
        for letter in letters
        if gone.isdisjoint((letter.message_id_key, bytes(letter.content_hash)))
        and (letter.message_id, bytes(letter.content_hash)) not in changed
    ]


_departed = Prepared(
    lambda: Departure.objects.filter(
        Q(message_id_key__among=Slot("ids")) | Q(content_key__among=Slot("contents")), group=Slot("group")
    ).values_list("message_id_key", "content_hash")
)
_revised = Prepared(
    lambda: Revision.objects.filter(
        message__group=Slot("group"), message__message_id_key__among=Slot("ids")
    ).values_list("message__message_id", "content_hash")
)


def _gone(group: Group, letters: Sequence[Letter]) -> set[int | bytes]:
    contents = [content_key(letter.content_hash) for letter in letters]
    found = _departed.all(group=group.pk, ids=[letter.message_id_key for letter in letters], contents=contents)
    return {each for key, digest in found for each in (key, bytes(digest))}


def _changed(group: Group, letters: Sequence[Letter]) -> set[tuple[str, bytes]]:
    rows = _revised.all(group=group.pk, ids=[letter.message_id_key for letter in letters])
    return {(message_id, bytes(digest)) for message_id, digest in rows}


def taken_numbers(group: Group, numbers: Iterable[int]) -> set[int]:
    """Of these numbers those that a letter had which is gone."""
    wanted = list(numbers)
    rows = Departure.objects.filter(group=group, number__among=wanted) if wanted else Departure.objects.none()
    return set(rows.values_list("number", flat=True))


def depart(letters: Sequence[Message], *, by: User | None = None, moved_to: dict[int, int] | None = None) -> None:
    """Note that these letters (with thread_id) leave their group. `moved_to`: message id -> message id in the new group."""
    Departure.objects.bulk_create(
        Departure(
            group_id=letter.group_id,
            number=letter.number,
            message_id_key=letter.message_id_key,
            content_hash=bytes(letter.content_hash),
            content_key=content_key(bytes(letter.content_hash)),
            thread_id=letter.thread_id,
            moved_to_id=(moved_to or {}).get(letter.pk),
            by=by,
        )
        for letter in letters
    )
