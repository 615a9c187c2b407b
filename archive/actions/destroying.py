"""Destroying letters for ever: of each a number, a key of its Message-ID and a hash are left, so that its addresses answer and no
import brings it back."""

from collections.abc import Sequence
from hashlib import sha256

import zstandard
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from archive.actions import hooks
from archive.actions.departures import depart
from archive.actions.removing import remove_letters
from archive.actions.storing import lock_archive
from archive.models import Message, Quarantined, Thread, TopicChange
from archive.naming import thread_url
from archive.parsing import parse_message
from archive.search.health import INDEX_TASK
from common.doorbell import ring
from groups.actions.log import note
from groups.models import Action, Group, LogEntry

NOTHING = zstandard.compress(b"")
GONE = "(destroyed)"


@transaction.atomic
def destroy_letters(group: Group, ids: Sequence[int], *, by: User, reason: str = "") -> int:
    """Destroy these letters of the group, and every copy of them that the house has. Returns how many there were."""
    lock_archive(group)
    letters = list(Message.objects.filter(group=group, pk__in=ids).select_related("content", "thread"))
    if not letters:
        return 0
    depart(letters, by=by)
    for letter in letters:
        _empty_quarantine(letter)
    for forget in hooks.destroyed:
        forget(letters)
    remove_letters(group, [letter.pk for letter in letters])
    _forget_names(group, letters)
    for letter in letters:
        url = thread_url(group.slug, letter.number).replace("/topic/", "/message/")
        note(Action.LETTER_DESTROYED, group=group, by=by, about=f"letter {letter.number}", url=url, reason=reason)
    ring(INDEX_TASK)
    return len(letters)


def _empty_quarantine(letter: Message) -> None:
    """Copies that could not be read at first: of its own import, or the same bytes."""
    same_bytes = Q(raw_hash=sha256(letter.content.raw_bytes).digest())
    own_import = Q(transfer=letter.transfer_id) if letter.transfer_id else Q()
    items = Quarantined.objects.filter(same_bytes | own_import if own_import else same_bytes, group=letter.group_id)
    for item in items.iterator(50):
        if _is_copy(item.raw_bytes, letter):
            Quarantined.objects.filter(pk=item.pk).update(
                raw=NOTHING, state=Quarantined.State.DISMISSED, reason="It was destroyed by a moderator."
            )


def _is_copy(raw: bytes, letter: Message) -> bool:
    parsed = parse_message(raw)
    return parsed.message_id == letter.message_id or parsed.content_hash == bytes(letter.content_hash)


def _forget_names(group: Group, letters: Sequence[Message]) -> None:
    """Its subject in the log and in what was done with its topic, where no other letter has it."""
    for subject in {letter.subject for letter in letters if letter.subject.strip()}:
        if Message.objects.filter(group=group, subject=subject).exists():
            continue
        Thread.objects.filter(group=group, title=subject).update(title="")
        LogEntry.objects.filter(group=group, about_name=subject[:320]).update(about_name=GONE, details={})
        for change in TopicChange.objects.filter(group=group, sentence__contains=subject[:200]):
            before = {name: value for name, value in change.before.items() if name != "shown"}
            for state in before.get("threads", ()):
                state["title"] = "" if state["title"] == subject else state["title"]
            sentence = change.sentence.replace(subject, GONE).replace(subject[:200], GONE)
            TopicChange.objects.filter(pk=change.pk).update(sentence=sentence, before=before)
