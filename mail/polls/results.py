"""The result of a poll in words: for the letter that says so, and for digests. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.polls.counting import Choices, Dates, Key, Result, Runoff, Schulze, Scores
from groups.polls.words import listed, one_digit, quoted


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
    voted = ngettext("%(many)s person voted.", "%(many)s voted.", result.ballots) % {"many": result.ballots}
    return InWords(headline(result, texts), tuple(lines), voted, _note(result, texts))


def headline(result: Result, texts: Mapping[Key, str]) -> str:
    """Who won; a tie is said to be one."""
    winners = [quoted(texts[option]) for option in result.winners]
    if not winners:
        return _("Nobody voted.")
    if len(winners) == 1:
        return _("The result: %(option)s.") % {"option": winners[0]}
    return _("A tie between %(options)s and %(last)s.") % {"options": listed(winners[:-1]), "last": winners[-1]}


def _figure(result: Result, option: Key) -> str:
    match result:
        case Choices():
            return _with_share(result.votes[option], result.ballots)
        case Scores():
            mean = result.mean(option)
            points = ngettext("%(many)s point", "%(many)s points", result.totals[option]) % {
                "many": result.totals[option]
            }
            if mean is None:
                return points
            return _("%(points)s, %(mean)s on average") % {"points": points, "mean": one_digit(mean)}
        case Dates():
            answers = {"yes": result.yes[option], "maybe": result.maybe[option], "no": result.no[option]}
            return _("%(yes)s yes, %(maybe)s maybe, %(no)s no") % answers
        case Runoff():
            return _in_runoff(result, option)
        case Schulze():
            won = sum(votes > result.prefer[other][option] for other, votes in result.prefer[option].items())
            others = len(result.prefer) - 1
            said = ngettext("preferred to %(won)s of %(all)s other", "preferred to %(won)s of %(all)s others", others)
            return said % {"won": won, "all": others}
    raise TypeError(type(result))


def _in_runoff(result: Runoff, option: Key) -> str:
    last = max(place for place, held in enumerate(result.rounds, 1) if option in held.votes)
    votes = _votes(result.rounds[last - 1].votes[option])
    if option in result.rounds[last - 1].out:
        return _("%(votes)s, out after round %(number)s") % {"votes": votes, "number": last}
    return _("%(votes)s in the last round") % {"votes": votes} if last > 1 else votes


def _note(result: Result, texts: Mapping[Key, str]) -> str:
    match result:
        case Runoff() if result.undecided:
            said = _("Nothing told these apart for the last place: %(names)s. The count went on once for each of them.")
            return said % {"names": listed([texts[option] for option in result.undecided.between])}
        case Runoff():
            decided = [held for held in result.rounds if held.decided_by]
            said = _("“%(option)s” went out among equal ones: it was behind in round %(number)s.")
            return " ".join(said % {"option": texts[held.out[0]], "number": held.decided_by} for held in decided)
        case Schulze() if result.winner is not None and result.beats_all is None:
            return _("Nobody is preferred to each other; the strongest paths decide (the Schulze method).")
    return ""


def _with_share(votes: int, ballots: int) -> str:
    share = f" ({votes * 100 / ballots:.0f} %)" if ballots else ""
    return _votes(votes) + share


def _votes(many: int) -> str:
    return ngettext("%(many)s vote", "%(many)s votes", many) % {"many": many}
