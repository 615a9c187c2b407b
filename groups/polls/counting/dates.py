"""Finding a date: the most yes; where those are equal, the most who could come if need be."""

from groups.polls.counting.tallying import Tally, ordered
from groups.polls.counting.values import MAYBE, NO, YES, Dates, Key, Kind


def count(kind: Kind, options: tuple[Key, ...], ballots: Tally) -> Dates:
    said = {answer: [0] * len(options) for answer in (YES, MAYBE, NO)}
    for ballot, times in ballots.items():
        for answer, at in ballot:
            said[answer][at] += times
    yes, maybe, no = (dict(zip(options, said[answer], strict=True)) for answer in (YES, MAYBE, NO))
    return Dates(
        kind=kind,
        ballots=ballots.total(),
        blank=ballots[()],
        places=ordered(options, lambda option: (yes[option], maybe[option])),
        yes=yes,
        maybe=maybe,
        no=no,
    )
