"""Who voted what, where a poll shows names; the marks of anonymous ballots; both as CSV, in English whoever asks."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from groups.polls import box, showing
from groups.polls.models import Ballot, BallotBox, Option, Poll, PollKind, PollState
from groups.polls.sheets import ANSWERS

MOST_NAMES = 300
ENGLISH = "en"
SIGNS = {2: "✓", 1: "(✓)", 0: "–"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Named:
    """Voters by name, each with what they said of every option: (sign, words)."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    is_more: bool


def names_of(poll: Poll, options: Sequence[Option]) -> Named:
    """One query."""
    found = Ballot.objects.filter(poll=poll).select_related("voter").order_by("id")[: MOST_NAMES + 1]
    ballots = list(found)
    rows = tuple(
        (_name(ballot) or _("somebody who has gone"), tuple(_cells(poll, ballot, options)))
        for ballot in ballots[:MOST_NAMES]
    )
    return Named(tuple(option.words for option in options), rows, len(ballots) > MOST_NAMES)


def _name(ballot: Ballot) -> str:
    return str(ballot.voter.name or ballot.voter.email.split("@")[0]) if ballot.voter else ""


def _cells(poll: Poll, ballot: Ballot, options: Sequence[Option]) -> Iterator[tuple[str, str]]:
    said = ballot.numbers
    for option in options:
        value = said.get(option.number)
        if value is None:
            yield "", ""
        elif poll.kind == PollKind.DATES:
            yield SIGNS.get(value, ""), str(dict(ANSWERS).get(value, ""))
        elif poll.kind in (PollKind.SINGLE, PollKind.MULTIPLE):
            yield SIGNS[2], _("chosen")
        else:
            yield str(value), ""


def marks_of(poll: Poll) -> list[str]:
    """Of an anonymous poll that has closed: what lies in the box, for everybody to look theirs up in."""
    return sorted(_box(poll).ballots) if poll.anonymous and poll.state == PollState.CLOSED else []


def _box(poll: Poll) -> box.Box:
    kept = BallotBox.objects.filter(poll=poll).values_list("ballots", flat=True).first()
    return box.Box.read(b"", kept or b"")


class _Echo:
    def write(self, line: str) -> str:
        return line


def result_lines(poll: Poll, options: Sequence[Option]) -> Iterator[str]:
    with translation.override(ENGLISH):
        shown = showing.shown(showing.result_of(poll, options), options, is_open=poll.state == PollState.OPEN)
    yield from _csv([["place", "option", *(name.lower() for name in shown.head)]])
    yield from _csv([row.place, row.words, *row.cells] for row in shown.rows)


def ballot_lines(poll: Poll, options: Sequence[Option]) -> Iterator[str]:
    """A ballot a line: its voter’s name, its mark, or (names not shown) neither. The latter stand in the order of what they say,
    which tells nothing of when they came."""
    numbers = [str(option.number) for option in options]
    with translation.override(ENGLISH):
        head = ["ballot", *(option.words for option in options)]
    yield from _csv([head])
    ballots = _ballots(poll)
    yield from _csv([who, *(choices.get(number, "") for number in numbers)] for who, choices in ballots)


def _ballots(poll: Poll) -> Iterator[tuple[str, dict[str, int]]]:
    if poll.anonymous:
        yield from sorted(_box(poll).ballots.items())
        return
    found = Ballot.objects.filter(poll=poll).select_related("voter")
    if poll.names_shown:
        for ballot in found.order_by("id").iterator(2000):
            yield _name(ballot) or "somebody who has gone", ballot.choices
        return
    for choices in sorted(found.values_list("choices", flat=True), key=lambda choices: sorted(choices.items())):
        yield "", choices


def _csv(rows: object) -> Iterator[str]:
    writer = csv.writer(_Echo())
    for row in rows:  # type: ignore[attr-defined]
        yield writer.writerow([_cell(value) for value in row])


def _cell(value: object) -> str:
    """Spreadsheets run what begins like a formula: such a cell is made text."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
