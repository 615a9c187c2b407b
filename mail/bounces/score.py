"""What reports mean for a mailbox: a fold over its events, so that it can always be computed anew. Pure.

One day counts once, with its worst event: a server that returns fifty letters in an hour had one bad day. A week without an event
takes half a point away. Holiday notices, delays, complaints and refusals for content or policy never count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

WEIGHTS = {"hard": 1.0, "full": 0.5, "temporary": 0.25, "unknown": 0.25}
SUSPEND_AT = 3.0  # three days of "no such user", six of "mailbox full", twelve of trouble that may pass
CALM = timedelta(days=7)  # after so long without an event …
EASED_BY = 0.5  # … the score goes down by this
FORGOTTEN_AFTER = timedelta(days=60)  # events older than this do not count at all
PROBES_AFTER = (timedelta(days=3), timedelta(days=7), timedelta(days=14), timedelta(days=30))
HEARD_AFTER = timedelta(days=3)  # a letter sent so long ago that has not come back has arrived


@dataclass(frozen=True, slots=True)
class Event:
    """One report: when, what (a Category value), and whether it belongs to an incident, which counts for nobody."""

    at: datetime
    category: str
    in_incident: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """score and the moments of the present row of bad days; `suspended` once the score says so."""

    score: float = 0.0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def suspended(self) -> bool:
        return self.score >= SUSPEND_AT

    @property
    def state(self) -> str:
        if self.suspended:
            return "suspended"
        return "soft" if self.score > 0 else "normal"


def weight_of(event: Event) -> float:
    return 0.0 if event.in_incident else WEIGHTS.get(event.category, 0.0)


def standing(events: Iterable[Event], now: datetime) -> Standing:
    """The standing of a mailbox from the events since it was last heard of, in any order."""
    counted = sorted(
        (event for event in events if weight_of(event) and now - event.at <= FORGOTTEN_AFTER),
        key=lambda event: event.at,
    )
    worst: dict[date, float] = {}
    score, last, first = 0.0, None, None
    for event in counted:
        score = _eased(score, event.at - last) if last else score
        if not score:
            first = event.at
        day, weight = event.at.date(), weight_of(event)
        score += max(0.0, weight - worst.get(day, 0.0))
        worst[day] = max(weight, worst.get(day, 0.0))
        last = event.at
    if last is None:
        return Standing()
    # A suspended mailbox gets no mail, so silence proves nothing: it stays until it is heard of again.
    now_score = score if score >= SUSPEND_AT else _eased(score, now - last)
    return Standing(now_score, first, last) if now_score else Standing(0.0, None, last)


def _eased(score: float, silence: timedelta) -> float:
    return max(0.0, score - EASED_BY * (silence // CALM))


def next_probe(suspended_at: datetime, probes: int) -> datetime | None:
    """When to ask a suspended mailbox again whether it lives; None when it was asked often enough."""
    return suspended_at + PROBES_AFTER[probes] if probes < len(PROBES_AFTER) else None


def is_incident(failed: int, sent: int) -> bool:
    """Whether a letter that failed for `failed` of the `sent` copies to one domain is one event rather than bad addresses."""
    return failed >= 5 and failed * 3 >= sent
