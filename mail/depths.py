"""How much mail waits, since when, and how fast it moves: for the command line and for /metrics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet, Sum
from django.utils import timezone

from mail.inbound import maildir
from mail.models import Delivery, DeliveryState, Inbound, InboundState, Mailbox, MailboxState, Relay, SentTally
from mail.outbox import claims

OPEN_INBOUND = (InboundState.RECEIVED, InboundState.HELD, InboundState.FAILED)
OPEN_OUTBOUND = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED)


@dataclass(frozen=True)
class Depth:
    state: str
    count: int
    oldest: float  # age in seconds of what has waited longest; 0 where nothing waits


def inbound() -> list[Depth]:
    """Letters that somebody or something still has to look at."""
    return _depths(Inbound.objects.filter(state__in=OPEN_INBOUND), "received_at", OPEN_INBOUND)


def outbound() -> list[Depth]:
    """Copies that have not left. Asked in two, for the indexes of those that are due and of those that are claimed."""
    to_send, sending = (DeliveryState.QUEUED, DeliveryState.DEFERRED), (DeliveryState.SENDING,)
    in_hand = Delivery.objects.filter(state=DeliveryState.SENDING)
    found = [
        *_depths(claims.waiting(), "outgoing__made_at", to_send),
        *_depths(in_hand, "outgoing__made_at", sending),
    ]
    return sorted(found, key=lambda depth: OPEN_OUTBOUND.index(DeliveryState(depth.state)))


def overdue() -> float:
    """For how many seconds the copy that should have left first has been due; 0 where none is."""
    first = claims.waiting().filter(due_at__lte=timezone.now()).aggregate(first=Min("due_at"))["first"]
    return _aged((1, first), timezone.now())[1] if first else 0.0


def paused_relays() -> dict[str, str]:
    """Relays that nothing is given to for a while, and why."""
    paused = Relay.objects.filter(paused_until__gt=timezone.now())
    return dict(paused.values_list("name", "paused_because"))


def suspended_mailboxes() -> int:
    """Addresses that no mail goes to, because it came back."""
    return Mailbox.objects.filter(state=MailboxState.SUSPENDED).count()


def on_disk() -> int:
    """Letters in the Maildir spool."""
    return len(maildir.waiting())


def rates(minutes: int = 60) -> dict[str, float]:
    """Per minute, over the last hour."""
    since = timezone.now() - timedelta(minutes=minutes)
    counts = {
        "received": Inbound.objects.filter(received_at__gte=since).count(),
        "decided": Inbound.objects.filter(decided_at__gte=since).count(),
        "sent": SentTally.objects.filter(minute__gte=since).aggregate(copies=Sum("copies"))["copies"] or 0,
    }
    return {what: round(count / minutes, 2) for what, count in counts.items()}


def _depths(rows: "QuerySet[Inbound] | QuerySet[Delivery]", when: str, states: Iterable[str]) -> list[Depth]:
    now = timezone.now()
    found = {
        state: (count, oldest)
        for state, count, oldest in rows.values_list("state").annotate(Count("pk"), Min(when)).order_by("state")
    }
    return [Depth(str(state), *_aged(found.get(state, (0, None)), now)) for state in states]


def _aged(found: tuple[int, datetime | None], now: datetime) -> tuple[int, float]:
    count, oldest = found
    return count, max(0.0, round((now - oldest).total_seconds(), 1)) if oldest else 0.0
