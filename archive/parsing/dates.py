"""Dates of mail: RFC 5322 §3.3 and §4.3, and what five decades of software in many languages wrote instead.

`parse_date` understands one string. `best_date` decides which of several dates a message is from.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from archive.parsing.types import DateSource

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
"""Before it there was no mail, and clocks without a battery; the first of January 1970 is zero in disguise."""
CLOCK_SKEW = timedelta(days=1)  # zones forgotten and clocks set by hand: still the sender's date
LONGEST_DELAY = timedelta(days=366)  # a moderator's holiday, a queue that was forgotten
CLOCKS_BEGIN = 1985  # a year before it, and transport after it: the clock of a machine without a battery
DATE_CORRECTED = "date-corrected"

_MONTHS = {}
for _number, _names in enumerate(
    (
        "jan ene gen janv janvier januar januari enero gennaio janeiro ocak tammi led sty янв ιαν",
        "feb fev fevr fevrier febr februar februari febrero febbraio fevereiro subat helmi uno lut фев φεβ",
        "mar mars mart marzo mrz marz maerz maart mrt marco maalis bre брез мар μαρ",
        "apr abr avr avril april abril aprile nisan huhti dub kwi апр απρ",
        "may mai maj mayo maggio mag mei maio mayis touko kve maja маи мая μαι",
        "jun juin juni junio giugno giu junho haziran kesa cer cze июн ιουν",
        "jul juil juillet juli julio luglio lug julho temmuz heina cvc lip июл ιουλ",
        "aug ago aou aout agosto august augustus augusti agustos elo srp sie авг αυγ",
        "sep sept set septembre september septiembre settembre setembro eylul syys zar wrz сен σεπ",
        "oct okt ott out octobre oktober october octubre ottobre outubro ekim loka rij paz окт οκτ",
        "nov novembre november noviembre novembro kasim marras lis ноя νοε",
        "dec dez dic des decembre december dezember diciembre dicembre dezembro aralik joulu pro gru дек δεκ",
    ),
    1,
):
    for _name in _names.split():
        _MONTHS[_name] = _number

_ENGLISH = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_SHORT_MONTHS = {name: number for number, name in enumerate(_ENGLISH.split(), 1)}

_ZONE_MINUTES = (
    "ut=0 utc=0 gmt=0 z=0 wet=0 west=60 bst=60 ist=330 cet=60 met=60 mez=60 mewt=60 cest=120 mest=120 mesz=120 "
    "metdst=120 eet=120 eest=180 sast=120 msk=180 msd=240 pkt=300 ict=420 wib=420 hkt=480 sgt=480 pht=480 awst=480 "
    "jst=540 kst=540 aest=600 aedt=660 acst=570 acdt=630 nzst=720 nzdt=780 nst=-210 ndt=-150 ast=-240 adt=-180 "
    "est=-300 edt=-240 cst=-360 cdt=-300 mst=-420 mdt=-360 pst=-480 pdt=-420 akst=-540 akdt=-480 hst=-600 brt=-180 "
    "brst=-120 art=-180 clt=-240 "
)
_ZONES = {name: int(minutes) for name, minutes in (zone.split("=") for zone in _ZONE_MINUTES.split())}

_COMMON = re.compile(
    r"(?:[A-Za-z]{3}, {0,2})?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"(\d\d):(\d\d)(?::(\d\d))? ([+-])(\d\d)(\d\d)(?: \([^()]*\))? ?$"
)
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]{1,2}(\d\d)[:.]?(\d\d)(?:[:.]?(\d\d))?(?:[.,]\d+)?)?\s?(.*)", re.DOTALL
)
_SLASHED = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?!\d)")
_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?:[.,]\d{1,9})?(?!\d)\s?([AaPp]\.?[Mm]\b)?")
_DOTTED_TIME = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?![\d.])()")
_COMMENT = re.compile(r"\(([^()]*)\)")
_ZONE = re.compile(r"(?:^|(?<=[\s(:\d])|(?<=GMT)|(?<=UTC))([+-])(\d{1,2}):?(\d{2})?(?!\d|[:/-]\d)")
_WORD = re.compile(r"[^\W\d_]+\.?")
_NUMBER = re.compile(r"\d+")
_LONGEST = 200


class ParsedDate(NamedTuple):
    """when: UTC. offset: the writer's zone in minutes, None where it is unknown (no zone, -0000, or nonsense)."""

    when: datetime
    offset: int | None


class BestDate(NamedTuple):
    """when: UTC, and where it was taken from. offset: of the Date header, None with any other source."""

    when: datetime
    source: DateSource
    offset: int | None


def parse_date(text: str) -> ParsedDate | None:
    """A date in any known form; None where none can be made out. Not judged: the year 2234 is returned as such."""
    match = _COMMON.match(text)
    if match is None:
        return _parse_rare(" ".join(text[:_LONGEST].split()))
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    offset = int(zone_hours) * 60 + int(zone_minutes)
    when_year = int(year) if year[0] != "0" else _year_of(year)
    return _build(
        when_year,
        _SHORT_MONTHS[month],
        int(day),
        int(hour),
        int(minute),
        int(second or 0),
        _signed(sign, offset, zone_minutes),
    )


