"""Ballots as people write them down: `A > B = C * 5`, one line for all that are equal."""

from groups.polls.counting import Ballot, Result, count_weighed


def ballots(text: str) -> list[tuple[Ballot, int]]:
    return [_line(line) for line in text.strip().splitlines()]


def elect(kind: str, text: str) -> Result:
    """Options are those that the ballots name, in the order of the alphabet."""
    cast = ballots(text)
    return count_weighed(kind, sorted({option for ballot, _ in cast for option in ballot}), cast)


def _line(line: str) -> tuple[Ballot, int]:
    order, _, times = line.partition("*")
    ranks = [rank.split("=") for rank in order.split(">")]
    return {option.strip(): at for at, tied in enumerate(ranks, 1) for option in tied}, int(times or 1)
