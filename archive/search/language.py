"""The query language: text in, a tree out. Pure; never raises, whatever was typed; bounded in length, clauses and depth.

kernel panic            both words, anywhere          "kernel panic"        these words in a row
-word   NOT word        without                       (a OR b) c            OR binds tighter than "and"
from: to: subject: body: quoted: filename: list-id:   in one part of the letter; value, "quoted value" or (a OR b)
date:2004-05..2005  date:2004  after:2004-05-06  before:2005  after:30d      days are those of UTC
has:attachment  is:unread  is:read  in:group  thread:number  message-id:  tag:name     wor*  begins with
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from archive.counts import amount
from archive.search.words import is_unspaced, words_asked

MAX_LENGTH = 1000  # characters of a query
MAX_CLAUSES = 40
MAX_DEPTH = 10
SHORTEST_PREFIX = 3

TEXT_FIELDS = ("from", "to", "subject", "body", "quoted", "filename", "list-id")
DATE_FIELDS = ("date", "after", "before")
PLACES = {"in": "group", "thread": "thread", "message-id": "message", "tag": "tag"}
FIELDS = (*TEXT_FIELDS, *DATE_FIELDS, "has", "is", *PLACES)
_ALSO = {"cc": "to", "author": "from", "list": "list-id", "file": "filename", "since": "after", "until": "before"}
_ALSO |= {"group": "in", "topic": "thread", "msgid": "message-id", "mid": "message-id", "hashtag": "tag"}
_REPLY_MARKS = ("re", "fwd", "fw", "aw", "sv")  # what mail programs put before a subject that is then pasted here
_NAMES_NO_FIELD = re.compile(r"[:/\\\d]|\S*@")  # behind a colon: std::x, http://x, c:\\x, host:80, mailto:a@b


@dataclass(frozen=True, slots=True)
class Text:
    """A word, or words in a row. `start` and `end` say where in the query its words stand."""

    text: str
    field: str = ""  # one of TEXT_FIELDS, or "" for anywhere
    quoted: bool = False
    prefix: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Dates:
    """Sent at or after `since` and before `until`; None is open."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Is:
    """A property: "attachment", "unread" or "read"."""

    what: str


@dataclass(frozen=True, slots=True)
class Within:
    """In a "group" (slug) or "thread" (number of a letter in it, or a Message-ID), in topics with a "tag", or the very
    "message" (Message-ID)."""

    what: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    node: Any


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple[Any, ...]


@dataclass(slots=True)
class Query:
    """A query as understood. `node` is None where there is nothing to look for. `closing`: the quotation mark and the
    parentheses that were left open, to be written before anything is added."""

    text: str
    node: Any = None
    problems: list[str] = field(default_factory=list)
    closing: str = ""


Made = TypeVar("Made")


def fold_tree(node: Any, leaf: Callable[[Any], Made], join: Callable[[Not | And | Or, list[Made]], Made]) -> Made:
    """Make something of a tree from its leaves up, without recursion."""
    made: list[Made] = []
    waiting: list[tuple[Any, bool]] = [(node, False)]
    while waiting:
        current, opened = waiting.pop()
        children = _children(current)
        if not children:
            made.append(leaf(current))
        elif opened:
            parts = made[-len(children) :]
            del made[-len(children) :]
            made.append(join(current, parts))
        else:
            waiting.append((current, True))
            waiting += [(child, False) for child in reversed(children)]
    return made[0]


def _children(node: Any) -> tuple[Any, ...]:
    if isinstance(node, Not):
        return (node.node,)
    return node.nodes if isinstance(node, And | Or) else ()


def leaves(node: Any, *, wanted_only: bool = False) -> Iterator[Any]:
    """Every leaf from left to right; with `wanted_only` not those that a letter must not match."""
    waiting = [] if node is None else [(node, True)]
    while waiting:
        current, wanted = waiting.pop()
        children = _children(current)
        wanted = wanted != isinstance(current, Not)
        waiting += [(child, wanted) for child in reversed(children)]
        if not children and (wanted or not wanted_only):
            yield current


def parse(text: str, *, today: date | None = None) -> Query:
    """Understand what was typed; what could not be understood is said in `problems`, in plain words."""
    return _Parser(text, today or datetime.now(UTC).date()).query()


_OPENING, _CLOSING = "\"“”„«»", "\"“”«»"  # fmt: skip
_WORD = re.compile(f"[^\\s(){_OPENING}]+")
_FIELD = re.compile(r"([A-Za-z][A-Za-z-]{0,19}):")
_CLOSE = re.compile(f"[{_CLOSING}]")
_LETTERS = re.compile(r"\w")