def best_date(
    written: str,
    received: Sequence[str] = (),
    *,
    envelope: datetime | None = None,
    previous: datetime | None = None,
    arrival: datetime,
) -> BestDate:
    """The date a message is from.

    written: the Date header. received: Received headers, topmost first, then other headers with a date of transport.
    The Date header is believed if it lies between 2 January 1970 and a day after `arrival`, and the transport does not
    contradict it:
    - With Received headers, one of them must be at most a day earlier and at most a year later. So a clock that was
      never set, or runs ahead, is found out. Where all of them are later (an old archive mailed once more), the
      envelope may speak for the Date.
    - Without any, only dates before 1985 are doubted (clocks that begin in 1980), and only if the envelope is from
      after it.
    A Date that is not believed gives way to the topmost plausible Received, then to envelope, previous message, and
    arrival.
    """
    latest = arrival + CLOCK_SKEW
    date = parse_date(written) if written else None
    if date is not None and EARLIEST <= date.when <= latest and _is_confirmed(date.when, received, envelope, latest):
        return BestDate(date.when, DateSource.DATE, date.offset)
    for when in _plausible(received, latest):
        return BestDate(when, DateSource.RECEIVED, None)
    for moment, source in ((envelope, DateSource.ENVELOPE), (previous, DateSource.NEIGHBOUR)):
        if moment is not None and EARLIEST <= moment <= latest:
            return BestDate(moment, source, None)
    return BestDate(arrival, DateSource.ARRIVAL, None)


def _is_confirmed(when: datetime, received: Sequence[str], envelope: datetime | None, latest: datetime) -> bool:
    heard = is_ahead = False
    for hop in _plausible(received, latest):
        if _fits(when, hop):
            return True
        heard = True
        is_ahead |= hop < when
    if when.year < CLOCKS_BEGIN:
        return not heard and (envelope is None or envelope.year < CLOCKS_BEGIN or envelope > latest)
    return not heard or (not is_ahead and envelope is not None and _fits(when, envelope))


def _fits(when: datetime, transport: datetime) -> bool:
    """Was it carried when it was written, give or take a day, or within a year after?"""
    return when - CLOCK_SKEW <= transport <= when + LONGEST_DELAY


def _plausible(received: Sequence[str], latest: datetime) -> Iterator[datetime]:
    for value in received:
        date = parse_date(value.rpartition(";")[2].strip())
        if date is not None and EARLIEST <= date.when <= latest:
            yield date.when


def _build(
    year: int, month: int, day: int, hour: int, minute: int, second: int, offset: int | None
) -> ParsedDate | None:
    try:
        if second >= 60:  # a leap second, or a broken clock
            second = 59
        if hour == 24 and minute == 0:
            return ParsedDate(
                datetime(year, month, day, 0, 0, second, tzinfo=UTC) + timedelta(days=1, minutes=-(offset or 0)), offset
            )
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return ParsedDate(local - _zone_delta(offset) if offset else local, offset)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def _zone_delta(offset: int) -> timedelta:
    return timedelta(minutes=offset)


def _signed(sign: str, minutes: int, zone_minutes: str) -> int | None:
    """None for -0000 (RFC 5322 §3.3: nothing is said about the zone) and for zones that do not exist."""
    if minutes > 14 * 60 or int(zone_minutes) > 59:
        return None
    if sign == "-":
        return -minutes if 0 < minutes <= 12 * 60 else None
    return minutes


@lru_cache(maxsize=256)
def _parse_rare(text: str) -> ParsedDate | None:
    text = _without_marks(text)
    if text.isdecimal() and 8 < len(text) < 12:
        return ParsedDate(datetime.fromtimestamp(int(text), UTC), None)
    match = _ISO.match(text)
    if match:
        year, month, day, hour, minute, second, rest = match.groups()
        built = _build(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), _zone_of(rest)
        )
        if built:
            return built
    return _parse_loose(text)


