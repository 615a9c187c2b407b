"""A person's hour, also where the clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.digests.schedule import next_hour, zone_named

OSLO = ZoneInfo("Europe/Oslo")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "hour", "expected"),
    [
        (utc(2026, 1, 10, 4), 7, utc(2026, 1, 10, 6)),  # winter: UTC+1
        (utc(2026, 7, 10, 4), 7, utc(2026, 7, 10, 5)),  # summer: UTC+2
        (utc(2026, 1, 10, 6), 7, utc(2026, 1, 11, 6)),  # exactly then: tomorrow
        (utc(2026, 3, 28, 12), 2, utc(2026, 3, 29, 1)),  # 02:00 does not exist on that day
        (utc(2026, 10, 24, 12), 2, utc(2026, 10, 25, 0)),  # 02:00 comes twice
        (utc(2026, 10, 25, 0), 2, utc(2026, 10, 26, 1)),  # … but the digest once
    ],
)
def test_the_hour_in_oslo(after, hour, expected):
    assert next_hour(after, OSLO, hour) == expected


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC"]),
    st.integers(0, 23),
)
def test_it_is_always_later_and_within_two_days_and_a_bit(moment, zone, hour):
    after = moment.replace(tzinfo=UTC)
    assert timedelta(0) < next_hour(after, ZoneInfo(zone), hour) - after <= timedelta(hours=50)


def test_a_zone_nobody_knows_is_the_sites():
    assert zone_named("Mars/Olympus", "Europe/Oslo") == OSLO
    assert zone_named("", "") is UTC
