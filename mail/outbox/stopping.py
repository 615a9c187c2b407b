"""What those who run the site stop does not go out: copies for a suspended person, copies of a group that was taken down.

Stopped copies are kept, and queued again where that is lifted within RESTART_WITHIN of the letter; older ones stay where they
are, for nobody wants a month of old letters at once. Notices of the house are not stopped: one of them says that it happened.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from common.doorbell import ring
from groups.models import Group, Membership
from mail.models import Delivery, DeliveryState, Kind, Outgoing
from mail.outbox.claims import Claimed, waiting
from mail.outbox.queue import BELL

RESTART_WITHIN = timedelta(days=5)
WHY = "Stopped by the people who run the site."


def among(deliveries: Sequence[Claimed]) -> set[int]:
    """Those of a chunk that were queued in the very moment of the stop: two short queries a chunk."""
    people = {each.user_id for each in deliveries} - {None}
    letters = {each.outgoing_id for each in deliveries}
    suspended = set(User.objects.suspended().filter(pk__in=people).values_list("pk", flat=True)) if people else set()
    down = Outgoing.objects.filter(pk__in=letters, group__taken_down_at__isnull=False).exclude(kind=Kind.NOTICE)
    taken_down = set(down.values_list("pk", flat=True))
    return {each.id for each in deliveries if each.user_id in suspended or each.outgoing_id in taken_down}


def stop_to(user: User) -> str:
    copies = waiting().filter(address__in=addresses_of(user), user=user)
    return _said(copies.exclude(outgoing__kind=Kind.NOTICE), "copies for them stopped")


def stop_of(group: Group) -> str:
    return _said(waiting().filter(outgoing__group=group).exclude(outgoing__kind=Kind.NOTICE), "copies stopped")


def restart_to(user: User) -> str:
    return _restart(_stopped().filter(user=user, address__in=addresses_of(user)))


def restart_of(group: Group) -> str:
    return _restart(_stopped().filter(outgoing__group=group))


def addresses_of(user: User) -> list[str]:
    """Where mail goes to this person, as deliveries name it."""
    own = Membership.objects.filter(user=user).exclude(address="").values_list("address", flat=True)
    confirmed = user.emailaddress_set.values_list("email", flat=True)  # type: ignore[attr-defined]
    return sorted({user.email, *own, *confirmed})


def _stopped() -> "QuerySet[Delivery]":
    """By its partial index: SQLite takes it only where the state stands in the statement itself."""
    return Delivery.objects.extra(where=["mail_delivery.state = 'stopped'"])


def _said(copies: "QuerySet[Delivery]", what: str) -> str:
    keys = list(copies.values_list("pk", flat=True))
    open_states = (DeliveryState.QUEUED, DeliveryState.DEFERRED)
    count = 0
    for place in range(0, len(keys), 5000):
        some = Delivery.objects.filter(pk__in=keys[place : place + 5000], state__in=open_states)
        count += some.update(state=DeliveryState.STOPPED, reply=WHY)
    return f"{count} {what}" if count else ""


def _restart(copies: "QuerySet[Delivery]") -> str:
    now = timezone.now()
    young = copies.filter(outgoing__made_at__gt=now - RESTART_WITHIN).values_list("pk", flat=True)
    keys, count = list(young), 0
    for place in range(0, len(keys), 5000):
        some = Delivery.objects.filter(pk__in=keys[place : place + 5000], state=DeliveryState.STOPPED)
        count += some.update(state=DeliveryState.QUEUED, due_at=now, reply="")
    if count:
        ring(BELL)
    return f"{count} copies go out now" if count else ""
