from datetime import UTC, datetime

import pytest

from archive.moments import correction, minute, senders_own, span

MOMENT = datetime(2026, 11, 23, 7, 58, tzinfo=UTC)


def test_a_date_is_absolute_and_in_words():
    assert minute(MOMENT) == "23 November 2026, 7:58"


@pytest.mark.parametrize(
    ("offset", "shown"),
    [(60, "8:58 +0100"), (-210, "4:28 -0330"), (None, "7:58 UTC"), (0, "7:58 +0000"), (32000, "7:58 UTC")],
)
def test_the_senders_own_clock(offset, shown):
    assert senders_own(MOMENT, offset) == f"23 November 2026, {shown}"


@pytest.mark.parametrize(
    ("last", "shown"),
    [
        (MOMENT, "23 November 2026"),
        (MOMENT.replace(day=25), "23 to 25 November 2026"),
        (MOMENT.replace(month=12), "23 November to 23 December 2026"),
        (MOMENT.replace(year=2027), "23 November 2026 to 23 November 2027"),
    ],
)
def test_a_span_says_nothing_twice(last, shown):
    assert span(MOMENT, last) == shown


def test_a_date_as_sent_needs_no_note():
    assert correction("date") == ""
    assert "Received" in correction("received")
