"""Letters that left a group for good: known again by Message-ID and content, so that nothing brings them back."""

from collections.abc import Iterable, Sequence

from accounts.models import User
from archive.keys import key_of
from archive.models import Departure, Message, Revision
from archive.prepare import Letter
from common import lookups  # noqa: F401  registers __among
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


def _gone(group: Group, letters: Sequence[Letter]) -> set[int | bytes]:
    here = Departure.objects.filter(group=group)
    by_id = here.filter(message_id_key__among=[letter.message_id_key for letter in letters])
    by_content = here.filter(content_key__among=[content_key(letter.content_hash) for letter in letters])
    found = by_id.values_list("message_id_key", "content_hash").union(
        by_content.values_list("message_id_key", "content_hash")
    )
    return {each for key, digest in found for each in (key, bytes(digest))}


def _changed(group: Group, letters: Sequence[Letter]) -> set[tuple[str, bytes]]:
    rows = Revision.objects.filter(
        message__group=group, message__message_id_key__among=[letter.message_id_key for letter in letters]
    )
    return {
        (message_id, bytes(digest)) for message_id, digest in rows.values_list("message__message_id", "content_hash")
    }


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
