"""Which day a letter is from."""

from datetime import UTC, datetime, timedelta

import pytest

from archive.parsing import DateSource
from archive.parsing.dates import best_date, parse_date
from tests.archive.parsing.letters import ARRIVAL, read

WRITTEN = datetime(2004, 5, 4, 8, 20, 30, tzinfo=UTC)
RECEIVED = datetime(2004, 5, 4, 8, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "expected", "offset"),
    [
        ("date_with_slashes", datetime(1999, 1, 31, tzinfo=UTC), None),
        ("date_without_zone", datetime(2004, 5, 4, 10, 20, 30, tzinfo=UTC), None),
        ("date_with_bogus_zone", datetime(2004, 5, 4, 10, 20, 30, tzinfo=UTC), None),
        ("date_with_zone_in_parentheses", datetime(2004, 5, 4, 15, 20, 30, tzinfo=UTC), -300),
        ("date_with_two_digit_year", datetime(1998, 5, 4, 14, 20, tzinfo=UTC), -240),
        ("date_with_three_digit_year", datetime(2002, 5, 4, 8, 20, 30, tzinfo=UTC), 120),
        ("date_in_the_year_0102", datetime(2002, 5, 4, 8, 20, 30, tzinfo=UTC), 120),
        ("date_in_german", datetime(1998, 3, 5, 9, 20, 30, tzinfo=UTC), 60),
        ("date_in_french", datetime(2008, 2, 5, 9, 20, 30, tzinfo=UTC), 60),
        ("date_like_asctime", datetime(2004, 5, 4, 10, 20, 30, tzinfo=UTC), None),
        ("date_like_iso", WRITTEN, 120),
        ("date_with_junk_behind", WRITTEN, 120),
    ],
)
def test_an_odd_date_is_understood(name, expected, offset):
    message = read(name)
    assert (message.date, message.utc_offset, message.date_source) == (expected, offset, DateSource.DATE)
    assert not message.date_corrected


@pytest.mark.parametrize(
    "name",
    [
        "date_missing_but_received",
        "date_unreadable",
        "date_in_2234",
        "date_zero",
        "date_of_a_clock_never_set",
        "date_from_the_future",
    ],
)
def test_a_date_that_cannot_be_is_taken_from_the_received_header(name):
    message = read(name)
    assert (message.date, message.date_source, message.utc_offset) == (RECEIVED, DateSource.RECEIVED, None)
    assert "date-corrected" in message.defects


def test_the_raw_date_is_kept_when_it_is_corrected():
    assert read("date_unreadable").date_raw == "the day after the storm"


def test_a_letter_a_moderator_kept_for_weeks_keeps_its_date():
    assert read("date_before_a_slow_moderator").date == datetime(2004, 3, 15, 9, 20, 30, tzinfo=UTC)


def test_an_old_letter_that_was_posted_again_keeps_its_date():
    assert read("old_letter_posted_again").date == WRITTEN


def test_without_received_headers_the_envelope_dates_a_letter():
    message = read("date_missing", envelope_date=WRITTEN, previous_date=RECEIVED)
    assert (message.date, message.date_source) == (WRITTEN, DateSource.ENVELOPE)


def test_without_any_date_of_its_own_a_letter_is_from_when_the_one_before_it_was():
    message = read("date_missing", previous_date=WRITTEN)
    assert (message.date, message.date_source) == (WRITTEN, DateSource.NEIGHBOUR)


def test_with_nothing_to_go_by_a_letter_is_from_when_it_arrived():
    message = read("date_missing")
    assert (message.date, message.date_source) == (ARRIVAL, DateSource.ARRIVAL)


def test_hints_without_a_zone_are_utc():
    assert read("date_missing", envelope_date=datetime(2004, 5, 4, 8, 20, 30)).date == WRITTEN


def test_a_date_after_its_arrival_is_not_believed():
    late = best_date("Tue, 4 May 2004 10:20:30 +0200", arrival=WRITTEN - timedelta(days=2))
    assert late.source is DateSource.ARRIVAL


