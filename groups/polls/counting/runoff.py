"""Instant run-off (the alternative vote): the last goes out and their ballots move on, until one has more than half.

Half is half of the ballots that still count: one that names nobody who is still in is exhausted. A rank given twice cannot be
counted for one of the two, so from there on the ballot is exhausted; `check` refuses such ballots at the door.

Who goes out of several equal last ones: (1) all of them, if together they have less than the next; that changes nothing.
(2) Whoever was behind in the latest earlier round that tells them apart. (3) Nothing tells them apart: the count goes on
once for each of them, looking back only at rounds that were really held. Those who could win are the result; several are a tie.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from groups.polls.counting.tallying import Plain, Tally, levels, ordered
from groups.polls.counting.values import Key, Kind, Round, Runoff, Undecided

ENOUGH = 500_000  # ballots looked at for all the ways a tie may go on (about a second); beyond, all still in are tied

Order = tuple[int, ...]  # a ballot: positions of options, the best first
Votes = Mapping[int, int]


def count(kind: Kind, options: tuple[Key, ...], ballots: Tally) -> Runoff:
    held = _Count(_Piles.deal(range(len(options)), ((_usable(ballot), times) for ballot, times in ballots.items())))
    held.run()
    return Runoff(
        kind=kind,
        ballots=ballots.total(),
        blank=ballots[()],
        places=tuple(_keys(options, tied) for tied in held.places),
        rounds=tuple(_round(options, one) for one in held.rounds),
        undecided=_undecided(options, held),
    )


@dataclass(frozen=True, slots=True)
class _Piles:
    """The ballots, each with the first of its options that is still in."""

    of: dict[int, list[tuple[Order, int]]]
    exhausted: int

    @classmethod
    def deal(cls, options: Iterable[int], ballots: Iterable[tuple[Order, int]]) -> "_Piles":
        return cls({option: [] for option in options}, 0)._with(ballots)

    def without(self, out: Sequence[int]) -> "_Piles":
        staying = {option: list(pile) for option, pile in self.of.items() if option not in out}
        return _Piles(staying, self.exhausted)._with(ballot for option in out for ballot in self.of[option])

    def _with(self, ballots: Iterable[tuple[Order, int]]) -> "_Piles":
        exhausted = self.exhausted
        for order, times in ballots:
            for option in order:
                if option in self.of:
                    self.of[option].append((order, times))
                    break
            else:
                exhausted += times
        return _Piles(self.of, exhausted)

    def votes(self) -> dict[int, int]:
        return {option: sum(times for _, times in pile) for option, pile in self.of.items()}

    @property
    def size(self) -> int:
        return len(self.of) + sum(map(len, self.of.values()))


@dataclass(frozen=True, slots=True)
class _Held:
    votes: Votes
    exhausted: int
    out: tuple[int, ...] = ()
    decided_by: int | None = None


@dataclass(slots=True)
class _Count:
    piles: _Piles
    rounds: list[_Held] = field(default_factory=list)
    places: list[tuple[int, ...]] = field(default_factory=list)
    between: tuple[int, ...] = ()
    could_win: dict[int, frozenset[int]] = field(default_factory=dict)

    def run(self) -> None:
        gone: list[tuple[int, ...]] = []
        while not self.places:
            votes = self.piles.votes()
            out, decided_by = _who_goes(votes, self.rounds)
            if _winner(votes) is not None or not any(votes.values()):
                self._end(votes)
            elif not out:
                self._end_in_doubt(votes)
            else:
                self.rounds.append(_Held(votes, self.piles.exhausted, out, decided_by))
                self.piles = self.piles.without(out)
                gone.append(out)
        self.places += reversed(gone)

    def _end(self, votes: Votes) -> None:
        self.rounds.append(_Held(votes, self.piles.exhausted))
        self.places += ordered(list(votes), votes.__getitem__)  # type: ignore[arg-type]

    def _end_in_doubt(self, votes: Votes) -> None:
        self.rounds.append(_Held(votes, self.piles.exhausted))
        self.between = _last(votes)
        ways = _Ways(self.rounds, ENOUGH)
        try:
            self.could_win = {option: ways.winners(self.piles.without([option])) for option in self.between}
            winners = frozenset().union(*self.could_win.values())
        except _TooManyWaysError:
            self.could_win, winners = {}, frozenset(votes)
        self.places.append(tuple(option for option in votes if option in winners))
        if rest := tuple(option for option in votes if option not in winners):
            self.places.append(rest)


class _TooManyWaysError(Exception):
    pass


@dataclass(slots=True)
class _Ways:
    """Who could win, whatever way the equal go out. Depends on who is in alone, so each such set is asked once."""

    rounds: Sequence[_Held]
    left: int
    known: dict[frozenset[int], frozenset[int]] = field(default_factory=dict)

    def winners(self, piles: _Piles) -> frozenset[int]:
        still_in = frozenset(piles.of)
        if still_in not in self.known:
            self.left -= piles.size
            if self.left < 0:
                raise _TooManyWaysError
            self.known[still_in] = self._ask(piles)
        return self.known[still_in]

    def _ask(self, piles: _Piles) -> frozenset[int]:
        votes = piles.votes()
        winner = _winner(votes)
        if winner is not None:
            return frozenset([winner])
        out, _ = _who_goes(votes, self.rounds)
        if out:
            return self.winners(piles.without(out))
        return frozenset().union(*(self.winners(piles.without([option])) for option in _last(votes)))


def _winner(votes: Votes) -> int | None:
    best = max(votes, key=votes.__getitem__, default=None)
    return best if best is not None and votes[best] * 2 > sum(votes.values()) else None


def _last(votes: Votes) -> tuple[int, ...]:
    fewest = min(votes.values(), default=0)
    return tuple(option for option, number in votes.items() if number == fewest)


def _who_goes(votes: Votes, rounds: Sequence[_Held]) -> tuple[tuple[int, ...], int | None]:
    """Who goes out, and which earlier round decided that; nobody, if nothing tells the equal apart."""
    last = _last(votes)
    others = [number for option, number in votes.items() if option not in last]
    if len(last) == 1 or (others and sum(votes[option] for option in last) < min(others)):
        return last, None
    for number in range(len(rounds), 0, -1):
        behind = _last({option: rounds[number - 1].votes[option] for option in last})
        if len(behind) == 1:
            return behind, number
        last = behind
    return (), None


def _usable(ballot: Plain) -> Order:
    """The options in order, up to the first rank that is given twice."""
    order = []
    for tied in levels(ballot):
        if len(tied) > 1:
            break
        order.append(tied[0])
    return tuple(order)


def _keys(options: Sequence[Key], positions: Iterable[int]) -> tuple[Key, ...]:
    return tuple(options[at] for at in sorted(positions))


def _round(options: Sequence[Key], held: _Held) -> Round:
    return Round(
        votes={options[at]: number for at, number in held.votes.items()},
        exhausted=held.exhausted,
        out=_keys(options, held.out),
        decided_by=held.decided_by,
    )


def _undecided(options: Sequence[Key], held: _Count) -> Undecided | None:
    if not held.between:
        return None
    could_win = {options[at]: _keys(options, winners) for at, winners in held.could_win.items()}
    return Undecided(between=_keys(options, held.between), could_win=could_win)
