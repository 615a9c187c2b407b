"""Ranked counting agrees with what others published: each test names its source.

"Schulze" is M. Schulze, "The Schulze Method of Voting", arXiv:1804.02973, section 3; the test suite of julien-boudry/Condorcet
(`tests/src/Algo/Methods/{Schulze,InstantRunoff}`) has the same examples with the same winners, counted by winning votes.
"""

import pytest

from groups.polls.counting.schulze import places, strongest_paths
from tests.groups.polls.elections import elect

# Wikipedia, "Instant-runoff voting" and "Schulze method", the example of Tennessee's capital.
TENNESSEE = """
Memphis > Nashville > Chattanooga > Knoxville * 42
Nashville > Chattanooga > Knoxville > Memphis * 26
Chattanooga > Knoxville > Nashville > Memphis * 15
Knoxville > Chattanooga > Nashville > Memphis * 17
"""

# Burlington, Vermont, 2009: ballots reduced to the last three candidates, rangevoting.org/Burlington.html; with the comparisons
# that electowiki's "2009 Burlington mayoral election" publishes.
BURLINGTON = """
Montroll > Kiss > Wright * 1332
Montroll > Wright > Kiss * 767
Montroll * 455
Kiss > Montroll > Wright * 2043
Kiss > Wright > Montroll * 371
Kiss * 568
Wright > Montroll > Kiss * 1513
Wright > Kiss > Montroll * 495
Wright * 1289
"""

# Alaska's special election of August 2022: Wikipedia, "2022 Alaska's at-large congressional district special election".
ALASKA = """
Begich > Palin > Peltola * 27053
Begich > Peltola > Palin * 15467
Begich * 11290
Palin > Begich > Peltola * 34049
Palin > Peltola > Begich * 3652
Palin * 21272
Peltola > Begich > Palin * 47407
Peltola > Palin > Begich * 4645
Peltola * 23747
"""


def test_tennessee_by_instant_runoff():
    result = elect("runoff", TENNESSEE)
    assert [list(held.votes.values()) for held in result.rounds] == [[15, 17, 42, 26], [32, 42, 26], [58, 42]]
    assert [held.out for held in result.rounds] == [("Chattanooga",), ("Nashville",), ()]
    assert result.places == (("Knoxville",), ("Memphis",), ("Nashville",), ("Chattanooga",))


def test_tennessee_by_schulze():
    result = elect("schulze", TENNESSEE)
    assert result.winner == result.beats_all == "Nashville"
    assert result.places == (("Nashville",), ("Chattanooga",), ("Knoxville",), ("Memphis",))
    assert result.prefer["Nashville"] == {"Memphis": 58, "Chattanooga": 68, "Knoxville": 68}
    assert result.prefer["Chattanooga"] == {"Memphis": 58, "Nashville": 32, "Knoxville": 83}


def test_burlington_elected_kiss_by_instant_runoff_with_exhausted_ballots():
    result = elect("runoff", BURLINGTON)
    assert result.winner == "Kiss"
    assert result.rounds[0].votes == {"Kiss": 2982, "Montroll": 2554, "Wright": 3297}
    assert result.rounds[1].votes == {"Kiss": 4314, "Wright": 4064}
    assert (result.rounds[0].exhausted, result.rounds[1].exhausted) == (0, 455)


def test_burlington_preferred_montroll_to_each_other():
    result = elect("schulze", BURLINGTON)
    assert result.winner == result.beats_all == "Montroll"
    assert result.prefer["Montroll"] == {"Kiss": 4067, "Wright": 4597}
    assert result.prefer["Kiss"] == {"Montroll": 3477, "Wright": 4314}
    assert result.prefer["Wright"] == {"Montroll": 3668, "Kiss": 4064}


