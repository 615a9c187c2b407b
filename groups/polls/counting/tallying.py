"""Equal ballots made one, and options put in order."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from groups.polls.counting.values import Ballot, Key, Tied

# A ballot in the form in which equal ones are equal: (number, position of the option), the lowest numbers first.
Plain = tuple[tuple[int, int], ...]
Tally = Counter[Plain]


def tally(options: Sequence[Key], ballots: Iterable[tuple[Ballot, int]]) -> Tally:
    """How often each different ballot was cast; the blank one is `()`."""
    position = {option: at for at, option in enumerate(options)}
    counted: Tally = Counter()
    for ballot, times in ballots:
        known = [(number, position[option]) for option, number in ballot.items() if option in position]
        known.sort()
        counted[tuple(known)] += times
    return counted


def ordered(options: Sequence[Key], merit: Callable[[Key], Any]) -> tuple[Tied, ...]:
    """The best first; those of equal merit together, in the order in which the options were given."""
    best_first = sorted(options, key=merit, reverse=True)
    return tuple(tuple(tied) for _, tied in groupby(best_first, key=merit))


def levels(ballot: Plain) -> list[list[int]]:
    """A ranked ballot as its ranks, the best first: positions of the options that share each."""
    found: list[list[int]] = []
    before = None
    for rank, at in ballot:
        if rank == before:
            found[-1].append(at)
        else:
            found.append([at])
            before = rank
    return found
