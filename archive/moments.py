"""Dates as people read them: absolute, in the reader's zone, in the language of the pages.

Not Django's date filter: a thread page writes hundreds of dates.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from django.utils import dates, translation
from django.utils import timezone as zones
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from archive.parsing.types import DateSource


@dataclass(frozen=True, slots=True)
class Calendar:
    """How one language writes days. The forms are for %: with day (a number), month (a word) and year."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    weekdays: tuple[str, ...]  # from Monday
    full: str
    short: str
    month_and_year: str
    day_and_month: str
    minute: str  # of a day, already written, and a clock


@lru_cache(maxsize=50)
def _calendar_of(language: str) -> Calendar:
    months = tuple(str(dates.MONTHS[number]) for number in range(1, 13))
    if language.startswith("en"):
        short = tuple(month[:3] for month in months)
    else:
        short = tuple(str(dates.MONTHS_AP[number]) for number in range(1, 13))
    return Calendar(
        months=months,
        short_months=short,
        weekdays=tuple(str(dates.WEEKDAYS[number]) for number in range(7)),
        # Translators: a day, as "23 November 2026"
        full=_("%(day)s %(month)s %(year)s"),
        # Translators: a day with the short name of its month, as "23 Nov 2026"
        short=pgettext("short", "%(day)s %(month)s %(year)s"),
        # Translators: a month, as "November 2026"
        month_and_year=_("%(month)s %(year)s"),
        # Translators: a day of the year that is spoken of, as "23 Nov"
        day_and_month=_("%(day)s %(month)s"),
        # Translators: as "23 November 2026, 7:58"
        minute=_("%(day)s, %(clock)s"),
    )


def calendar() -> Calendar:
    """That of the language the page is written in."""
    return _calendar_of(translation.get_language() or "en")


SOURCES = {
    DateSource.RECEIVED: gettext_lazy("taken from the Received header"),
    DateSource.ENVELOPE: gettext_lazy("taken from the mailbox it came in"),
    DateSource.NEIGHBOUR: gettext_lazy("taken from the letter before it"),
    DateSource.ARRIVAL: gettext_lazy("the moment it came here; its own date is missing or unreadable"),
}


def machine(moment: datetime) -> str:
    """2026-11-23T07:58:00Z, for the datetime attribute."""
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z"


def day(moment: datetime, zone: tzinfo | None = None) -> str:
    """23 November 2026"""
    return _day(moment.astimezone(zone or zones.get_current_timezone()), calendar())


def short_day(moment: datetime, zone: tzinfo | None = None) -> str:
    """23 Nov 2026"""
    return _short_day(moment.astimezone(zone or zones.get_current_timezone()), calendar())


def day_and_month(moment: datetime, zone: tzinfo | None = None) -> str:
    """23 Nov, for lists of one year"""
    local, here = moment.astimezone(zone or zones.get_current_timezone()), calendar()
    return here.day_and_month % {"day": local.day, "month": here.short_months[local.month - 1]}


def month(moment: date) -> str:
    """November 2026, of a moment in its own zone"""
    here = calendar()
    return here.month_and_year % {"month": here.months[moment.month - 1], "year": moment.year}


def minute(moment: datetime, zone: tzinfo | None = None, here: Calendar | None = None) -> str:
    """23 November 2026, 7:58. Whoever writes hundreds of them asks once for the zone and the calendar."""
    local, here = moment.astimezone(zone or zones.get_current_timezone()), here or calendar()
    return here.minute % {"day": _day(local, here), "clock": f"{local.hour}:{local.minute:02}"}


def short_minute(moment: datetime, zone: tzinfo | None = None, here: Calendar | None = None) -> str:
    """23 Nov 2026, 7:58"""
    local, here = moment.astimezone(zone or zones.get_current_timezone()), here or calendar()
    return here.minute % {"day": _short_day(local, here), "clock": f"{local.hour}:{local.minute:02}"}


def _day(local: datetime, here: Calendar) -> str:
    return here.full % {"day": local.day, "month": here.months[local.month - 1], "year": local.year}


def _short_day(local: datetime, here: Calendar) -> str:
    return here.short % {"day": local.day, "month": here.short_months[local.month - 1], "year": local.year}


def clock(moment: datetime) -> str:
    """7:58"""
    local = moment.astimezone(zones.get_current_timezone())
    return f"{local.hour}:{local.minute:02}"


def senders_own(moment: datetime, utc_offset: int | None, here: Calendar | None = None) -> str:
    """The sender's clock, as "23 November 2026, 8:58 +0100"; UTC where the sender's zone is unknown."""
    if utc_offset is None:
        return minute(moment, UTC, here) + " UTC"
    sign = "-" if utc_offset < 0 else "+"
    hours, minutes = divmod(abs(utc_offset), 60)
    try:
        return f"{minute(moment, timezone(timedelta(minutes=utc_offset)), here)} {sign}{hours:02}{minutes:02}"
    except (ValueError, OverflowError):  # an offset of more than a day
        return minute(moment, UTC, here) + " UTC"


def years(first: datetime, last: datetime) -> str:
    """2003 to 2011"""
    return str(first.year) if first.year == last.year else _to(str(first.year), str(last.year))


def _to(first: str, last: str) -> str:
    # Translators: of years or days, as "2003 to 2011"
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def correction(date_source: str) -> str:
    """Why the date shown is not the one the letter bears; "" where it is."""
    return str(SOURCES.get(DateSource(date_source), "")) if date_source != DateSource.DATE else ""


def span(first: datetime | None, last: datetime | None) -> str:
    """23 to 25 November 2026; one day stands alone."""
    if first is None or last is None:
        return ""
    begin, end = day(first), day(last)
    if begin == end:
        return begin
    parts, others = begin.split(), end.split()
    while len(parts) > 1 and parts[-1] == others[-1]:
        parts.pop()
        others.pop()
    return _to(" ".join(parts), end)