def test_alaska_elected_peltola_and_preferred_begich():
    runoff, schulze = elect("runoff", ALASKA), elect("schulze", ALASKA)
    assert runoff.winner == "Peltola"
    assert runoff.rounds[1].votes == {"Peltola": 91266, "Palin": 86026}  # as certified
    assert runoff.rounds[1].exhausted == 11290
    assert schulze.places == (("Begich",), ("Peltola",), ("Palin",))
    assert schulze.prefer["Begich"]["Palin"] == 101217


SCHULZE = {
    "example 1, and Wikipedia's of 45 voters": (
        """A > C > B > E > D * 5
           A > D > E > C > B * 5
           B > E > D > A > C * 8
           C > A > B > E > D * 3
           C > A > E > B > D * 7
           C > B > A > D > E * 2
           D > C > E > B > A * 7
           E > B > A > D > C * 8""",
        [["E"], ["A"], ["C"], ["B"], ["D"]],
    ),
    "a cycle of four": (
        "A > C > D > B * 8\nB > A > D > C * 2\nC > D > B > A * 4\nD > B > A > C * 4\nD > C > B > A * 3",
        [["D"], ["A"], ["C"], ["B"]],
    ),
    "two who tie": (
        "A > B > C > D * 3\nC > B > D > A * 2\nD > A > B > C * 2\nD > B > C > A * 2",
        [["B", "D"], ["A", "C"]],
    ),
    "63 voters": (
        "A > B > C > D * 12\nA > D > B > C * 6\nB > C > D > A * 9\nC > D > A > B * 15\nD > B > A > C * 21",
        [["D"]],
    ),
    "two who tie in a cycle": (
        "A > C > D > B * 6\nB > A > D > C * 1\nC > B > D > A * 3\nD > B > A > C * 3\nD > C > B > A * 2",
        [["A", "D"]],
    ),
    "six options": (
        """A > D > E > B > C > F * 3
           B > F > E > C > D > A * 3
           C > A > B > F > D > E * 4
           D > B > C > E > F > A * 1
           D > E > F > A > B > C * 4
           E > C > B > D > F > A * 2
           F > A > C > D > B > E * 2""",
        [["A"]],
    ),
    "six options, when two more who like A best come": (
        """A > D > E > B > C > F * 3
           B > F > E > C > D > A * 3
           C > A > B > F > D > E * 4
           D > B > C > E > F > A * 1
           D > E > F > A > B > C * 4
           E > C > B > D > F > A * 2
           F > A > C > D > B > E * 2
           A > E > F > C > B > D * 2""",
        [["D"]],
    ),
    "equal ranks and short ballots": (
        """A > B > C > D * 6
           A = B * 8
           A = C * 8
           A = C > D * 18
           A = C = D * 8
           B * 40
           C > B > D > A * 4
           C > D > A > B * 9
           C = D * 8
           D > A > B > C * 14
           D > B > C > A * 11
           D > C > A > B * 4""",
        [["D"]],
    ),
    "thirty voters": (
        """A > B > D > C * 3
           A > D > B > C * 5
           A > D > C > B * 1
           B > A > D > C * 2
           B > D > C > A * 2
           C > A > B > D * 4
           C > B > A > D * 6
           D > B > C > A * 2
           D > C > A > B * 5""",
        [["A"]],
    ),
    "thirty voters and an option that comes later": (
        """A > B > D > E > C * 3
           A > D > E > B > C * 5
           A > D > E > C > B * 1
           B > A > D > E > C * 2
           B > D > E > C > A * 2
           C > A > B > D > E * 4
           C > B > A > D > E * 6
           D > B > E > C > A * 2
           D > E > C > A > B * 5""",
        [["B"]],
    ),
    # Eric Gorr's example, in the test suites of julien-boudry/Condorcet and of many others.
    "921 voters": (
        """Abby > Cora > Erin > Dave > Brad * 98
           Brad > Abby > Erin > Cora > Dave * 64
           Brad > Abby > Erin > Dave > Cora * 12
           Brad > Erin > Abby > Cora > Dave * 98
           Brad > Erin > Abby > Dave > Cora * 13
           Brad > Erin > Dave > Abby > Cora * 125
           Cora > Abby > Erin > Dave > Brad * 124
           Cora > Erin > Abby > Dave > Brad * 76
           Dave > Abby > Brad > Erin > Cora * 21
           Dave > Brad > Abby > Erin > Cora * 30
           Dave > Brad > Erin > Cora > Abby * 98
           Dave > Cora > Abby > Brad > Erin * 139
           Dave > Cora > Brad > Abby > Erin * 23""",
        [["Abby"], ["Brad"], ["Erin"], ["Dave"], ["Cora"]],
    ),
}


