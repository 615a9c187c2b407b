"""Locking a group for a while, retiring it for good, and opening it again. State machine: open -> locked | retired -> open."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from groups.actions.log import note
from groups.models import Action, Group, GroupState

_ACTIONS = {
    GroupState.OPEN: Action.REOPENED,
    GroupState.LOCKED: Action.LOCKED,
    GroupState.RETIRED: Action.RETIRED,
}


def lock(*, group: Group, by: User, reason: str = "") -> bool:
    """Nobody writes until it is opened again. False where it is not open."""
    return _move(group, by, (GroupState.OPEN,), GroupState.LOCKED, reason)


def retire(*, group: Group, by: User, reason: str = "") -> bool:
    """Its letters stay to be read; nobody writes, joins, or gets mail. False where it is retired already."""
    return _move(group, by, (GroupState.OPEN, GroupState.LOCKED), GroupState.RETIRED, reason)


def reopen(*, group: Group, by: User) -> bool:
    return _move(group, by, (GroupState.LOCKED, GroupState.RETIRED), GroupState.OPEN, "")


@transaction.atomic
def _move(group: Group, by: User, old: tuple[GroupState, ...], new: GroupState, reason: str) -> bool:
    reason = " ".join(reason.split())[:300]
    moved = Group.objects.filter(pk=group.pk, state__in=old).update(
        state=new, state_reason=reason, changed_at=timezone.now()
    )
    if moved:
        note(_ACTIONS[new], group=group, by=by, reason=reason)
    group.refresh_from_db()
    return bool(moved)
