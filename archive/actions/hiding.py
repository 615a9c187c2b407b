"""Hiding letters and whole topics, and showing them again, as a moderator does it: with a line in the log."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from archive.actions.removing import hide_letters, show_letters
from archive.models import Message
from archive.models.message import permalink
from archive.search.health import INDEX_TASK
from common.doorbell import ring
from groups.actions.log import note
from groups.models import Action, Group


@transaction.atomic
def hide(group: Group, letters: Sequence[Message], *, by: User, reason: str = "") -> int:
    """Hide these letters from everybody. Returns how many were to be seen until now."""
    done = hide_letters(group, [letter.pk for letter in letters])
    return _noted(Action.LETTER_HIDDEN, group, letters, done, by, reason)


@transaction.atomic
def show(group: Group, letters: Sequence[Message], *, by: User) -> int:
    done = show_letters(group, [letter.pk for letter in letters])
    return _noted(Action.LETTER_SHOWN, group, letters, done, by, "")


def _noted(action: Action, group: Group, letters: Sequence[Message], done: int, by: User, reason: str) -> int:
    if done:
        first = letters[0]
        about = first.subject if len(letters) == 1 else f"{first.subject} and {len(letters) - 1} more of its topic"
        details = {"letters": [letter.number for letter in letters][:1000]}
        url = permalink(group.slug, first.number)
        note(action, group=group, by=by, about=about, url=url, reason=reason, details=details)
        ring(INDEX_TASK)
    return done
