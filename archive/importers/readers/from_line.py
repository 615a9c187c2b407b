"""The "From " line of an mbox: its shapes, its date, and the judgement whether one really begins a message.

No standard holds for it (RFC 4155 appendix A describes only a default), so three things decide: is there a date in it,
does an empty line stand before it, do header fields follow.

    date like asctime, empty line before, and any field, an empty line or the end of the file behind: begins a message
    date like asctime, empty line before, and a well-known field in the same block: begins a message
    date of another kind, or no empty line before, and a well-known field in the same block: begins a message
    no date, empty line before, and a well-known field at once and a second one in the block: begins a message
    anything else: text, reported as suspicious
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

LONGEST_LINE = 998  # RFC 5322 §2.1.1; nothing longer is a "From " line
EARLIEST_YEAR = 1969  # nobody sent mail before that, whatever a broken clock said
BLOCK = 8 << 10  # how far header fields are looked for behind a "From " line

_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTHS = b"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_MONTH_NUMBER = {name: number for number, name in enumerate(_MONTHS.split(b"|"), 1)}
_EOL = rb"(?:\r?\n|\r|\Z)"

_ASCTIME = re.compile(
    rb"From ([^\r\n]{0,300}?) {0,3}" + _DAY + rb" +(" + _MONTHS + rb") +(\d{1,2}) +(\d\d?):(\d\d)(?::(\d\d))?"
    rb"((?: +(?:[+-]\d{4}|[A-Z]{1,5}(?: DST)?))?) +(\d{4})\b([^\r\n]{0,200})" + _EOL
)
_LINE = re.compile(rb"From [^\r\n]*" + _EOL)
_TIME = rb"(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:\.\d+)?"
_LOOSE = (
    # as in RFC 5322: Thu, 16 Apr 2015 09:53:04 +0200; 16-Apr-15 9:53
    re.compile(
        rb"(?P<day>\d{1,2})\.?[ -]+(?P<month>"
        + _MONTHS
        + rb")[a-z]*[ -]+(?P<year>\d{4}|\d\d)[ ,]+(?P<time>"
        + _TIME
        + rb")(?P<rest>.*)",
        re.I,
    ),
    # as in ISO 8601: 2015-04-16T09:53:04Z; 2015/04/16 09:53
    re.compile(rb"(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)[ T]+(?P<time>" + _TIME + rb")(?P<rest>.*)"),
    # nearly asctime, the year last: Apr 16 09:53 2015; Apr 16 09:53:04 MET DST 95
    re.compile(rb"(?P<month>" + _MONTHS + rb")[a-z]* +(?P<day>\d{1,2}),? +(?P<time>" + _TIME + rb")(?P<rest>.*)", re.I),
    # the American way: April 16, 2015 09:53:04 PM
    re.compile(
        rb"(?P<month>"
        + _MONTHS
        + rb")[a-z]* +(?P<day>\d{1,2}),? +(?P<year>\d{4}),? +(?P<time>"
        + _TIME
        + rb")(?P<rest>.*)",
        re.I,
    ),
)
_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:|>From ")
_KNOWN_NAMES = (
    rb"from|to|cc|bcc|subject|date|received|return-path|message-id|reply-to|sender|in-reply-to|references|mime-version|"
    rb"content-[a-z-]+|x-[a-z0-9_.-]+|status|delivered-to|delivery-date|envelope-to|list-[a-z-]+|resent-[a-z-]+|errors-to|precedence|"
    rb"organi[sz]ation|newsgroups|path|lines|approved|dkim-signature|domainkey-signature|arc-[a-z-]+|authentication-results|"
    rb"received-spf|importance|priority|thread-(?:topic|index)|user-agent|mailing-list|keywords|comments|apparently-to|via|"
    rb"posted-date|received-date|nntp-[a-z-]+|xref|distribution|followup-to|sensitivity|mail-from|originator|"
    rb"return-receipt-to|disposition-notification-to|auto-submitted|old-[a-z-]+|original-[a-z-]+|full-name|phone|bounce-[a-z-]+"
)
_KNOWN = re.compile(rb"(?:" + _KNOWN_NAMES + rb")[ \t]*:|>From ", re.I)
_KNOWN_LINE = re.compile(rb"(?:\A|[\r\n])(?:" + _KNOWN_NAMES + rb")[ \t]*:", re.I)
_BLANK = re.compile(rb"[ \t]*" + _EOL)
_ZONE = re.compile(rb"(?:^|[ (])(?:UTC|GMT)?([+-])(\d\d):?(\d\d)\b")
_PM = re.compile(rb"^\s*pm\b", re.I)
_YEAR = re.compile(rb"\b(19[6-9]\d|20\d\d)\b|(?<![\d:+-])(\d\d)\s*$")
_ZONE_NAME = re.compile(rb"\b([A-Z]{3,4})\b")
_ZONE_HOURS = {
    b"EST": -5, b"EDT": -4, b"CST": -6, b"CDT": -5, b"MST": -7, b"MDT": -6, b"PST": -8, b"PDT": -7, b"AKST": -9, b"AKDT": -8,
    b"HST": -10, b"AST": -4, b"ADT": -3, b"BRT": -3, b"WEST": 1, b"CET": 1, b"MET": 1, b"MEZ": 1, b"CEST": 2, b"MEST": 2,
    b"MESZ": 2, b"EET": 2, b"EEST": 3, b"MSK": 3, b"MSD": 4, b"SAST": 2, b"JST": 9, b"KST": 9, b"HKT": 8, b"AEST": 10,
    b"AEDT": 11, b"NZST": 12, b"NZDT": 13,
}  # fmt: skip


class FromLine(NamedTuple):
    """end: where the line's successor starts; date: UTC, None where unreadable; asctime: it has the customary shape;
    dated: it has a date of any shape."""

    end: int
    date: datetime | None
    asctime: bool
    dated: bool


def read_from_line(data: bytes, at: int) -> FromLine:
    """The "From " line at `at`, whatever its shape. Times without a zone are taken as UTC (RFC 4155)."""
    found = _ASCTIME.match(data, at)
    if found:
        return FromLine(found.end(), _asctime_date(found), True, True)
    line = _LINE.match(data, at)
    end = line.end() if line else at
    if end - at > LONGEST_LINE:
        return FromLine(end, None, False, False)
    date, dated = _loose_date(data[at + 5 : end])
    return FromLine(end, date, False, dated)


def begins_message(data: bytes, at: int, line: FromLine, blank_before: bool) -> bool:
    """Does the "From " line at `at` begin a message? data must reach BLOCK bytes behind it, or to the end of the file."""
    if line.asctime and blank_before:
        if _FIELD.match(data, line.end) or _BLANK.match(data, line.end):
            return True
        return _known_fields(data, line.end, 1) >= 1
    if line.dated:
        return _known_fields(data, line.end, 1) >= 1
    if not blank_before or line.end - at > LONGEST_LINE or not _KNOWN.match(data, line.end):
        return False
    return _known_fields(data, line.end, 2) >= 2


def is_header(data: bytes) -> bool:
    """Does the text begin with a header: fields at once, at least two of them well known, or one and then an empty line?"""
    if not _FIELD.match(data):
        return False
    if _known_fields(data, 0, 2) >= 2:
        return True
    return _known_fields(data, 0, 1) == 1 and header_end(data[:BLOCK]) < min(len(data), BLOCK)


def has_known_field(raw: bytes) -> bool:
    """Is there a line within the first blocks that begins like a well-known field? Without one it is hardly a message."""
    return _KNOWN_LINE.search(raw, 0, 8 * BLOCK) is not None


def header_end(raw: bytes) -> int:
    """Where the body starts: behind the first empty line, or the end of the text."""
    lf = raw.find(b"\n\n")
    crlf = raw.find(b"\n\r\n", 0, lf + 2 if lf >= 0 else len(raw))
    if crlf >= 0:
        return crlf + 3
    return lf + 2 if lf >= 0 else len(raw)


def _known_fields(data: bytes, at: int, enough: int) -> int:
    """How many well-known fields stand in the block from `at` to the next empty line; stops counting at `enough`."""
    count = 0
    limit = at + BLOCK
    while at < limit and at < len(data) and not _BLANK.match(data, at):
        if _KNOWN.match(data, at):
            count += 1
            if count >= enough:
                break
        lf, cr = data.find(b"\n", at, limit), data.find(b"\r", at, limit)
        if lf < 0 and cr < 0:
            break
        at = lf + 1 if cr < 0 or 0 <= lf <= cr + 1 else cr + 1
    return count


def _asctime_date(found: re.Match[bytes]) -> datetime | None:
    month, day, hour, minute, second, zone, year, rest = found.group(2, 3, 4, 5, 6, 7, 8, 9)
    try:
        clock = int(hour), int(minute), min(int(second or 0), 59)
        date = datetime(int(year), _MONTH_NUMBER[month], int(day), *clock, tzinfo=UTC)
        if zone or rest:
            date = _in_utc(date, zone or rest)
        return date if date.year >= EARLIEST_YEAR else None
    except (ValueError, OverflowError):
        return None


def _in_utc(date: datetime, zone: bytes) -> datetime:
    found = _ZONE.search(zone)
    if found:
        minutes = int(found[2]) * 60 + int(found[3])
        offset = timedelta(minutes=minutes if found[1] == b"+" else -minutes)
        return date.replace(tzinfo=timezone(offset)).astimezone(UTC) if minutes < 24 * 60 else date
    if _PM.search(zone) and date.hour < 12:
        return date + timedelta(hours=12)
    name = _ZONE_NAME.search(zone)
    hours = _ZONE_HOURS.get(name[1], 0) if name else 0
    return date - timedelta(hours=hours + (b" DST" in zone))


def _loose_date(text: bytes) -> tuple[datetime | None, bool]:
    """A date of any known shape: (UTC or None, was there one)."""
    for shape in _LOOSE:
        found = shape.search(text)
        if found:
            try:
                return _date_of(found), True
            except (ValueError, OverflowError):
                return None, True
    return None, False


def _date_of(found: re.Match[bytes]) -> datetime | None:
    parts = found.groupdict()
    rest = parts["rest"]
    year = parts.get("year")
    if year is None:
        late = _YEAR.search(rest)
        if not late:
            return None
        year = late[1] or late[2]
    month = int(parts["month"]) if parts["month"].isdigit() else _MONTH_NUMBER[parts["month"].title()]
    hour, minute, second = (int(part or 0) for part in _split_time(parts["time"]))
    date = datetime(_full_year(int(year)), month, int(parts["day"]), hour, minute, min(second, 59), tzinfo=UTC)
    date = _in_utc(date, rest)
    return date if date.year >= EARLIEST_YEAR else None


def _split_time(time: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.match(_TIME, time)
    return (found[1], found[2], found[3] or b"0") if found else (b"0", b"0", b"0")


def _full_year(year: int) -> int:
    """RFC 5322 §4.3."""
    if year >= 100:
        return year
    return year + (2000 if year < 50 else 1900)
