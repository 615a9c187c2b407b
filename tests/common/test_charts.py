"""Sparklines: months to today while a group lives, years of its life once it is silent."""

from datetime import date

from django.utils import translation

from common.charts import HEIGHT, sparkline

TODAY = date(2026, 11, 23)


def test_a_living_group_shows_two_years_of_months_up_to_this_one():
    line = sparkline({"2026-10": 12, "2025-03": 4}, TODAY)
    assert (len(line.counts), line.names[0], line.names[-1]) == (24, "December 2024", "November 2026")


def test_the_current_month_is_marked():
    line = sparkline({"2026-10": 12}, TODAY)
    past, present = line.paths
    assert present == "M184 47h6v1h-6z" and present not in past


def test_the_highest_month_fills_the_height_and_an_empty_one_keeps_a_line():
    line = sparkline({"2026-10": 12, "2026-09": 6}, TODAY)
    assert line.heights[-3:] == [HEIGHT // 2, HEIGHT, 1]


def test_a_group_long_silent_shows_the_years_of_its_life():
    line = sparkline({"1999-01": 3, "1999-07": 4, "2002-02": 1}, TODAY)
    assert (line.names, line.counts) == (["1999", "2000", "2001", "2002"], [7, 0, 0, 1])
    assert [path.count("z") for path in line.paths] == [4, 0]


def test_bars_are_drawn_in_two_strokes_the_past_and_the_present():
    line = sparkline({"2026-11": 1, "2026-10": 2}, TODAY)
    past, present = line.paths
    assert (past.count("z"), present) == (23, "M184 24h6v24h-6z")


def test_a_very_long_life_shows_its_last_years():
    line = sparkline({f"{year}-01": 1 for year in range(1970, 2010)}, TODAY)
    assert (len(line.counts), line.names[-1]) == (24, "2009")


def test_one_letter_with_a_wrong_clock_makes_no_endless_picture():
    assert len(sparkline({"0001-01": 1, "1999-01": 5}, TODAY).counts) == 24


def test_the_picture_is_told_in_words():
    line = sparkline({"2026-07": 44, "2026-06": 8}, TODAY)
    assert line.words == "Letters a month, December 2024 to November 2026: between 0 and 44, most in July 2026."


def test_no_letters_is_a_picture_and_words_too():
    line = sparkline({}, TODAY)
    assert line.words.endswith("none.")
    assert set(line.heights) == {1}


def test_months_are_named_in_the_language_of_the_page():
    with translation.override("de"):
        assert sparkline({"2026-10": 12}, TODAY).names[0] == "Dezember 2024"
    assert sparkline({"2026-10": 12}, TODAY).names[0] == "December 2024"
