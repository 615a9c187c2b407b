"""One choice or several: the option on the most ballots wins."""

from groups.polls.counting.tallying import Tally, ordered
from groups.polls.counting.values import Choices, Key, Kind


def count(kind: Kind, options: tuple[Key, ...], ballots: Tally) -> Choices:
    votes = [0] * len(options)
    for ballot, times in ballots.items():
        for chosen, at in ballot:
            votes[at] += times if chosen else 0
    by_option = dict(zip(options, votes, strict=True))
    return Choices(
        kind=kind,
        ballots=ballots.total(),
        blank=ballots[()],
        places=ordered(options, by_option.__getitem__),
        votes=by_option,
    )
