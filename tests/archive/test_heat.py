from datetime import date

from archive.heat import MonthMap, YearGrid, level


def test_one_busy_day_does_not_pale_all_others():
    assert [level(count, 1000) for count in (0, 1, 30, 1000)] == [0, 1, 2, 4]


def test_a_month_begins_under_its_weekday():
    first = MonthMap(date(2026, 3, 1), {}).days[0]
    assert (first.x, first.y) == (6 * 38, 20)  # a Sunday


def test_the_drawing_in_one_sentence():
    month = MonthMap(date(2026, 3, 1), {date(2026, 3, 9): 3, date(2026, 3, 4): 1})
    assert month.words == "Letters a day, on 2 days; most on Monday 9 March: 3 letters."
    assert MonthMap(date(2026, 3, 1), {}).words == "No letters this month."


def test_years_come_latest_first_with_all_their_months():
    grid = YearGrid([(2003, 12, 5), (2004, 1, 2)])
    assert [(row.year, row.total, len(row.cells)) for row in grid.rows] == [("2004", 2, 12), ("2003", 5, 12)]
