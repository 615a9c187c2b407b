"""Suspending a person, and lifting it. A suspended person is not active: no session, feed, token or mail of theirs works, and
none goes to them, from this moment on and in every process. Nothing is lost, so lifting gives everything back."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.standing import EFFECTS
from common import notices

LONGEST_REASON = 500


class NotSuspendable(Exception):
    """A sentence for whoever tried."""


@transaction.atomic
def suspend(*, user: User, by: User | None, because: str, until: datetime | None = None) -> list[str] | None:
    """What was done beside it, in words; None where the person is suspended already or was closed before."""
    if user == by:
        raise NotSuspendable("You cannot suspend yourself.")
    if user.is_staff and not (by is None or by.is_superuser):
        raise NotSuspendable("Only a superuser suspends somebody of the staff.")
    if until is not None and until <= timezone.now():
        raise NotSuspendable("The end of a suspension is in the future.")
    now = timezone.now()
    active = User.objects.filter(pk=user.pk, is_active=True, suspended_at__isnull=True)
    words = " ".join(because.split())[:LONGEST_REASON]
    if not active.update(
        is_active=False, suspended_at=now, suspended_until=until, suspended_because=words, suspended_by=by
    ):
        return None
    user.refresh_from_db()
    notices.send("suspended", user.email, {"person": user, "contact": settings.CONTACT_ADDRESS})
    return [said for effect in EFFECTS.values() if (said := effect.suspended(user))]


@transaction.atomic
def lift(*, user: User) -> list[str] | None:
    """Everything as it was. None where nobody is suspended."""
    suspended = User.objects.suspended().filter(pk=user.pk)
    if not suspended.update(
        is_active=True, suspended_at=None, suspended_until=None, suspended_because="", suspended_by=None
    ):
        return None
    user.refresh_from_db()
    notices.send("suspension_lifted", user.email, {"person": user, "contact": settings.CONTACT_ADDRESS})
    return [said for effect in EFFECTS.values() if (said := effect.lifted(user))]


def lift_ended(now: datetime | None = None) -> list[User]:
    """Suspensions whose time is over."""
    over = User.objects.suspended().filter(suspended_until__lte=now or timezone.now())
    return [user for user in over.order_by("suspended_until")[:500] if lift(user=user) is not None]
