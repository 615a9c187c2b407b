"""Numbers as small drawings made on the server, each with its words, in the language of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from django.utils import dates
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MONTHS_SHOWN = 24
HEIGHT, STEP, WIDTH = 48, 8, 6


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Bars of equal width, one for each of `names`, the last of them of the month we are in unless they are years."""

    counts: list[int]
    names: list[str]
    by_year: bool

    @property
    def heights(self) -> list[int]:
        highest = max(self.counts)
        return [max(2, round(HEIGHT * count / highest)) if count else 1 for count in self.counts]

    @property
    def width(self) -> int:
        return max(len(self.counts) * STEP - (STEP - WIDTH), 1)

    @property
    def paths(self) -> tuple[str, str]:
        """All bars but that of the current month as one path, and that one: a directory of many groups stays small and quick."""
        bars = [_bar(place, height) for place, height in enumerate(self.heights)]
        return ("".join(bars), "") if self.by_year else ("".join(bars[:-1]), bars[-1])

    @property
    def words(self) -> str:
        """What they show, in one sentence."""
        highest = max(self.counts)
        said = {"span": _span(self.names, self.by_year)}
        if not highest:
            return _("%(span)s: none.") % said
        peak = self.names[self.counts.index(highest)]
        said |= {"fewest": f"{min(self.counts):,}", "most": f"{highest:,}", "peak": peak}
        return _("%(span)s: between %(fewest)s and %(most)s, most in %(peak)s.") % said


@cache
def _bar(place: int, height: int) -> str:
    return f"M{place * STEP} {HEIGHT - height}h{WIDTH}v{height}h-{WIDTH}z"


def sparkline(monthly: Mapping[str, int], today: date, months: int = MONTHS_SHOWN) -> Sparkline:
    """Letters a month ({"2004-05": 12, …}) over the last `months`; for a group long silent, letters a year of its whole life."""
    counted = {_ordinal(key): count for key, count in monthly.items() if count > 0}
    this_month = today.year * 12 + today.month - 1
    recent = range(this_month - months + 1, this_month + 1)
    if not counted or any(month in counted for month in recent):
        return _by_month(counted, recent)
    return _by_year(counted)


def _ordinal(key: str) -> int:
    return int(key[:4]) * 12 + int(key[5:7]) - 1


@lru_cache(maxsize=5000)
def _name(ordinal: int, language: str | None) -> str:
    """November 2026"""
    return _("%(month)s %(year)s") % {"month": dates.MONTHS[ordinal % 12 + 1], "year": ordinal // 12}


def _by_month(counted: Mapping[int, int], shown: range) -> Sparkline:
    counts = [counted.get(month, 0) for month in shown]
    language = get_language()
    names = [_name(month, language) for month in shown]
    return Sparkline(counts, names, by_year=False)


def _by_year(counted: Mapping[int, int]) -> Sparkline:
    years: dict[int, int] = {}
    for month, count in counted.items():
        years[month // 12] = years.get(month // 12, 0) + count
    last = max(years)
    shown = range(max(min(years), last - MONTHS_SHOWN + 1), last + 1)
    return Sparkline([years.get(year, 0) for year in shown], [str(year) for year in shown], by_year=True)


def _span(names: list[str], by_year: bool) -> str:
    first, last = names[0], names[-1]
    if len(names) == 1:
        return (_("Letters a year, %(first)s") if by_year else _("Letters a month, %(first)s")) % {"first": first}
    span = _("Letters a year, %(first)s to %(last)s") if by_year else _("Letters a month, %(first)s to %(last)s")
    return span % {"first": first, "last": last}