@dataclass(slots=True)
class _Group:
    """An open parenthesis and what was read behind it."""

    part: str = ""
    nodes: list[Any] = field(default_factory=list)
    joins: bool = False  # an OR stands before what comes next
    negates: bool = False

    def add(self, node: Any) -> None:
        if self.negates:
            node = Not(node)
        if self.joins and self.nodes:
            last = self.nodes[-1]
            self.nodes[-1] = Or((*last.nodes, node)) if isinstance(last, Or) else Or((last, node))
        else:
            self.nodes.append(node)
        self.joins = self.negates = False

    def node(self) -> Any:
        if not self.nodes:
            return None
        return self.nodes[0] if len(self.nodes) == 1 else And(tuple(self.nodes))


class _Parser:
    def __init__(self, text: str, today: date) -> None:
        self.problems: list[str] = []
        self.today = today
        self.typed = text
        self.text = text[:MAX_LENGTH].replace("\0", " ")
        self.at = 0
        self.clauses = 0
        self.open = [_Group()]
        self.too_deep = 0
        self.closing = ""
        self.reply_mark: tuple[str, int] | None = None
        if len(text) > MAX_LENGTH:
            self.problem(_("Only the first %(count)s characters were read.") % {"count": amount(MAX_LENGTH)})

    def problem(self, sentence: str) -> None:
        if sentence not in self.problems and len(self.problems) < 10:
            self.problems.append(sentence)

    def query(self) -> Query:
        while self._skip_space():
            self._read_one()
        self.closing += ")" * (len(self.open) - 1 + self.too_deep)
        self.too_deep = 0
        while len(self.open) > 1:
            self._close()
        if not self.open[0].nodes and self.reply_mark:
            self._text("", *self.reply_mark)
        if not self.open[0].nodes and not self.problems and self.typed.strip():
            self.problem(_("There is no word in this that could be looked for."))
        return Query(self.typed, self.open[0].node(), self.problems, self.closing)

    def _skip_space(self) -> bool:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at < len(self.text)

    def _read_one(self) -> None:
        character = self.text[self.at]
        if character == "(":
            self.at += 1
            self._open(self.open[-1].part)
        elif character == ")":
            self.at += 1
            self._close()
        elif character in "-+" and self.text[self.at + 1 : self.at + 2].strip("-+ )\n\t"):
            self.at += 1
            self.open[-1].negates ^= character == "-"
        elif character in _OPENING:
            self._phrase(self.open[-1].part)
        else:
            self._word()

    def _open(self, name: str) -> None:
        if len(self.open) > MAX_DEPTH:
            self.too_deep += 1
            self.problem(_("Parentheses deeper than %(count)s were ignored.") % {"count": MAX_DEPTH})
            return
        self.open.append(_Group(name))

    def _close(self) -> None:
        if self.too_deep:
            self.too_deep -= 1
        elif len(self.open) > 1:
            inner = self.open.pop().node()
            if inner is not None:
                self.open[-1].add(inner)
            else:
                self.open[-1].joins = self.open[-1].negates = False

    def _add(self, node: Any) -> None:
        self.clauses += 1
        if self.clauses > MAX_CLAUSES:
            self.problem(_("Only the first %(count)s terms were used.") % {"count": MAX_CLAUSES})
            return
        self.open[-1].add(node)

    def _quoted(self) -> tuple[str, int]:
        """The text behind the quotation mark here, and where it starts."""
        start = self.at + 1
        end = _CLOSE.search(self.text, start)
        if end is None:
            self.problem(_("A quotation mark is not closed."))
            self.closing = '"'
        stop = end.start() if end else len(self.text)
        self.at = stop + 1
        return self.text[start:stop], start

    def _phrase(self, name: str) -> None:
        text, start = self._quoted()
        self._text(name, text, start, quoted=True)

    def _word(self) -> None:
        start = self.at
        word = _WORD.match(self.text, start)[0]  # type: ignore[index]
        self.at += len(word)
        group = self.open[-1]
        if word in ("OR", "|", "||"):
            group.joins = bool(group.nodes)
        elif word in ("AND", "&", "&&"):
            group.joins = False
        elif word == "NOT":
            group.negates ^= True
        elif prefix := _FIELD.match(word):
            self._field(prefix[1].lower(), word, start, start + prefix.end())
        else:
            self._text(group.part, word, start)

    def _field(self, typed: str, word: str, start: int, value_at: int) -> None:
        name, value = _ALSO.get(typed, typed), word[value_at - start :]
        if typed in _REPLY_MARKS:
            self._subject_line(value, word, start, value_at)
        elif name not in FIELDS:
            if value and not _NAMES_NO_FIELD.match(value):
                said = _("“%(field)s:” is not something that can be searched by; it was read as a word.")
                self.problem(said % {"field": typed})
            self._text(self.open[-1].part, word, start)
        elif value:
            self._value(name, value, value_at)
        elif self.text[self.at : self.at + 1] == "(" and name in TEXT_FIELDS:
            self.at += 1
            self._open(name)
        elif self.text[self.at : self.at + 1] and self.text[self.at] in _OPENING:
            text, at = self._quoted()
            self._value(name, text, at, quoted=True)
        else:
            self.problem(_("“%(field)s:” needs something behind it.") % {"field": typed})
            self._drop()

    def _subject_line(self, value: str, word: str, start: int, value_at: int) -> None:
        """“Re: seed swap” asks for the topic, not only for the answers; “re:” alone is a word."""
        if value:
            self._text(self.open[-1].part, value, value_at)
        else:
            self.reply_mark = (word, start)

    def _drop(self) -> None:
        """A clause that was not understood takes its minus sign and its OR with it."""
        self.open[-1].joins = self.open[-1].negates = False

    def _value(self, name: str, value: str, start: int, *, quoted: bool = False) -> None:
        if name in TEXT_FIELDS:
            self._text(name, value, start, quoted=quoted)
        elif name in DATE_FIELDS:
            self._dates(name, value)
        elif name in PLACES:
            self._add(Within(PLACES[name], value.strip().strip("<>").lstrip("#")))
        else:
            self._property(name, value.strip().lower())

    def _text(self, name: str, text: str, start: int, *, quoted: bool = False) -> None:
        if not _LETTERS.search(text):
            self._drop()
            return
        prefix = not quoted and text.endswith("*")
        text = text.rstrip("*") if prefix else text
        if prefix and _begins_too_much(text):
            said = _("“%(word)s*” is too short: give at least %(count)s letters before the star.")
            self.problem(said % {"word": text, "count": SHORTEST_PREFIX})
            prefix = False
        self._add(Text(text, name, quoted, prefix, start, start + len(text)))

    def _property(self, name: str, value: str) -> None:
        known = {
            "has": {"attachment": "attachment", "attachments": "attachment", "file": "attachment"},
            "is": {"unread": "unread", "new": "unread", "read": "read"},
        }[name]
        if value in known:
            self._add(Is(known[value]))
        else:
            # Translators: between things that can be typed, as "is:unread or is:read"
            examples = _(" or ").join(f"{name}:{word}" for word in dict.fromkeys(known.values()))
            said = _("“%(field)s:%(value)s” is not known; there is %(examples)s.")
            self.problem(said % {"field": name, "value": value, "examples": examples})
            self._drop()

    def _dates(self, name: str, value: str) -> None:
        span = self._span(name, value.strip())
        if span is None:
            said = _("“%(field)s:%(value)s” is not a date; write 2004, 2004-05, 2004-05-06 or 2004-05..2005.")
            self.problem(said % {"field": name, "value": value})
            self._drop()
        elif span != Dates():
            self._add(span)

    def _span(self, name: str, value: str) -> Dates | None:
        first, dots, last = value.partition("..")
        if name != "date" and dots:
            return None
        if not dots:
            period = read_period(value, self.today)
            return (
                period
                and {
                    "date": period,
                    "after": Dates(since=period.since),
                    "before": Dates(until=period.since),
                }[name]
            )
        opening = read_period(first, self.today) if first else Dates()
        closing = read_period(last.lstrip("."), self.today) if last else Dates()
        if opening is None or closing is None:
            return None
        if opening.since and closing.until and opening.since >= closing.until:
            opening, closing = closing, opening
        return Dates(opening.since, closing.until)


