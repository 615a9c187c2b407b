"""The Schulze method, by winning votes: M. Schulze, "The Schulze Method of Voting" (arXiv:1804.02973), sections 2 and 4.

Equal ranks prefer neither, and what a ballot does not rank comes behind all that it ranks.
"""

from collections.abc import Mapping, Sequence

from groups.polls.counting.tallying import Tally, levels
from groups.polls.counting.values import Key, Kind, Schulze, Tied

Table = list[list[int]]


def count(kind: Kind, options: tuple[Key, ...], ballots: Tally) -> Schulze:
    prefer = comparisons(len(options), ballots)
    paths = strongest_paths(prefer)
    return Schulze(
        kind=kind,
        ballots=ballots.total(),
        blank=ballots[()],
        places=places(options, paths),
        prefer=_named(options, prefer),
        paths=_named(options, paths),
    )


def comparisons(size: int, ballots: Tally) -> Table:
    """`table[a][b]`: how many ballots prefer a to b.

    A row is one large number with a field for each option, so a ballot costs one addition for each of its ranks' options
    instead of one for each pair: 30 instead of 435.
    """
    width = ballots.total().bit_length() + 1
    unit = [1 << (width * at) for at in range(size)]
    rows = [0] * size
    everybody = sum(unit)
    for ballot, times in ballots.items():
        below = everybody
        for tied in levels(ballot):
            for at in tied:
                below -= unit[at]
            preferred = below * times
            for at in tied:
                rows[at] += preferred
    field = (1 << width) - 1
    return [[row >> (width * at) & field for at in range(size)] for row in rows]


def strongest_paths(prefer: Sequence[Sequence[int]]) -> Table:
    """Floyd and Warshall's algorithm; a path is as strong as its weakest defeat, a defeat as strong as those who want it."""
    everyone = range(len(prefer))
    path = [[votes if votes > prefer[b][a] else 0 for b, votes in enumerate(row)] for a, row in enumerate(prefer)]
    for through in everyone:
        onward = path[through]
        for start in everyone:
            first = path[start][through]
            if first and start != through:
                path[start] = [
                    max(direct, min(first, onward[end])) if end != start else 0
                    for end, direct in enumerate(path[start])
                ]
    return path


def places(options: Sequence[Key], paths: Sequence[Sequence[int]]) -> tuple[Tied, ...]:
    """The unbeaten first, then those whom only they beat, and so on. Nobody draws lots: a tie is shown as one."""
    left = list(range(len(options)))
    found = []
    while left:
        unbeaten = [one for one in left if not any(paths[other][one] > paths[one][other] for other in left)]
        found.append(tuple(options[at] for at in unbeaten))
        left = [one for one in left if one not in unbeaten]
    return tuple(found)


def _named(options: Sequence[Key], table: Table) -> Mapping[Key, Mapping[Key, int]]:
    return {one: {other: table[a][b] for b, other in enumerate(options) if a != b} for a, one in enumerate(options)}