@pytest.mark.parametrize("name", SCHULZE)
def test_schulze_as_published(name):
    cast, published = SCHULZE[name]
    found = [list(tied) for tied in elect("schulze", cast).places]
    assert found[: len(published)] == published


def test_the_strengths_of_paths_in_the_paper_s_first_example():
    paths = elect("schulze", SCHULZE["example 1, and Wikipedia's of 45 voters"][0]).paths
    assert paths["A"] == {"B": 28, "C": 28, "D": 30, "E": 24}
    assert paths["B"] == {"A": 25, "C": 28, "D": 33, "E": 24}
    assert paths["C"] == {"A": 25, "B": 29, "D": 29, "E": 24}
    assert paths["D"] == {"A": 25, "B": 28, "C": 28, "E": 24}
    assert paths["E"] == {"A": 25, "B": 28, "C": 28, "D": 31}


def test_wikimedia_s_cycle_of_2008():
    """Places six to nine of the election to its board, by the comparisons that M. Schulze gave on the election-methods list."""
    names = ["Heiskanen", "Postlethwaite", "Smith", "Saintonge"]
    prefer = [[0, 841, 798, 737], [770, 0, 755, 797], [750, 744, 0, 778], [745, 769, 738, 0]]
    assert places(names, strongest_paths(prefer)) == (("Heiskanen",), ("Postlethwaite",), ("Smith",), ("Saintonge",))


def test_condorcet_s_paradox_is_a_tie():
    """Wikipedia, "Condorcet paradox"."""
    cycle = "A > B > C\nB > C > A\nC > A > B"
    assert elect("schulze", cycle).winners == ("A", "B", "C")
    assert elect("runoff", cycle).winners == ("A", "B", "C")


def test_five_voters_and_three_people():
    """Wikipedia, "Instant-runoff voting", examples: bill goes out, sue wins."""
    result = elect("runoff", "bob > bill > sue * 2\nsue > bob > bill * 2\nbill > sue > bob")
    assert result.places == (("sue",), ("bob",), ("bill",))


def test_six_voters_where_the_three_are_equal():
    """The test suite of julien-boudry/Condorcet lets bob win here; that follows from no rule of ours, and is a tie."""
    ballots = "bob > bill > sue * 2\nsue > bob > bill * 2\nbill > sue > bob\nbill > bob > sue"
    result = elect("runoff", ballots)
    assert result.undecided.between == ("bill", "bob", "sue")
    assert result.undecided.could_win == {"bill": ("bob", "sue"), "bob": ("bill",), "sue": ("bob",)}
    assert result.winners == ("bill", "bob", "sue")


def test_a_last_place_that_nothing_decides_leaves_the_tie_of_the_first():
    """The test suite of julien-boudry/Condorcet, `testResult_TieBreaking`: A and B share the first place."""
    assert elect("runoff", "A * 4\nB * 4\nC > A * 2\nD > C > B * 2").winners == ("A", "B")


def test_two_equal_ones():
    """The same, `testResult_Equality`."""
    assert elect("runoff", "A\nB").winners == ("A", "B")


def test_the_winner_of_the_first_round_may_lose():
    """The test suite of jontingvold/pyrankvote, `test_simple_case`: hard and stay are equal, and soft goes out."""
    result = elect("runoff", "soft > stay\nstay > soft * 2\nhard > soft\nhard > stay > soft")
    assert result.rounds[0].out == ("soft",)
    assert result.winner == "stay"
