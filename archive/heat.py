"""Heat maps: numbers of letters by day and by month as drawings made on the server, each with its words. Pure."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import log1p

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.counts import letters
from archive.moments import calendar

LEVELS = 4
SQUARE, GAP, HEAD = 34, 4, 20


def level(count: int, highest: int) -> int:
    """0 (none) to 4 (most), by logarithm: one busy day must not pale all others."""
    if count <= 0 or highest <= 0:
        return 0
    return max(1, min(LEVELS, round(LEVELS * log1p(count) / log1p(highest))))


@dataclass(frozen=True, slots=True)
class Square:
    """One day of the drawing."""

    date: date
    count: int
    level: int
    x: int
    y: int
    chosen: bool = False

    @property
    def text_x(self) -> int:
        return self.x + SQUARE // 2

    @property
    def text_y(self) -> int:
        return self.y + SQUARE // 2 + 4

    @property
    def words(self) -> str:
        here = calendar()
        # Translators: as "Friday 27 November: 12 letters"
        return _("%(weekday)s %(day)s %(month)s: %(letters)s") % {
            "weekday": here.weekdays[self.date.weekday()],
            "day": self.date.day,
            "month": here.months[self.date.month - 1],
            "letters": letters(self.count),
        }


class MonthMap:
    """A month as a sheet of weeks, Monday first."""

    size = SQUARE
    width = 7 * (SQUARE + GAP) - GAP

    def __init__(self, first: date, counts: dict[date, int], chosen: date | None = None) -> None:
        self.first = first
        self.counts = counts
        self.chosen = chosen

    @property
    def weekdays(self) -> list[tuple[int, str]]:
        """Where the names of the columns stand."""
        # Translators: the shortest names of the seven days of the week, from Monday, with spaces between them
        names = _("Mo Tu We Th Fr Sa Su").split()
        return [(place * (SQUARE + GAP) + SQUARE // 2, name) for place, name in enumerate(names)]

    @cached_property
    def days(self) -> list[Square]:
        highest = max(self.counts.values(), default=0)
        offset = self.first.weekday()
        squares = []
        for place in range(monthrange(self.first.year, self.first.month)[1]):
            row, column = divmod(place + offset, 7)
            day = self.first + timedelta(days=place)
            count = self.counts.get(day, 0)
            x, y = column * (SQUARE + GAP), HEAD + row * (SQUARE + GAP)
            squares.append(Square(day, count, level(count, highest), x, y, day == self.chosen))
        return squares

    @property
    def height(self) -> int:
        return self.days[-1].y + SQUARE

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def busy_days(self) -> list[Square]:
        return [day for day in self.days if day.count]

    @property
    def words(self) -> str:
        """The drawing in one sentence."""
        if not self.counts:
            return _("No letters this month.")
        most = max(self.days, key=lambda day: day.count)
        count = len(self.busy_days)
        # Translators: describes a drawing; as "Letters a day, on 12 days; most on Friday 27 November: 12 letters."
        said = ngettext(
            "Letters a day, on %(count)s day; most on %(most)s.",
            "Letters a day, on %(count)s days; most on %(most)s.",
            count,
        )
        return said % {"count": count, "most": most.words}


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of the grid; `count` 0 where nobody wrote."""

    name: str
    month: str
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Row:
    year: str
    total: int
    cells: list[Cell]


class YearGrid:
    """Years by months, the latest year first."""

    @property
    def names(self) -> tuple[str, ...]:
        return calendar().short_months

    def __init__(self, months: Sequence[tuple[int, int, int]]) -> None:
        self.years: dict[int, dict[int, int]] = defaultdict(dict)
        for year, month, count in months:
            self.years[year][month] = count
        self.highest = max((count for _, _, count in months), default=0)
        self.total = sum(count for _, _, count in months)

    @cached_property
    def rows(self) -> list[Row]:
        return [self._row(year, self.years[year]) for year in sorted(self.years, reverse=True)]

    def _row(self, year: int, counts: dict[int, int]) -> Row:
        months = calendar().months
        cells = [
            Cell(
                months[month - 1],
                f"{month:02}",
                counts.get(month, 0),
                level(counts.get(month, 0), self.highest),
            )
            for month in range(1, 13)
        ]
        return Row(f"{year:04}", sum(counts.values()), cells)
