"""What counting takes and gives. Options go by their keys, numbers or strings, as the caller likes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Key = int | str
Ballot = Mapping[Key, int]
Tied = tuple[Key, ...]

YES, MAYBE, NO = 2, 1, 0


class Kind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    RUNOFF = "runoff"  # ranked, by instant run-off
    SCHULZE = "schulze"  # ranked, by the Schulze method
    SCORE = "score"
    DATES = "dates"

    @property
    def ranked(self) -> bool:
        return self in (Kind.RUNOFF, Kind.SCHULZE)


class BadBallot(ValueError):
    """A ballot that cannot be taken as it is; the text is for the person who cast it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`places` has every option once, the best first; options that share a place are a tie, and stay one."""

    kind: Kind
    ballots: int  # all that were cast
    blank: int  # of those, the ones that say nothing about any option
    places: tuple[Tied, ...]

    @property
    def winners(self) -> Tied:
        """Nobody wins where nobody voted."""
        return self.places[0] if self.places and self.ballots > self.blank else ()

    @property
    def winner(self) -> Key | None:
        return self.winners[0] if len(self.winners) == 1 else None

    @property
    def tied(self) -> bool:
        return len(self.winners) > 1

    def place_of(self, option: Key) -> int:
        """As in sport: after two who share the first place comes the third."""
        better = 0
        for tied in self.places:
            if option in tied:
                return better + 1
            better += len(tied)
        raise KeyError(option)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices(Result):
    votes: Mapping[Key, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    votes: Mapping[Key, int]  # of those still in
    exhausted: int  # ballots that name nobody who is still in
    out: Tied  # who goes out after this round; nobody after the last
    decided_by: int | None  # the earlier round that told the equal apart, counted from 1

    @property
    def continuing(self) -> int:
        return sum(self.votes.values())

    @property
    def needed(self) -> int:
        """More than half of the ballots that still count."""
        return self.continuing // 2 + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """Equal in every round so far: whoever of `between` went out next, these could win."""

    between: Tied
    could_win: Mapping[Key, Tied]  # who goes out -> who wins then


@dataclass(frozen=True, slots=True, kw_only=True)
class Runoff(Result):
    rounds: tuple[Round, ...]
    undecided: Undecided | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schulze(Result):
    prefer: Mapping[Key, Mapping[Key, int]]  # how many ballots prefer the one to the other
    paths: Mapping[Key, Mapping[Key, int]]  # the strongest path from the one to the other, 0 where none leads there

    @property
    def beats_all(self) -> Key | None:
        """The option that wins every comparison with another (the Condorcet winner), if there is one."""
        for one, row in self.prefer.items():
            if all(votes > self.prefer[other][one] for other, votes in row.items()):
                return one
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores(Result):
    totals: Mapping[Key, int]
    given: Mapping[Key, Mapping[int, int]]  # option -> points -> on how many ballots

    def mean(self, option: Key) -> float | None:
        """Of those who gave it any points; the places go by totals."""
        voters = sum(self.given[option].values())
        return self.totals[option] / voters if voters else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates(Result):
    yes: Mapping[Key, int]
    maybe: Mapping[Key, int]
    no: Mapping[Key, int]
