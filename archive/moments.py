"""Dates as people read them: absolute, in the reader's zone, in the language of the pages.

Not Django's date filter: it follows the browser's language, the pages do not, and a thread page writes hundreds of dates.
"""

from datetime import UTC, datetime, timedelta, timezone, tzinfo

from django.utils import timezone as zones

from archive.parsing.types import DateSource

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

SOURCES = {
    DateSource.RECEIVED: "taken from the Received header",
    DateSource.ENVELOPE: "taken from the mailbox it came in",
    DateSource.NEIGHBOUR: "taken from the letter before it",
    DateSource.ARRIVAL: "the moment it came here; its own date is missing or unreadable",
}


def machine(moment: datetime) -> str:
    """2026-11-23T07:58:00Z, for the datetime attribute."""
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z"


def day(moment: datetime, zone: tzinfo | None = None) -> str:
    """23 November 2026"""
    local = moment.astimezone(zone or zones.get_current_timezone())
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def short_day(moment: datetime, zone: tzinfo | None = None) -> str:
    """23 Nov 2026"""
    local = moment.astimezone(zone or zones.get_current_timezone())
    return f"{local.day} {MONTHS[local.month - 1][:3]} {local.year}"


def minute(moment: datetime, zone: tzinfo | None = None) -> str:
    """23 November 2026, 7:58"""
    local = moment.astimezone(zone or zones.get_current_timezone())
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}, {local.hour}:{local.minute:02}"


def short_minute(moment: datetime, zone: tzinfo | None = None) -> str:
    """23 Nov 2026, 7:58"""
    local = moment.astimezone(zone or zones.get_current_timezone())
    return f"{local.day} {MONTHS[local.month - 1][:3]} {local.year}, {local.hour}:{local.minute:02}"


def clock(moment: datetime) -> str:
    """7:58"""
    local = moment.astimezone(zones.get_current_timezone())
    return f"{local.hour}:{local.minute:02}"


def senders_own(moment: datetime, utc_offset: int | None) -> str:
    """The sender's clock, as "23 November 2026, 8:58 +0100"; UTC where the sender's zone is unknown."""
    if utc_offset is None:
        return minute(moment, UTC) + " UTC"
    sign = "-" if utc_offset < 0 else "+"
    hours, minutes = divmod(abs(utc_offset), 60)
    try:
        return f"{minute(moment, timezone(timedelta(minutes=utc_offset)))} {sign}{hours:02}{minutes:02}"
    except (ValueError, OverflowError):  # an offset of more than a day
        return minute(moment, UTC) + " UTC"


def years(first: datetime, last: datetime) -> str:
    """2003 to 2011"""
    return f"{first.year}" if first.year == last.year else f"{first.year} to {last.year}"


def correction(date_source: str) -> str:
    """Why the date shown is not the one the letter bears; "" where it is."""
    return SOURCES.get(DateSource(date_source), "") if date_source != DateSource.DATE else ""


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
    return f"{' '.join(parts)} to {end}"
