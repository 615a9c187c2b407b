"""The result of a poll in words: for the letter that says so, and for digests. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from groups.polls.counting import Choices, Dates, Key, Result, Runoff, Schulze, Scores


@dataclass(frozen=True, slots=True)
class InWords:
    headline: str
    lines: tuple[str, ...]  # one for each option, the best first
    voted: str
    note: str = ""


def in_words(result: Result, texts: Mapping[Key, str]) -> InWords:
    lines = [
        f"{result.place_of(option)}. {texts[option]}: {_figure(result, option)}"
        for tied in result.places
        for option in tied
    ]
    voted = f"{result.ballots} voted." if result.ballots != 1 else "1 person voted."
    return InWords(headline(result, texts), tuple(lines), voted, _note(result, texts))


def headline(result: Result, texts: Mapping[Key, str]) -> str:
    """Who won; a tie is said to be one."""
    winners = [f"“{texts[option]}”" for option in result.winners]
    if not winners:
        return "Nobody voted."
    if len(winners) == 1:
        return f"The result: {winners[0]}."
    return f"A tie between {', '.join(winners[:-1])} and {winners[-1]}."


def _figure(result: Result, option: Key) -> str:
    match result:
        case Choices():
            return _with_share(result.votes[option], result.ballots)
        case Scores():
            mean = result.mean(option)
            return f"{_plural(result.totals[option], 'point')}" + ("" if mean is None else f", {mean:.1f} on average")
        case Dates():
            return f"{result.yes[option]} yes, {result.maybe[option]} maybe, {result.no[option]} no"
        case Runoff():
            return _in_runoff(result, option)
        case Schulze():
            won = sum(votes > result.prefer[other][option] for other, votes in result.prefer[option].items())
            return f"preferred to {won} of {_plural(len(result.prefer) - 1, 'other')}"
    raise TypeError(type(result))


def _in_runoff(result: Runoff, option: Key) -> str:
    last = max(place for place, held in enumerate(result.rounds, 1) if option in held.votes)
    votes = _plural(result.rounds[last - 1].votes[option], "vote")
    if option in result.rounds[last - 1].out:
        return f"{votes}, out after round {last}"
    return f"{votes} in the last round" if last > 1 else votes


def _note(result: Result, texts: Mapping[Key, str]) -> str:
    match result:
        case Runoff() if result.undecided:
            names = ", ".join(texts[option] for option in result.undecided.between)
            return f"Nothing told these apart for the last place: {names}. The count went on once for each of them."
        case Runoff():
            decided = [held for held in result.rounds if held.decided_by]
            return " ".join(
                f"“{texts[held.out[0]]}” went out among equal ones: it was behind in round {held.decided_by}."
                for held in decided
            )
        case Schulze() if result.winner is not None and result.beats_all is None:
            return "Nobody is preferred to each other; the strongest paths decide (the Schulze method)."
    return ""


def _with_share(votes: int, ballots: int) -> str:
    share = f" ({votes * 100 / ballots:.0f} %)" if ballots else ""
    return _plural(votes, "vote") + share


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
