"""Samples each minute, rolled up and pruned; what was not measured is a gap in the picture, never zero."""

from datetime import UTC, datetime, timedelta

import pytest

from mail.models import BounceEvent, Inbound
from mail.operations import drawing, pictures, sampling, words
from mail.operations.models import Sample
from mail.outbox import claims
from tests.mail.builders import make_inbound

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, 0, 30, tzinfo=UTC)


def measured(minute: datetime, step: int = 1, **values) -> None:
    Sample.objects.create(step=step, at=minute, minutes=step, values=values)


def ago(**span) -> datetime:
    return NOON.replace(second=0) - timedelta(**span)


def test_a_minute_counts_what_happened_in_it_and_nothing_else(group):
    inside, before = ago(seconds=30), ago(minutes=2)
    for state, when in (("archived", inside), ("held", inside), ("archived", before)):
        row = make_inbound(group, state=state)
        Inbound.objects.filter(pk=row.pk).update(received_at=when, decided_at=when)
    BounceEvent.objects.create(address="bob@example.org", category="hard", at=inside)
    BounceEvent.objects.create(address="bob@example.org", category="hard", at=inside, inbound=Inbound.objects.first())
    row = sampling.take(NOON)
    assert row is not None and row.at == ago(minutes=1)
    counted = {key: row.values[key] for key in ("received", "archived", "held", "refused", "returned")}
    assert counted == {"received": 2, "archived": 1, "held": 1, "refused": 1, "returned": 1}
    assert row.values["held_waiting"] == 1 and row.values["disk_free"] > 0 and row.values["database"] > 0


def test_a_minute_is_measured_once():
    assert sampling.take(NOON) is not None
    assert sampling.take(NOON + timedelta(seconds=20)) is None


def test_copies_sent_are_those_of_the_minute():
    claims.tally(7)
    now = datetime.now(UTC)
    row = sampling.take(now + timedelta(minutes=1))
    assert row is not None and row.values["sent"] == 7


def test_minutes_become_tens_hours_and_days_and_only_whole_ones():
    for minute in range(3 * 60):
        measured(ago(minutes=minute + 1), received=1, out_waiting=minute % 7, disk_free=100 + minute)
    for fine, coarse in sampling.ROLLED:
        sampling.roll_up(fine, coarse, NOON)
        sampling.roll_up(fine, coarse, NOON)  # a second time makes nothing new
    assert [Sample.objects.filter(step=step).count() for step in (1, 10, 60, 1440)] == [180, 18, 3, 0]
    hour = Sample.objects.filter(step=60).latest("at")
    assert hour.at == ago(hours=1) and hour.minutes == 60
    assert hour.values == {"received": 60, "out_waiting": 6, "disk_free": 100}


def test_old_samples_go_and_coarse_ones_stay():
    measured(ago(days=2), received=1)
    measured(ago(days=2), step=10, received=1)
    measured(ago(days=40), step=10, received=1)
    measured(ago(days=40), step=60, received=1)
    measured(ago(days=4000), step=1440, received=1)
    sampling.prune(NOON)
    assert sorted(Sample.objects.values_list("step", flat=True)) == [10, 60, 1440]


def test_an_hour_without_a_worker_is_a_gap_and_not_a_quiet_hour():
    for minute in range(24 * 60):
        if not 120 <= minute < 180:
            measured(ago(minutes=minute + 1), received=1)
    picture = next(each for each in pictures.pictures("day", NOON) if each.key == "in")
    assert [gap.words for gap in picture.gaps] == ["Not measured from 09:00"]
    assert picture.lines[0].path.count("M") == 2  # lifted once
    assert "Some of the time was not measured." in picture.words
    assert {row.when: row.cells[0] for row in picture.rows}["09:00"] == "not measured"
    assert {row.when: row.cells[0] for row in picture.rows}["08:00"] == "60"
    hour, day = pictures.totals(pictures.lately(NOON), NOON)[1:]
    assert hour.is_whole and not day.is_whole and day.measured == 1380 and day.values["received"] == 1380


def test_a_day_that_is_rolled_up_says_the_same_and_its_last_minutes_are_in_it():
    for minute in range(24 * 60):
        measured(ago(minutes=minute + 1), received=1)
    sampling.roll_up(sampling.MINUTE, sampling.TEN, NOON - timedelta(minutes=5))
    found = pictures.lately(NOON)
    assert len(found.day) < 160 and len(found.hour) == 60
    minute, hour, day = pictures.totals(found, NOON)
    assert (minute.values, hour.values, day.is_whole) == ({"received": 1}, {"received": 60}, True)
    picture = next(each for each in pictures.pictures("day", NOON, found) if each.key == "in")
    assert picture.gaps == [] and picture.lines[0].latest == "60"


def test_the_present_is_a_gap_too_while_nobody_measures():
    measured(ago(hours=3), received=5)
    picture = next(each for each in pictures.pictures("day", NOON) if each.key == "in")
    assert picture.gaps[-1].x + picture.gaps[-1].width == pytest.approx(drawing.WIDTH, abs=1)


@pytest.mark.parametrize("key", pictures.RANGES)
def test_each_range_is_one_question(key, django_assert_num_queries):
    span = pictures.RANGES[key]
    measured(sampling.start_of(NOON - span.length / 2, span.step), step=span.step, received=3)
    with django_assert_num_queries(2 if key == "day" else 1):
        found = pictures.pictures(key, NOON)
    assert any("Received: " in each.words for each in found) and all(len(each.rows) < 40 for each in found)


def test_numbers_are_written_for_people():
    assert [words.size(n) for n in (0, 999, 1500, 12_345_678, 4e12)] == [
        "0 bytes",
        "999 bytes",
        "1.5 KB",
        "12 MB",
        "4.0 TB",
    ]
    assert [words.span(n) for n in (5, 185, 7260, 90_000)] == ["5 s", "3 min", "2 h 1 min", "1 d 1 h"]