def _without_marks(text: str) -> str:
    """März and février as they are in the tables, full-width digits as digits, 2004年5月6日 with slashes."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    if _EAST_ASIAN.search(text):
        text = _KOREAN_DOTS.sub(r"\1/\2/\3 ", text)
        text = _EAST_ASIAN_MONTH.sub(_english_month, text)
        text = _AFTERNOON.sub(r"\1 PM", text)
        text = _EAST_ASIAN_DAY.sub(" ", _EAST_ASIAN_UNIT.sub("/", text))
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _english_month(found: re.Match[str]) -> str:
    """The month of "6 1月 2020", as mail programs of Windows write it in East Asia."""
    number = int(found[1]) if found[1] else _EAST_ASIAN_NUMBERS.index(found[2]) + 1
    return f" {_ENGLISH.split()[number - 1]} "


_EAST_ASIAN = re.compile("[年月日년월일午上下오晚]")
_EAST_ASIAN_UNIT = re.compile(r"(?<=\d)[年月년월]\s?")
_EAST_ASIAN_DAY = re.compile(r"(?<=\d)[日일]")
_EAST_ASIAN_MONTH = re.compile(
    r"(?<![年년\d十])(?:(1[0-2]|[1-9])|(十[一二]?|[一二三四五六七八九]))[月월](?!\s?\d{1,2}[日일])"
)
_EAST_ASIAN_NUMBERS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_KOREAN_DOTS = re.compile(r"(\d{4})\. ?(\d{1,2})\. ?(\d{1,2})\.?(?= )")
_AFTERNOON = re.compile(r"(?:下午|午後|오후|晚上)\s?(\d{1,2}:\d\d(?::\d\d)?)")


def _parse_loose(text: str) -> ParsedDate | None:
    """Day, month, year, time and zone in whatever order."""
    comments = " ".join(_COMMENT.findall(text))
    if comments:
        text = _COMMENT.sub("", text)
    text = text.replace(" :", ":").replace(": ", ":")
    hour = minute = second = 0
    before, after = text, ""
    time = _TIME.search(text) or (_DOTTED_TIME.search(text) if _months_in(text) else None)
    if time:
        hour, minute, second = _clock(time)
        before, after = text[: time.start()], text[time.end() :]
    offset, after = _cut_zone(after)
    date = _day_month_year(before, after)
    if date is None:
        return None
    return _build(*date, hour, minute, second, _zone_of(comments) if offset is None else offset)


def _clock(time: re.Match[str]) -> tuple[int, int, int]:
    hour = int(time[1])
    if time[4]:
        hour = hour % 12 + (12 if time[4][0] in "Pp" else 0)
    return hour, int(time[2]), int(time[3] or 0)


def _cut_zone(after: str) -> tuple[int | None, str]:
    """The zone behind the time, and what is left when it is taken away (the year, in asctime's order)."""
    match = _ZONE.search(after)
    if match:
        return _zone_of(match[0]), after[: match.start()] + " " + after[match.end() :]
    return _zone_of(after), after


def _zone_of(text: str) -> int | None:
    match = _ZONE.search(text)
    if match:
        return _signed(match[1], int(match[2]) * 60 + int(match[3] or 0), match[3] or "0")
    words = [word.strip(".").lower() for word in _WORD.findall(text)]
    for word in words:
        if word in _ZONES:
            offset = _ZONES[word]
            return offset + 60 if "dst" in words and word in ("met", "cet", "eet", "mez") else offset
        if word in _AMERICAN:  # "Eastern Daylight Time"
            return _AMERICAN[word] + 60 * ("daylight" in words)
    return None


_AMERICAN = {"eastern": -300, "central": -360, "mountain": -420, "pacific": -480}


def _day_month_year(before: str, after: str) -> tuple[int, int, int] | None:
    text = f"{before} {after}"
    numeric = _SLASHED.search(text)
    if numeric:
        return _numeric_date(numeric[1], int(numeric[3]), numeric[4], separator=numeric[2])
    months = _months_in(before)[-1:] or _months_in(after)  # "mar. 5 mai": the first is a Tuesday
    numbers = _NUMBER.findall(text)
    if not months or len(numbers) < 2:
        return None
    first, second = numbers[0], numbers[1]
    if len(first) >= 3 or int(first) > 31:  # the year came first
        first, second = second, first
    return _year_of(second), months[0], int(first[:4])


def _months_in(text: str) -> list[int]:
    """Months by their name, or by the first letters of it, in the languages of _MONTHS."""
    names = [word.strip(".").lower() for word in _WORD.findall(text)]
    return [number for name in names if (number := _MONTHS.get(name) or _MONTHS.get(name[:4]) or _MONTHS.get(name[:3]))]


def _numeric_date(first: str, second: int, third: str, *, separator: str) -> tuple[int, int, int]:
    """2004/05/31, 31.5.2004, 5/31/04: the year is the long one, the day the one above twelve; in a draw, Americans win with
    slashes and Europeans with dots."""
    if len(first) >= 3 or int(first) > 31:
        return _year_of(first), second, int(third[:4])
    year, one = _year_of(third), int(first)
    is_month_first = one <= 12 and (separator != "." or second > 12)
    return (year, one, second) if is_month_first else (year, second, one)


def _year_of(digits: str) -> int:
    """RFC 5322 §4.3 for two and three digits; "0102" and "19102" are the year 2002 of programs that count from 1900."""
    year = int(digits[:6])
    if len(digits) == 5 and digits.startswith("19"):
        return 1900 + int(digits[2:])
    if year < 50:
        return year + 2000
    return year + 1900 if year < 1000 else year
