"""Turning switches."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.switches import SWITCHES, turned, words
from accounts.switches import on as is_on
from accounts.switches.models import Turned


@transaction.atomic
def turn(name: str, on: bool, *, by: User, said: str = "") -> dict[str, Any]:
    """Have it on or off in every process from the commit on; returns what changed as {what: [old, new]}."""
    SWITCHES[name]  # KeyError for a name that does not exist
    before, words_before = is_on(name), words(name)
    changes: dict[str, Any] = {} if before == on else {name: [before, on]}
    if words_before != said:
        changes["words"] = [words_before, said]
    if changes:
        values = {"is_on": on, "words": said, "changed_at": timezone.now(), "changed_by": by}
        Turned.objects.update_or_create(name=name, defaults=values)
        turned.changed()
    return changes
