"""Days and times of date-finding polls: read as people write them, said as they read them, in the language of the
moment. Pure."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import dates, timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_ISO = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:[T\s,]+(.+))?\Z")
_WORDS = re.compile(_WEEKDAY + r"(\d{1,2})\.?\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})(?:[\s,]+(.+))?\Z", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?:\s*([ap])\.?m\.?)?\Z", re.IGNORECASE)
EXAMPLES = "2026-12-03 19:00"


class NotAMoment(ValueError):
    """The text is a sentence for whoever wrote it."""

    def __init__(self, text: str) -> None:
        said = _("“%(text)s” is no day or time. Write it as %(example)s, or the day alone.")
        super().__init__(said % {"text": text[:60], "example": EXAMPLES})


def read_moment(text: str) -> datetime | date:
    """A moment in the zone that is current, or a day where no time is said. Raises NotAMoment."""
    text = " ".join(text.split())
    try:
        day, clock = _parts(text)
        return _at(day, clock, text) if clock else day
    except (ValueError, OverflowError):
        raise NotAMoment(text) from None


def _parts(text: str) -> tuple[date, str]:
    if iso := _ISO.match(text):
        day = parse_date("-".join(part.zfill(2) for part in iso[1].split("-")))
        clock = iso[2]
    elif words := _WORDS.match(text):
        day = date(int(words[3]), MONTHS.index(words[2].title()) + 1, int(words[1]))
        clock = words[4]
    else:
        raise NotAMoment(text)
    if day is None or not 1970 <= day.year < 9000:
        raise NotAMoment(text)
    return day, (clock or "").strip()


def _at(day: date, clock: str, text: str) -> datetime:
    found = _CLOCK.match(clock)
    if found is None:
        raise NotAMoment(text)
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise NotAMoment(text)
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    elif found[2] is None:
        raise NotAMoment(text)  # "3" alone may be anything
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


def day_in_words(day: date) -> str:
    """Thu 3 Dec 2026"""
    # Translators: a day, as "Thu 3 Dec 2026"
    said = _("%(weekday)s %(day)s %(month)s %(year)s")
    return said % {"weekday": _weekday(day), "day": day.day, "month": _month(day), "year": day.year}


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()] if _is_english() else str(dates.WEEKDAYS_ABBR[day.weekday()])


def _month(day: date) -> str:
    """Short, and in English always of three letters."""
    return MONTHS[day.month - 1] if _is_english() else str(dates.MONTHS_AP[day.month])


def _is_english() -> bool:
    return (get_language() or "en").startswith("en")


def moment_in_words(moment: datetime) -> str:
    """Thu 3 Dec 2026, 19:00"""
    local = timezone.localtime(moment)
    # Translators: as "23 November 2026, 7:58"
    return _("%(day)s, %(clock)s") % {"day": day_in_words(local.date()), "clock": f"{local.hour}:{local.minute:02}"}


def as_written(moment: datetime | date) -> str:
    """As read_moment reads it."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
    return moment.isoformat()


def zone_name() -> str:
    zone = timezone.get_current_timezone()
    return zone.key if isinstance(zone, ZoneInfo) else str(zone)
