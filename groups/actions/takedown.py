"""Taking a group down, by those who run the site, and putting it back. From that moment and in every process nobody but they
gets in, and nothing comes or goes: every door to a group (groups.access) and every list of groups asks. Nothing is lost."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common import notices
from groups.actions.log import note
from groups.directory import keeping
from groups.models import Action, Group, Membership, Role

LONGEST_REASON = 500
MOST_TOLD = 20  # owners who are mailed


@dataclass(frozen=True, slots=True)
class Effect:
    """What an app above does beside it, in the same transaction; both say in a few words what they did."""

    name: str
    taken_down: Callable[[Group], str]
    put_back: Callable[[Group], str]


EFFECTS: dict[str, Effect] = {}


def register(effect: Effect) -> None:
    EFFECTS[effect.name] = effect


@transaction.atomic
def take_down(*, group: Group, by: User, because: str) -> list[str] | None:
    """What was done beside it; None where it is down already."""
    now, words = timezone.now(), " ".join(because.split())[:LONGEST_REASON]
    up = Group.objects.standing().filter(pk=group.pk)
    if not up.update(taken_down_at=now, taken_down_because=words, changed_at=now):
        return None
    group.refresh_from_db()
    keeping.refresh([group.pk])
    note(Action.TAKEN_DOWN, group=group, by=by, reason=words)
    _tell_owners("group_taken_down", group)
    return [said for effect in EFFECTS.values() if (said := effect.taken_down(group))]


@transaction.atomic
def put_back(*, group: Group, by: User, because: str = "") -> list[str] | None:
    """Everything as it was. None where it is not down."""
    down = Group.objects.filter(pk=group.pk, taken_down_at__isnull=False)
    if not down.update(taken_down_at=None, taken_down_because="", changed_at=timezone.now()):
        return None
    group.refresh_from_db()
    keeping.refresh([group.pk])
    note(Action.PUT_BACK, group=group, by=by, reason=because)
    _tell_owners("group_put_back", group)
    return [said for effect in EFFECTS.values() if (said := effect.put_back(group))]


def _tell_owners(name: str, group: Group) -> None:
    owning = Membership.objects.filter(group=group, role=Role.OWNER, user__is_active=True).select_related("user")
    for membership in owning.order_by("pk")[:MOST_TOLD]:
        notices.send(name, membership.mail_address, {"group": group, "contact": settings.CONTACT_ADDRESS})