def _begins_too_much(text: str) -> bool:
    """A letter or two begin a good part of all words; in scripts that we cut into pairs of characters they are words."""
    words = words_asked(text)
    return bool(words) and len(words[-1][1]) < SHORTEST_PREFIX and not is_unspaced(words[-1][1])


_DAY = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
_AGO = re.compile(r"(\d{1,4})([dwmy])", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def read_period(text: str, today: date) -> Dates | None:
    """A year, month or day (2004, 2004-05, 2004-05-06, 20040506), today, yesterday, or so long ago (7d 2w 3m 1y)."""
    text = text.strip().lower()
    ago = _AGO.fullmatch(text)
    if text in ("today", "yesterday"):
        return _period(today - timedelta(days=text == "yesterday"), timedelta(days=1))
    if ago:
        days = int(ago[1]) * _DAYS[ago[2].lower()]
        return _period(today - timedelta(days=days), timedelta(days=1)) if days < today.toordinal() else None
    found = _COMPACT_DAY.fullmatch(text)
    parts = found.groups() if found else None
    if parts is None and (found := _DAY.fullmatch(text)):
        parts = (found[1], found[3], found[4])
    return _calendar_period(*parts) if parts else None


def _period(day: date, length: timedelta) -> Dates:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Dates(start, start + length)


def _calendar_period(year: str, month: str | None, day: str | None) -> Dates | None:
    try:
        start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
    except ValueError:
        return None
    if start.year == datetime.max.year:
        return Dates(start, None)
    if day:
        return Dates(start, start + timedelta(days=1))
    if not month:
        return Dates(start, start.replace(year=start.year + 1))
    return Dates(start, (start + timedelta(days=31)).replace(day=1))


def replaced(query: str, spans: list[tuple[int, int, str]]) -> str:
    """The query with other words at these places (start, end, word)."""
    for start, end, word in sorted(spans, reverse=True):
        query = query[:start] + word + query[end:]
    return query
