"""May this ballot be cast? The sentences are for the person who cast it."""

from collections import Counter
from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.polls.counting.values import MAYBE, NO, YES, BadBallot, Ballot, Key, Kind


def check(
    kind: Kind | str,
    options: Collection[Key],
    ballot: Ballot,
    *,
    least: int = 1,
    most: int | None = None,
    highest: int = 5,
) -> None:
    """Refuses with a `BadBallot`. `least` and `most` bound how many may be chosen of several; `highest` is the best score."""
    kind = Kind(kind)
    if any(option not in options for option in ballot):
        raise BadBallot(_("The poll has no such option."))
    if not ballot:
        raise BadBallot(_("Nothing is chosen."))
    match kind:
        case Kind.SINGLE:
            _number_chosen(ballot, 1, 1)
        case Kind.MULTIPLE:
            _number_chosen(ballot, least, most or len(options))
        case Kind.RUNOFF:
            _ranks(ballot)
            _each_rank_once(ballot)
        case Kind.SCHULZE:
            _ranks(ballot)
        case Kind.SCORE:
            _between(ballot, 0, highest)
        case Kind.DATES:
            _answers(ballot)


def _number_chosen(ballot: Ballot, least: int, most: int) -> None:
    if any(chosen != 1 for chosen in ballot.values()):
        raise BadBallot(_("An option is either chosen or not."))
    if least <= len(ballot) <= most:
        return
    if least == most == 1:
        raise BadBallot(_("Choose one option."))
    if len(ballot) > most:
        at_most = ngettext("Choose %(most)s option at most.", "Choose %(most)s options at most.", most)
        raise BadBallot(at_most % {"most": most})
    at_least = ngettext("Choose %(least)s option at least.", "Choose %(least)s options at least.", least)
    raise BadBallot(at_least % {"least": least})


def _ranks(ballot: Ballot) -> None:
    if any(rank < 1 for rank in ballot.values()):
        raise BadBallot(_("Ranks are numbers from 1."))


def _each_rank_once(ballot: Ballot) -> None:
    rank, times = Counter(ballot.values()).most_common(1)[0]
    if times > 1:
        said = _("Rank %(rank)s is given %(times)s times; in an instant run-off each rank can be given once.")
        raise BadBallot(said % {"rank": rank, "times": times})


def _between(ballot: Ballot, lowest: int, highest: int) -> None:
    if not all(lowest <= points <= highest for points in ballot.values()):
        said = _("Points are numbers from %(lowest)s to %(highest)s.")
        raise BadBallot(said % {"lowest": lowest, "highest": highest})


def _answers(ballot: Ballot) -> None:
    if not all(answer in (YES, MAYBE, NO) for answer in ballot.values()):
        raise BadBallot(_("Answer yes, maybe or no for each date."))
