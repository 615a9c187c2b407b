"""The rules of counting, and what must be true of every election."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groups.polls.counting import MAYBE, NO, YES, BadBallot, Kind, check, count, count_weighed
from tests.groups.polls.elections import elect

OPTIONS = "ABCDE"
ballot = st.dictionaries(st.sampled_from(OPTIONS), st.integers(1, 5), max_size=5)
cast = st.lists(st.tuples(ballot, st.integers(1, 4)), max_size=12)
ranked = st.sampled_from([Kind.RUNOFF, Kind.SCHULZE])
some = settings(max_examples=60, deadline=None)


def test_the_option_on_the_most_ballots_wins_and_equal_ones_share_a_place():
    result = count("multiple", ["tea", "coffee", "milk"], [{"tea": 1, "milk": 1}, {"milk": 1}, {"tea": 1}, {}])
    assert result.votes == {"tea": 2, "coffee": 0, "milk": 2}
    assert result.winners == ("tea", "milk")
    assert (result.ballots, result.blank) == (4, 1)
    assert [result.place_of(option) for option in ("tea", "milk", "coffee")] == [1, 1, 3]


def test_where_nobody_votes_nobody_wins():
    for kind in Kind:
        result = count(kind, ["tea", "coffee"], [])
        assert result.winners == ()
        assert result.places == (("tea", "coffee"),)


def test_points_that_nobody_gave_count_as_none():
    result = count("score", ["tea", "coffee"], [{"tea": 5}, {"coffee": 4, "tea": 0}, {"coffee": 3}])
    assert result.totals == {"tea": 5, "coffee": 7}
    assert (result.winner, result.mean("tea"), result.mean("coffee")) == ("coffee", 2.5, 3.5)
    assert result.given["tea"] == {5: 1, 0: 1}


def test_the_capital_of_tennessee_by_points():
    """Wikipedia, "Score voting": points from 0 to 10 by distance."""
    points = {
        42: {"Memphis": 10, "Nashville": 4, "Chattanooga": 2, "Knoxville": 0},
        26: {"Memphis": 0, "Nashville": 10, "Chattanooga": 4, "Knoxville": 2},
        15: {"Memphis": 0, "Nashville": 6, "Chattanooga": 10, "Knoxville": 6},
        17: {"Memphis": 0, "Nashville": 5, "Chattanooga": 7, "Knoxville": 10},
    }
    result = count_weighed("score", list(points[42]), [(ballot, times) for times, ballot in points.items()])
    assert result.totals == {"Memphis": 420, "Nashville": 603, "Chattanooga": 457, "Knoxville": 312}


def test_a_date_that_suits_the_most_wins_and_those_who_could_come_decide_between_equal_ones():
    result = count("dates", ["Mon", "Tue"], [{"Mon": YES, "Tue": YES}, {"Mon": NO, "Tue": MAYBE}])
    assert result.winner == "Tue"
    assert (result.yes["Mon"], result.maybe["Tue"], result.no["Mon"]) == (1, 1, 1)


def test_equal_last_ones_go_out_together_where_that_changes_nothing():
    result = elect("runoff", "A * 6\nB * 4\nC * 3\nD > C * 1\nE > B * 1")
    assert result.rounds[0].out == ("D", "E")


def test_an_earlier_round_decides_who_of_the_equal_goes_out():
    result = elect("runoff", "A * 9\nB * 5\nC * 4\nD > C * 1")
    assert result.rounds[1].votes == {"A": 9, "B": 5, "C": 5}
    assert (result.rounds[1].out, result.rounds[1].decided_by) == (("C",), 1)
    assert result.undecided is None


def test_a_ballot_is_exhausted_when_it_names_nobody_who_is_still_in():
    result = elect("runoff", "A * 4\nB * 3\nC * 2")
    assert [(held.exhausted, held.continuing, held.needed) for held in result.rounds] == [(0, 9, 5), (2, 7, 4)]
    assert result.winner == "A"


def test_a_run_off_counts_a_ballot_up_to_the_rank_that_it_gives_twice():
    result = elect("runoff", "A > B = C * 2\nB * 3\nC * 3")
    assert result.rounds[0].votes == {"A": 2, "B": 3, "C": 3}
    assert result.rounds[1].exhausted == 2
    assert result.winners == ("B", "C")


def test_too_many_ways_to_go_on_are_a_tie_of_all():
    many = range(30)
    result = count("runoff", many, [{(first + step) % 30: step + 1 for step in range(30)} for first in many])
    assert result.winners == tuple(many)
    assert result.undecided.between == tuple(many)


def test_a_hundred_thousand_equal_ballots_are_counted_as_one():
    for kind in Kind:
        result = count_weighed(kind, OPTIONS, [({"A": 2, "B": 1}, 60_000), ({"A": 1, "B": 2}, 40_000)])
        assert result.ballots == 100_000


REFUSED = [
    ("single", {"A": 1, "B": 1}, "Choose one option."),
    ("multiple", {}, "Nothing is chosen."),
    ("multiple", {"A": 1, "B": 1, "C": 1}, "Choose 2 options at most."),
    ("single", {"Z": 1}, "The poll has no such option."),
    ("runoff", {"A": 1, "B": 1}, "Rank 1 is given 2 times; in an instant run-off each rank can be given once."),
    ("schulze", {"A": 0}, "Ranks are numbers from 1."),
    ("score", {"A": 6}, "Points are numbers from 0 to 5."),
    ("dates", {"A": 3}, "Answer yes, maybe or no for each date."),
    ("single", {"A": 0}, "An option is either chosen or not."),
]


def test_a_ballot_that_cannot_be_taken_is_refused_with_a_sentence():
    for kind, chosen, sentence in REFUSED:
        with pytest.raises(BadBallot, match=sentence):
            check(kind, OPTIONS, chosen, most=2)
    check("schulze", OPTIONS, {"A": 1, "B": 1})
    with pytest.raises(BadBallot, match="Choose 2 options at least"):
        check("multiple", OPTIONS, {"A": 1}, least=2)


@some
@given(cast, ranked, st.permutations(OPTIONS))
def test_names_and_their_order_change_nothing(cast, kind, other_names):
    renamed = dict(zip(OPTIONS, other_names, strict=True))
    before = count_weighed(kind, OPTIONS, cast)
    after = count_weighed(kind, OPTIONS, [({renamed[o]: rank for o, rank in b.items()}, n) for b, n in reversed(cast)])
    assert {frozenset(renamed[option] for option in tied) for tied in before.places} == set(
        map(frozenset, after.places)
    )
    assert {renamed[option] for option in before.winners} == set(after.winners)


@some
@given(cast, st.sampled_from(list(Kind)))
def test_every_option_has_one_place_and_blank_ballots_move_nobody(cast, kind):
    if kind == Kind.DATES:
        cast = [({option: value % 3 for option, value in ballot.items()}, times) for ballot, times in cast]
    result = count_weighed(kind, OPTIONS, cast)
    assert sorted(option for tied in result.places for option in tied) == list(OPTIONS)
    more = count_weighed(kind, OPTIONS, [*cast, ({}, 7)])
    assert more.places == result.places
    assert more.blank == result.blank + 7


@some
@given(cast, ranked)
def test_the_first_choice_of_more_than_half_wins(cast, kind):
    total = sum(times for _, times in cast)
    result = count_weighed(kind, OPTIONS, [*cast, ({"C": 1, "A": 2}, total + 1)])
    assert result.winner == "C"


@some
@given(cast)
def test_who_beats_each_other_wins_by_schulze_and_who_loses_to_each_is_last(cast):
    result = count_weighed("schulze", OPTIONS, cast)
    if result.beats_all:
        assert result.winners == (result.beats_all,)
    for option, row in result.prefer.items():
        if all(votes < result.prefer[other][option] for other, votes in row.items()):
            assert result.places[-1] == (option,)


@some
@given(cast)
def test_comparisons_are_what_counting_pair_by_pair_gives(cast):
    result = count_weighed("schulze", OPTIONS, cast)
    for one, row in result.prefer.items():
        for other, votes in row.items():
            assert votes == sum(times for ballot, times in cast if ballot.get(one, 9) < ballot.get(other, 9))


@some
@given(cast)
def test_no_ballot_is_lost_in_a_run_off(cast):
    result = count_weighed("runoff", OPTIONS, cast)
    for held in result.rounds:
        assert held.continuing + held.exhausted == result.ballots
        assert not held.out or min(held.votes.values()) == held.votes[held.out[0]]
    assert not set(result.winners) & {option for held in result.rounds for option in held.out}
