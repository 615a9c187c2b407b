"""Samples as pictures: which lines are drawn, in how many pieces, over which time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from mail.operations import words
from mail.operations.drawing import Line, Picture, Point, picture
from mail.operations.measuring import COUNTERS
from mail.operations.models import Sample
from mail.operations.sampling import DAY, HOUR, MINUTE, TEN, merged, start_of


@dataclass(frozen=True, slots=True)
class Range:
    """`step`: of the samples read; `piece` and `row`: minutes that one point, and one line of the table, stand for."""

    key: str
    title: str
    length: timedelta
    step: int
    piece: int
    row: int
    form: str  # of a moment, for strftime


RANGES = {
    each.key: each
    for each in (
        Range("day", "Day", timedelta(days=1), MINUTE, 10, HOUR, "%H:%M"),
        Range("week", "Week", timedelta(days=7), TEN, HOUR, DAY, "%a %H:%M"),
        Range("month", "Month", timedelta(days=30), HOUR, 6 * HOUR, DAY, "%d %b"),
        Range("year", "Year", timedelta(days=365), DAY, DAY, 14 * DAY, "%d %b"),
    )
}
Values = tuple[tuple[str, str], ...]  # key of the value, name of the line
DRAWN: tuple[tuple[str, str, Values, Callable[[float], str]], ...] = (
    (
        "in",
        "Mail in, letters an hour",
        (("received", "Received"), ("archived", "Archived and sent on"), ("held", "Held"), ("rejected", "Sent back")),
        words.count,
    ),
    (
        "out",
        "Mail out, copies an hour",
        (("sent", "Sent"), ("refused", "Refused for good"), ("returned", "Came back")),
        words.count,
    ),
    (
        "queue",
        "What waits, at most",
        (("in_waiting", "Letters in"), ("out_waiting", "Copies out"), ("failed_waiting", "Set aside")),
        words.count,
    ),
    (
        "late",
        "How late, at most",
        (("in_oldest", "Oldest letter in"), ("out_overdue", "Copies overdue"), ("index_lag", "Search index")),
        words.span,
    ),
    ("sizes", "Sizes", (("database", "Database"), ("index", "Search index"), ("spool", "Spool")), words.size),
    ("disk", "Free disk, at least", (("disk_free", "Free"),), words.size),
)
RATED = frozenset(COUNTERS)
Taken = tuple[datetime, int, dict[str, Any]]  # from when, minutes measured, values
Found = tuple[int, dict[str, Any]]  # minutes measured, values


@dataclass(frozen=True, slots=True)
class Lately:
    """Samples of the last day: tens of minutes that are rolled up, and the minutes after them; and the minutes of the last hour,
    by which the day is some 200 rows and not 1,440."""

    day: list[Taken]
    hour: list[Taken]


def lately(now: datetime | None = None) -> Lately:
    """Two queries."""
    now = now or timezone.now()
    tens = _samples(TEN, now - timedelta(days=1), now)
    rolled = tens[-1][0] + timedelta(minutes=TEN) if tens else now - timedelta(days=1, minutes=1)
    an_hour_ago = now - timedelta(minutes=61)
    minutes = _samples(MINUTE, min(rolled, an_hour_ago), now)
    day = [*tens, *(sample for sample in minutes if sample[0] >= rolled)]
    return Lately(day, [sample for sample in minutes if sample[0] >= an_hour_ago])


def _samples(step: int, start: datetime, end: datetime) -> list[Taken]:
    rows = Sample.objects.filter(step=step, at__gte=start, at__lt=end).order_by("at")
    return list(rows.values_list("at", "minutes", "values"))


def pictures(key: str, now: datetime | None = None, last_day: Lately | None = None) -> list[Picture]:
    """All of them for one range, by one query; by none where `last_day` is given for the day."""
    span = RANGES[key]
    end = now or timezone.now()
    start = start_of(end - span.length, span.piece) + timedelta(minutes=span.piece)
    if span.step == MINUTE:
        samples = [sample for sample in (last_day or lately(end)).day if sample[0] >= start]
    else:
        samples = _samples(span.step, start, end)
    moments = _moments(start, end, span.piece)
    pieces = _gathered(samples, span.piece)
    tabled = _gathered(samples, span.row)
    local = timezone.get_current_timezone()

    def write(moment: datetime) -> str:
        return moment.astimezone(local).strftime(span.form)

    return [
        picture(
            name,
            title,
            [Line(label, [_value(pieces.get(at), key) for at in moments], form) for key, label in values],
            moments,
            [
                (write(at), {label: _value(found, key) for key, label in values})
                for at, found in _whole_rows(tabled, start, end, span.row)
            ],
            write,
        )
        for name, title, values, form in DRAWN
    ]


def _moments(start: datetime, end: datetime, minutes: int) -> list[datetime]:
    return [
        start + timedelta(minutes=minutes * place)
        for place in range(int((end - start).total_seconds() // 60 // minutes))
    ]


def _gathered(samples: Sequence[Taken], minutes: int) -> dict[datetime, Found]:
    kept: dict[datetime, tuple[list[int], list[dict[str, Any]]]] = {}
    for at, measured, values in samples:
        numbers, several = kept.setdefault(start_of(at, minutes), ([], []))
        numbers.append(measured)
        several.append(values)
    return {at: (sum(numbers), merged(several)) for at, (numbers, several) in kept.items()}


def _value(found: Found | None, key: str) -> Point:
    if found is None or key not in found[1]:
        return None
    minutes, values = found
    return values[key] * 60 / minutes if key in RATED else values[key]


def _whole_rows(
    tabled: dict[datetime, Found], start: datetime, end: datetime, minutes: int
) -> Iterable[tuple[datetime, Found | None]]:
    at = start_of(start, minutes)
    while at < end:
        yield at, tabled.get(at)
        at += timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Total:
    """What happened in the last minute, hour and day, of which `measured` of so many minutes were measured."""

    title: str
    minutes: int
    measured: int
    values: dict[str, Any]

    @property
    def is_whole(self) -> bool:
        """The sample of the minute that just ended may not be there yet, and the first ten of the day are partly yesterday's."""
        return self.measured >= self.minutes - (TEN + 1 if self.minutes == DAY else 1) and bool(self.measured)


def totals(last_day: Lately, now: datetime | None = None) -> list[Total]:
    just_now = (now or timezone.now()) - timedelta(minutes=2)
    found = []
    for title, minutes, samples in (
        ("last minute", 1, [sample for sample in last_day.hour if sample[0] >= just_now][-1:]),
        ("last hour", 60, last_day.hour[-60:]),
        ("last day", DAY, last_day.day),
    ):
        measured = sum(each for _, each, _ in samples)
        found.append(Total(title, minutes, min(measured, minutes), merged([values for *_, values in samples])))
    return found
