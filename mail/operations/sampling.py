"""Samples are taken each minute and rolled up: minutes for a day, tens for a month, hours for a year, days for ever.

A minute in which nobody measured has no row. It is a gap in every picture, and never zero.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from mail.operations import measuring
from mail.operations.models import Process, Sample, Trouble

MINUTE, TEN, HOUR, DAY = 1, 10, 60, 1440
KEPT = {MINUTE: timedelta(days=1, hours=1), TEN: timedelta(days=31), HOUR: timedelta(days=366)}
ROLLED = ((MINUTE, TEN), (TEN, HOUR), (HOUR, DAY))
TROUBLES_KEPT = timedelta(days=366)
PROCESSES_KEPT = timedelta(days=1)
LOWEST_COUNTS = frozenset({"disk_free"})
LATEST_COUNTS = frozenset({"disk_total", "database", "index", "spool"})


def take(now: datetime | None = None) -> Sample | None:
    """Measure the minute that has just ended; None where somebody has. What is whole is rolled up, what is old removed."""
    now = now or timezone.now()
    minute = measuring.minute_of(now) - timedelta(minutes=1)
    if Sample.objects.filter(step=MINUTE, at=minute).exists():
        return None
    row = Sample(step=MINUTE, at=minute, values=measuring.sample(minute))
    Sample.objects.bulk_create([row], ignore_conflicts=True)
    if minute.minute % TEN == 0:
        for fine, coarse in ROLLED:
            roll_up(fine, coarse, now)
        prune(now)
    return row


def roll_up(fine: int, coarse: int, now: datetime) -> int:
    """Make the coarse samples whose time is over from the fine ones there are; returns how many."""
    last = Sample.objects.filter(step=coarse).order_by("-at").values_list("at", flat=True).first()
    end = start_of(now, coarse)
    rows = Sample.objects.filter(step=fine, at__lt=end)
    if last is not None:
        rows = rows.filter(at__gte=last + timedelta(minutes=coarse))
    made = [
        Sample(
            step=coarse, at=at, minutes=sum(row.minutes for row in some), values=merged([row.values for row in some])
        )
        for at, some in _in_steps(rows.order_by("at").iterator(), coarse)
    ]
    Sample.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _in_steps(rows: Iterable[Sample], coarse: int) -> Iterator[tuple[datetime, list[Sample]]]:
    steps: dict[datetime, list[Sample]] = {}
    for row in rows:
        steps.setdefault(start_of(row.at, coarse), []).append(row)
    yield from sorted(steps.items())


def start_of(moment: datetime, step: int) -> datetime:
    """The beginning of the step that the moment is in, in UTC."""
    seconds = int(moment.timestamp()) // (step * 60) * step * 60
    return datetime.fromtimestamp(seconds, tz=moment.tzinfo)


def merged(values: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Events are added up; of what waits the most counts, of free disk the least, of sizes the last."""
    result: dict[str, Any] = {}
    for one in values:
        for key, value in one.items():
            result[key] = _merge(key, result.get(key), value)
    return result


def _merge(key: str, before: Any, value: Any) -> Any:
    if before is None or key in LATEST_COUNTS:
        return value
    if key in measuring.COUNTERS:
        return before + value
    return min(before, value) if key in LOWEST_COUNTS else max(before, value)


def prune(now: datetime) -> None:
    for step, kept in KEPT.items():
        Sample.objects.filter(step=step, at__lt=now - kept).delete()
    Trouble.objects.filter(ended_at__lt=now - TROUBLES_KEPT).delete()
    Process.objects.filter(seen_at__lt=now - PROCESSES_KEPT).delete()