def test_a_clock_a_few_hours_ahead_is_still_the_senders_date():
    assert best_date("Tue, 4 May 2004 10:20:30 +0200", arrival=WRITTEN - timedelta(hours=20)).when == WRITTEN


def test_the_topmost_received_header_that_can_be_is_taken():
    hops = ["by x; Fri, 4 May 2181 10:00:00 +0000", "by y; nonsense", "by z; Tue, 4 May 2004 08:21:00 +0000"]
    assert best_date("", hops, arrival=ARRIVAL).when == RECEIVED


def test_years_behind_every_received_header_is_a_clock_never_set():
    hops = ["by y; Tue, 4 May 2004 08:21:00 +0000", "by x; Tue, 4 May 2004 08:20:00 +0000"]
    assert best_date("Sat, 1 Jan 2000 00:03:00 +0000", hops, arrival=ARRIVAL).when == RECEIVED


def test_the_envelope_speaks_for_an_old_letter_that_only_newer_hops_carried():
    hops = ["by y; Fri, 9 Mar 2012 12:00:00 +0000"]
    assert best_date("Tue, 4 May 2004 10:20:30 +0200", hops, envelope=RECEIVED, arrival=ARRIVAL).when == WRITTEN


def test_a_clock_that_begins_in_1980_gives_way_to_the_envelope():
    found = best_date("Tue, 1 Jan 1980 00:03:12 +0100", envelope=RECEIVED, arrival=ARRIVAL)
    assert (found.when, found.source) == (RECEIVED, DateSource.ENVELOPE)


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 21 Nov 1997 09:55:06 -0600",
        "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600",
        "21 Nov 97 09:55:06 CST",
        "Friday, 21-Nov-97 09:55:06 CST",
        "Fri Nov 21 09:55:06 CST 1997",
        "Fri Nov 21 09:55:06 -0600 1997",
        "Fri, 21 Nov 1997 9:55:6 -0600",
        "Fri, 21 Nov 1997 09.55.06 -0600",
        "Fri, 21 Nov 19097 09:55:06 -0600",
        "Fri, 21 Nov 1997 09:55:06 Central Standard Time",
        "Nov 21, 1997 9:55:06 AM CST",
        "11/21/97 09:55:06 CST",
        "21.11.1997 09:55:06 -0600",
        "1997-11-21T15:55:06Z",
        "1997-11-21 09:55:06.123 -06:00",
        "19971121T155506Z",
        "vendredi 21 novembre 1997 09:55:06 -0600",
        "Fr, 21. November 1997 09:55:06 -0600",
        "vie, 21 nov 1997 09:55:06 -0600",
        "pt, 21 lis 1997 09:55:06 -0600",
        "Пт, 21 ноя 1997 09:55:06 -0600",
        "1997年11月21日 09:55:06 -0600",
        "880127706",
    ],
)
def test_one_moment_in_many_forms(text):
    assert parse_date(text).when == datetime(1997, 11, 21, 15, 55, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "Whenever", "31 Feb 1997 10:00", "1998-13-45", "::::", "Mon", "99999999999999999999"]
)
def test_what_is_no_date_is_none(text):
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("+0530", 330),
        ("-0000", None),
        ("+0000", 0),
        ("GMT+0200", 120),
        ("MET DST", 120),
        ("-2500", None),
        ("X", None),
        ("JST", 540),
    ],
)
def test_zones(zone, offset):
    assert parse_date(f"Fri, 21 Nov 1997 09:55:06 {zone}").offset == offset


@pytest.mark.parametrize(
    "written",
    [
        "2004年5月4日 下午 3:04",
        "2004. 5. 4. 오후 3:04",
        "2004년 5월 4일 화 15:04",
        "火, 4 5月 2004 15:04:00 +0000",
        "周二, 4 五月 2004 15:04:00 GMT",
        "Вт, 4 май 2004 15:04:00 +0000",
        "4.5.2004 15:04",
        "5/4/2004 3:04 PM",
    ],
)
def test_a_date_of_another_country_is_understood(written):
    assert parse_date(written).when == datetime(2004, 5, 4, 15, 4, tzinfo=UTC)
