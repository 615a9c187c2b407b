"""Score voting: the option with the most points in total wins. No points count as none, so a favourite of few does not win."""

from collections import Counter

from groups.polls.counting.tallying import Tally, ordered
from groups.polls.counting.values import Key, Kind, Scores


def count(kind: Kind, options: tuple[Key, ...], ballots: Tally) -> Scores:
    given: list[Counter[int]] = [Counter() for _ in options]
    for ballot, times in ballots.items():
        for points, at in ballot:
            given[at][points] += times
    by_option = dict(zip(options, given, strict=True))
    totals = {option: sum(points * times for points, times in row.items()) for option, row in by_option.items()}
    return Scores(
        kind=kind,
        ballots=ballots.total(),
        blank=ballots[()],
        places=ordered(options, totals.__getitem__),
        totals=totals,
        given={option: dict(sorted(row.items(), reverse=True)) for option, row in by_option.items()},
    )
