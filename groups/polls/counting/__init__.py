"""Counts polls: ballots in, a result out; no models, no settings. The rules in words are in docs/polls.md.

A ballot says a number for each option it mentions, and what it means follows from the kind:

    single, multiple    1 for what is chosen
    runoff, schulze     the rank, 1 the best; gaps mean nothing, equal numbers are equal ranks, what is not mentioned comes last
    score               the points
    dates               2 yes, 1 if need be, 0 no

Equal ballots are counted once, with how many there are; so the same rules serve ten and a hundred thousand.
"""

from collections.abc import Iterable, Sequence

from groups.polls.counting import choices, dates, runoff, schulze, score
from groups.polls.counting.checking import check
from groups.polls.counting.tallying import tally
from groups.polls.counting.values import (
    MAYBE,
    NO,
    YES,
    BadBallot,
    Ballot,
    Choices,
    Dates,
    Key,
    Kind,
    Result,
    Round,
    Runoff,
    Schulze,
    Scores,
    Undecided,
)

__all__ = [
    "MAYBE",
    "NO",
    "YES",
    "BadBallot",
    "Ballot",
    "Choices",
    "Dates",
    "Key",
    "Kind",
    "Result",
    "Round",
    "Runoff",
    "Schulze",
    "Scores",
    "Undecided",
    "check",
    "count",
    "count_weighed",
]

COUNTERS = {
    Kind.SINGLE: choices.count,
    Kind.MULTIPLE: choices.count,
    Kind.RUNOFF: runoff.count,
    Kind.SCHULZE: schulze.count,
    Kind.SCORE: score.count,
    Kind.DATES: dates.count,
}


def count(kind: Kind | str, options: Sequence[Key], ballots: Iterable[Ballot]) -> Result:
    """What these ballots say about the options; what a ballot says of anything else does not count."""
    return count_weighed(kind, options, ((ballot, 1) for ballot in ballots))


def count_weighed(kind: Kind | str, options: Sequence[Key], ballots: Iterable[tuple[Ballot, int]]) -> Result:
    """The same, with how many times each ballot was cast."""
    kind = Kind(kind)
    return COUNTERS[kind](kind, tuple(options), tally(options, ballots))
