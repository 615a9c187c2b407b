"""A short summary of a text/calendar part (RFC 5545): what, when, where, who. Its parser is small and forgives everything."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

from archive.rendering.addresses import storable
from archive.rendering.links import escape, linkify

_MOST_EVENTS = 10
_MOST_LINES = 20_000
_LONGEST_VALUE = 4000  # characters
_LINE = re.compile(r'([A-Za-z][A-Za-z0-9-]{0,40}+)((?:;(?:[^:;"]++|"[^"]*+")*+)*+):(.*)', re.DOTALL)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?")
_PARAMETER = re.compile(r";(CN|TZID|PARTSTAT)=(?:\"([^\"]{0,200})\"|([^;:\"]{0,200}))", re.IGNORECASE)
_COMPONENTS = {"VEVENT": "Event", "VTODO": "Task", "VJOURNAL": "Note", "VFREEBUSY": "Free and busy times"}
_METHODS = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Another time proposed",
    "PUBLISH": "",
}
_PLANS = {
    "DAILY": "every day",
    "WEEKLY": "every week",
    "MONTHLY": "every month",
    "YEARLY": "every year",
    "HOURLY": "every hour",
}
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "perhaps"}

Row = tuple[str, str]


@dataclass(slots=True)
class CalendarSummary:
    """html: a definition list an event. text: the same, a line a row."""

    html: str
    text: str


@dataclass(slots=True)
class _Event:
    kind: str
    values: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # property -> (parameters, value); the first one counts
    answers: list[str] = field(default_factory=list)
    invited: int = 0


def render_calendar(text: str) -> CalendarSummary:
    """A calendar body as a summary; the text itself, in a <pre>, where it holds no event."""
    text = storable(text)
    method, events = _read(text)
    if not events:
        return CalendarSummary(f'<pre class="letter-calendar">{linkify(escape(text[:_LONGEST_VALUE]))}</pre>', text)
    blocks = [_rows(event, method) for event in events[:_MOST_EVENTS]]
    if len(events) > _MOST_EVENTS:
        blocks.append([("More", f"{len(events) - _MOST_EVENTS} further events in this calendar")])
    html = "\n".join(map(_definition_list, blocks))
    return CalendarSummary(html, "\n\n".join("\n".join(f"{name}: {value}" for name, value in rows) for rows in blocks))


def _read(text: str) -> tuple[str, list[_Event]]:
    """(METHOD, events) of a calendar stream."""
    method, events, open_event = "", [], None
    nested = 0
    for line in _unfolded(text):
        found = _LINE.match(line)
        if found is None:
            continue
        name, parameters, value = found[1].upper(), found[2], found[3].strip()[:_LONGEST_VALUE]
        if name == "BEGIN":
            if value.upper() in _COMPONENTS:
                open_event, nested = _Event(_COMPONENTS[value.upper()]), 0
                events.append(open_event)
            else:
                nested += 1
        elif name == "END":
            if value.upper() in _COMPONENTS:
                open_event = None
            nested = max(0, nested - 1)
        elif name == "METHOD":
            method = value.upper()
        elif open_event is not None and nested == 0:
            _note(open_event, name, parameters, value)
    return method, events


def _unfolded(text: str) -> list[str]:
    """RFC 5545 §3.1: a line that begins with a space or a tab goes on with the one above."""
    lines: list[list[str]] = []
    for line in text.replace("\r", "").split("\n")[:_MOST_LINES]:
        if line[:1] in (" ", "\t") and lines:
            lines[-1].append(line[1:])
        else:
            lines.append([line])
    return ["".join(pieces) for pieces in lines]


def _note(event: _Event, name: str, parameters: str, value: str) -> None:
    if name == "ATTENDEE":
        event.invited += 1
        answer = _ANSWERS.get(_parameter(parameters, "PARTSTAT").upper())
        if answer and len(event.answers) < _MOST_EVENTS:
            event.answers.append(f"{_person(parameters, value)} ({answer})")
    else:
        event.values.setdefault(name, (parameters, value))


def _rows(event: _Event, method: str) -> list[Row]:
    """What a reader wants to know, in order; nothing that is missing."""
    values = event.values
    title = _METHODS.get(method) or event.kind
    rows = [
        (title, _text(values, "SUMMARY") or "(untitled)"),
        ("When", _when(values)),
        ("Where", _text(values, "LOCATION")),
        ("From", _person(*values["ORGANIZER"]) if "ORGANIZER" in values else ""),
        ("Invited", f"{event.invited} people" if event.invited > 1 else ""),
        ("Answers", ", ".join(event.answers)),
        ("Status", _text(values, "STATUS").capitalize()),
        ("Link", _text(values, "URL")),
        ("About", _text(values, "DESCRIPTION")),
    ]
    return [(name, value) for name, value in rows if value]


def _text(values: dict[str, tuple[str, str]], name: str) -> str:
    """RFC 5545 §3.3.11: backslash escapes undone."""
    value = values.get(name, ("", ""))[1]
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


def _parameter(parameters: str, name: str) -> str:
    for found in _PARAMETER.finditer(parameters):
        if found[1].upper() == name:
            return found[2] or found[3] or ""
    return ""


def _person(parameters: str, value: str) -> str:
    address = value[len("mailto:") :] if value.lower().startswith("mailto:") else ""
    name = unescape(_parameter(parameters, "CN")).strip()
    if not name or name == address:
        return address or value[:100]
    return f"{name} <{address}>" if address else name


def _when(values: dict[str, tuple[str, str]]) -> str:
    start, end = _moment(*values.get("DTSTART", ("", ""))), _moment(*values.get("DTEND", values.get("DUE", ("", ""))))
    when = f"{start} to {end}" if start and end and end != start else start or end
    rule = re.search(r"FREQ=([A-Z]+)", values.get("RRULE", ("", ""))[1].upper())
    plan = _PLANS.get(rule[1], "again and again") if rule else ""
    return f"{when}, {plan}" if when and plan else when


def _moment(parameters: str, value: str) -> str:
    """ "20260105T093000" with TZID as "Monday, 5 January 2026, 09:30 (Europe/Berlin)"; what is no date, as it stands."""
    found = _STAMP.match(value)
    if found is None:
        return value[:60]
    year, month, day, hour, minute = (int(part or 0) for part in found.groups()[:5])
    try:
        moment = datetime(year, month, day, hour, minute)
    except ValueError:
        return value[:60]
    date = f"{moment:%A}, {day} {moment:%B} {year}"
    if found[4] is None:
        return date
    zone = "UTC" if found[7] else _parameter(parameters, "TZID")[:60]
    return f"{date}, {hour:02}:{minute:02}" + (f" ({zone})" if zone else "")


def _definition_list(rows: list[Row]) -> str:
    items = "".join(f'<dt>{name}</dt><dd dir="auto">{_value(value)}</dd>' for name, value in rows)
    return f'<dl class="letter-calendar">{items}</dl>'


def _value(value: str) -> str:
    return "\n".join(linkify(line) for line in escape(value).split("\n"))
