"""Reads the letters as people wrote them down: `source/<group>/group.toml` and `source/<group>/*.letters`.

The format is described in demo/README.md. Every mistake ends in a SourceError that names file and line.
"""

import re
import tomllib
import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from demo.kit.words import Block, blocks_of

ZONES: dict[str, tuple[float, bool]] = {
    "utc": (0, False), "london": (0, True), "stockholm": (1, True), "berlin": (1, True), "paris": (1, True), "athens": (2, True),
    "jerusalem": (2, True), "cairo": (2, False), "nairobi": (3, False), "moscow": (3, False), "tehran": (3.5, False),
    "delhi": (5.5, False), "bangkok": (7, False), "shanghai": (8, False), "tokyo": (9, False), "seoul": (9, False),
    "sao-paulo": (-3, False), "arizona": (-7, False),
}  # fmt: skip
HEAD = re.compile(
    r"#### (?P<key>\S+) (?P<who>\S+)(?P<answers> <(?P<parent>\S+)?)? @ (?P<when>[^|]+?)(?: \| (?P<subject>.*))?$"
)


class SourceError(ValueError):
    """A letter cannot be built as it is written."""


@dataclass
class Person:
    key: str
    facts: dict[str, Any]

    def fact(self, name: str, day: date, default: Any = "") -> Any:
        """Return a fact as it stood on `day`: facts that changed are lists of [since, value], oldest first."""
        value = self.facts.get(name, default)
        if not isinstance(value, list):
            return value
        return next(fact for since, fact in reversed(value) if str(since) <= day.isoformat())


@dataclass
class Group:
    folder: Path
    facts: dict[str, Any]
    people: dict[str, Person]

    @property
    def slug(self) -> str:
        return self.folder.name

    @property
    def address(self) -> str:
        return f"{self.slug}@{self.facts.get('domain', 'example.org')}"


@dataclass
class Letter:
    key: str
    group: Group
    person: Person
    when: datetime
    subject: str
    parent: "Letter | None"
    options: list[tuple[str, str]]
    blocks: list[Block]
    html: str = ""
    message_id: str = field(default="", compare=False)

    def option(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.options if key == name), default)

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.options if key == name]

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.options)

    def trait(self, name: str, default: Any = "") -> Any:
        """The letter's own option, else what is usual for this person at that time."""
        return self.option(name) if self.has(name) else self.person.fact(name, self.when.date(), default)

    @property
    def name(self) -> str:
        return str(self.trait("name"))

    @property
    def address(self) -> str:
        return str(self.trait("address"))


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def in_zone(local: datetime, zone: str) -> datetime:
    """Return the naive local time with its offset, summer time by the European rule where it applies."""
    hours, has_summer = ZONES[zone]
    if has_summer and _last_sunday(local.year, 3) <= local.date() < _last_sunday(local.year, 10):
        hours += 1
    return local.replace(tzinfo=timezone(timedelta(hours=hours)))


def moment(written: str, previous: datetime | None, zone: str) -> datetime:
    """Understand `2026-11-20 07:58`, `07:58` and `+2d 07:58` (after the previous letter's day), `+25m`."""
    if match := re.fullmatch(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)", written):
        return in_zone(datetime.fromisoformat(written), zone)
    if previous is None:
        raise SourceError(f"the first letter of a file needs a full date, not {written!r}")
    if match := re.fullmatch(r"(?:\+(\d+)d )?(\d\d):(\d\d)", written):
        day = previous.replace(tzinfo=None) + timedelta(days=int(match[1] or 0))
        return in_zone(day.replace(hour=int(match[2]), minute=int(match[3])), zone)
    if match := re.fullmatch(r"\+(?:(\d+)h)?(?:(\d+)m)?", written):
        later = previous.astimezone(UTC) + timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0))
        hours, _ = ZONES[zone]
        guess = in_zone((later + timedelta(hours=hours)).replace(tzinfo=None), zone)
        return later.astimezone(guess.tzinfo)
    raise SourceError(f"cannot read the time {written!r}")


def read_group(folder: Path) -> Group:
    facts = tomllib.loads((folder / "group.toml").read_text("utf-8"))
    people = {key: Person(key, person) for key, person in facts.pop("people").items()}
    return Group(folder, facts, people)


def read_letters(group: Group) -> list[Letter]:
    """Return all letters of a group, in the order of the files; keys must be unique within the group."""
    letters: dict[str, Letter] = {}
    for path in sorted(group.folder.glob("*.letters")):
        previous: Letter | None = None
        for number, head, lines in _chunks(path):
            try:
                previous = _letter(group, head, lines, previous, letters)
            except (SourceError, KeyError, StopIteration) as error:
                raise SourceError(f"{path.name}:{number}: {error!r}") from error
            letters[previous.key] = previous
    return list(letters.values())


def _chunks(path: Path) -> list[tuple[int, str, list[str]]]:
    chunks: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.startswith("#### "):
            chunks.append((number, line, []))
        elif chunks:
            chunks[-1][2].append(line)
        elif line.strip() and not line.startswith("//"):
            raise SourceError(f"{path.name}:{number}: text before the first letter")
    return chunks


def _letter(group: Group, head: str, lines: list[str], previous: Letter | None, letters: dict[str, Letter]) -> Letter:
    match = HEAD.fullmatch(head)
    if not match:
        raise SourceError(f"cannot read the heading {head!r}")
    if match["key"] in letters:
        raise SourceError(f"the key {match['key']!r} is taken")
    person = group.people[match["who"]]
    when = moment(match["when"].strip(), previous.when if previous else None, person.facts.get("zone", "london"))
    when = when.replace(second=zlib.crc32(match["key"].encode()) % 60)
    if previous and timedelta() < previous.when - when < timedelta(minutes=1):
        when = previous.when + timedelta(seconds=1)  # sent in one minute: the order of the file is the order of the day
    parent = None
    if match["answers"]:
        parent = letters[match["parent"]] if match["parent"] else previous
    if parent and parent.when >= when:
        raise SourceError("a letter cannot answer one that was written later")
    options, body = _options(lines)
    html = ""
    if "<<<html" in body:
        at = body.index("<<<html")
        body, html = body[:at], "\n".join(body[at + 1 :]).strip() + "\n"
    raw = any(key == "raw" for key, _ in options)
    blocks = blocks_of(
        body, raw, parent.blocks if parent else [], parent.parent.blocks if parent and parent.parent else []
    )
    subject = match["subject"] if match["subject"] is not None else _reply_subject(parent, person, when.date())
    return Letter(match["key"], group, person, when, subject, parent, options, blocks, html)


def _options(lines: list[str]) -> tuple[list[tuple[str, str]], list[str]]:
    options, rest = [], list(lines)
    while rest and rest[0].startswith(":"):
        name, _, value = rest.pop(0)[1:].partition(" ")
        options.append((name, value.strip()))
    while rest and not rest[0].strip():
        rest.pop(0)
    while rest and not rest[-1].strip():
        rest.pop()
    return options, rest


def _reply_subject(parent: Letter | None, person: Person, day: date) -> str:
    if parent is None:
        raise SourceError("a letter that answers nothing needs a subject")
    reply = str(person.fact("re", day, "Re:"))
    known = re.match(r"(?i)(re|aw|sv|antw|vs|odp|ynt|rv|הנדון|رد|ответ|回复|答复)\s*[:：]", parent.subject)
    return parent.subject if known else f"{reply} {parent.subject}"
