"""Results as pages show them: words, figures and lengths of bars. Pure, but for the cache that keeps a count."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from groups.polls.actions import ballots_of
from groups.polls.counting import Choices, Dates, Key, Result, Runoff, Schulze, Scores, count
from groups.polls.models import Option, Poll
from groups.polls.words import listed, one_digit, quoted

KEPT_SECONDS = 3600
WORDED = 8  # comparisons of so many options are told in sentences, too
Texts = Mapping[Key, str]


@dataclass(frozen=True, slots=True)
class Row:
    words: str
    place: int
    is_best: bool
    cells: tuple[str, ...]
    bar: float  # of 100
    thin: float = 0.0  # the part of the bar that is hatched, after `bar`


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    headline: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    ballots: int
    blank: int
    more: Table | None


def result_of(poll: Poll, options: Sequence[Option]) -> Result:
    """Counted once for each version of the poll."""
    key = f"poll-result:{poll.pk}:{poll.version}"
    found: Result | None = cache.get(key)
    if found is None:
        found = count(poll.kind, [option.number for option in options], ballots_of(poll))
        cache.set(key, found, KEPT_SECONDS)
    return found


def shown(result: Result, options: Sequence[Option], *, is_open: bool) -> Shown:
    texts: Texts = {option.number: option.words for option in options}
    head, cells, bar = _figures(result)
    rows = tuple(
        _row(result, texts, option, cells, bar) for tied in result.places for option in tied if option in texts
    )
    return Shown(_headline(result, texts, is_open), head, rows, result.ballots, result.blank, _more(result, texts))


def _headline(result: Result, texts: Texts, is_open: bool) -> str:
    names = [quoted(texts[option]) for option in result.winners]
    if not names:
        return _("Nobody has voted.")
    if len(names) == 1:
        said = _("%(option)s is ahead.") if is_open else _("%(option)s won.")
        return said % {"option": names[0]}
    return _("A tie: %(options)s and %(last)s.") % {"options": listed(names[:-1]), "last": names[-1]}


Cells = Callable[[Key], tuple[str, ...]]
Bars = Callable[[Key], tuple[float, float]]


def _figures(result: Result) -> tuple[tuple[str, ...], Cells, Bars]:
    """Heads of the columns, what stands in them, and how long the bars are."""
    match result:
        case Choices(votes=votes):
            return (
                (_("Votes"), _("Share")),
                lambda option: (str(votes[option]), _share(votes[option], result.ballots)),
                lambda option: (_part(votes[option], result.ballots), 0),
            )
        case Scores(totals=totals):
            return (
                (_("Points"), _("Mean")),
                lambda option: (str(totals[option]), _mean(result, option)),
                lambda option: (_part(totals[option], max(totals.values())), 0),
            )
        case Dates(yes=yes, maybe=maybe, no=no):
            return (
                (pgettext("answer", "Yes"), pgettext("answer", "If need be"), pgettext("answer", "No")),
                lambda option: (str(yes[option]), str(maybe[option]), str(no[option])),
                lambda option: (_part(yes[option], result.ballots), _part(maybe[option], result.ballots)),
            )
        case Runoff():
            return (
                (_("Votes"), pgettext("which round", "In")),
                lambda option: _in_runoff(result, option),
                lambda option: _runoff_bar(result, option),
            )
        case Schulze(prefer=prefer):
            others = max(len(prefer) - 1, 1)
            return (
                (_("Comparisons won"),),
                lambda option: (_("%(won)s of %(all)s") % {"won": _won(result, option), "all": len(prefer) - 1},),
                lambda option: (_part(_won(result, option), others), 0),
            )
    raise TypeError(type(result))


def _row(result: Result, texts: Texts, option: Key, cells: Cells, bars: Bars) -> Row:
    bar, thin = bars(option)
    return Row(texts[option], result.place_of(option), option in result.winners, cells(option), bar, thin)


def _part(of: int, whole: int) -> float:
    return round(100 * of / whole, 1) if whole else 0.0


def _share(votes: int, ballots: int) -> str:
    return f"{100 * votes / ballots:.0f} %" if ballots else "–"


def _mean(result: Scores, option: Key) -> str:
    mean = result.mean(option)
    return "–" if mean is None else one_digit(mean)


def _won(result: Schulze, option: Key) -> int:
    return sum(votes > result.prefer[other][option] for other, votes in result.prefer[option].items())


def _last_round(result: Runoff, option: Key) -> int:
    """The last round it was in, from 1."""
    return max((place for place, held in enumerate(result.rounds, 1) if option in held.votes), default=0)


def _in_runoff(result: Runoff, option: Key) -> tuple[str, ...]:
    last = _last_round(result, option)
    votes = result.rounds[last - 1].votes[option] if last else 0
    is_out = bool(last) and option in result.rounds[last - 1].out
    where = _("round %(number)s, then out") if is_out else _("round %(number)s, the last")
    return str(votes), where % {"number": last}


def _runoff_bar(result: Runoff, option: Key) -> tuple[float, float]:
    last = _last_round(result, option)
    return (_part(result.rounds[last - 1].votes[option], result.ballots) if last else 0.0), 0.0


def _more(result: Result, texts: Texts) -> Table | None:
    if isinstance(result, Runoff) and result.ballots:
        return _rounds(result, texts)
    return _pairs(result, texts) if isinstance(result, Schulze) and result.ballots else None


def _rounds(result: Runoff, texts: Texts) -> Table:
    head = tuple(_("Round %(number)s") % {"number": number} for number in range(1, len(result.rounds) + 1))
    by_place = [option for tied in result.places for option in tied]
    out = pgettext("of a round", "out")
    rows = [
        (texts[option], tuple(str(held.votes[option]) if option in held.votes else out for held in result.rounds))
        for option in by_place
    ]
    rows.append((_("Ballots that name nobody still in"), tuple(str(held.exhausted) for held in result.rounds)))
    words = [_round_in_words(number, held, texts) for number, held in enumerate(result.rounds, 1)]
    if result.undecided is not None:
        names = listed([quoted(texts[option]) for option in result.undecided.between])
        apart = _("Nothing tells these apart: %(names)s. The count went on once for each of them.")
        words.append(apart % {"names": names})
    return Table(_("The rounds of the run-off"), head, tuple(rows), tuple(words))


def _round_in_words(number: int, held: object, texts: Texts) -> str:
    votes, out, needed, decided = held.votes, held.out, held.needed, held.decided_by  # type: ignore[attr-defined]
    if out:
        names = listed([quoted(texts[option]) for option in out])
        return _out_in_words(len(out), decided) % {"number": number, "names": names, "decided": decided}
    best = max(votes, key=votes.__getitem__, default=None)
    if best is None or votes[best] < needed:
        return _("Round %(number)s: nobody has more than half.") % {"number": number}
    won = ngettext(
        "Round %(number)s: “%(option)s” has %(votes)s vote, more than half.",
        "Round %(number)s: “%(option)s” has %(votes)s votes, more than half.",
        votes[best],
    )
    return won % {"number": number, "option": texts[best], "votes": votes[best]}


def _out_in_words(many: int, decided: int | None) -> str:
    if decided:
        return ngettext(
            "Round %(number)s: %(names)s goes out (it was behind in round %(decided)s); their votes move on.",
            "Round %(number)s: %(names)s go out (it was behind in round %(decided)s); their votes move on.",
            many,
        )
    return ngettext(
        "Round %(number)s: %(names)s goes out; their votes move on.",
        "Round %(number)s: %(names)s go out; their votes move on.",
        many,
    )


def _pairs(result: Schulze, texts: Texts) -> Table:
    options = [option for tied in result.places for option in tied]
    rows = tuple(
        (texts[one], tuple("–" if one == other else str(result.prefer[one][other]) for other in options))
        for one in options
    )
    words = []
    if len(options) <= WORDED:
        pairs = [(one, other) for place, one in enumerate(options) for other in options[place + 1 :]]
        words = [_pair_in_words(result, texts, one, other) for one, other in pairs]
    if result.winner is not None and result.beats_all is None:
        words.append(_("No option is preferred to each other one; the strongest paths of preferences decide."))
    head = tuple(_("over “%(option)s”") % {"option": texts[option]} for option in options)
    return Table(_("How many prefer the option of the row"), head, rows, tuple(words))


def _pair_in_words(result: Schulze, texts: Texts, one: Key, other: Key) -> str:
    more, less = result.prefer[one][other], result.prefer[other][one]
    if more == less:
        said = _("“%(one)s” and “%(other)s”: %(more)s prefer the one, %(less)s the other.")
        return said % {"one": texts[one], "other": texts[other], "more": more, "less": less}
    winner, loser = (one, other) if more > less else (other, one)
    said = _("%(more)s prefer “%(winner)s” to “%(loser)s”, %(less)s the other way round.")
    return said % {
        "more": max(more, less),
        "winner": texts[winner],
        "loser": texts[loser],
        "less": min(more, less),
    }
