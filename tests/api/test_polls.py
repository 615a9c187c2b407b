"""Polls through the API: asked, answered, counted and closed as on their pages."""

import pytest

from accounts.switches.actions import turn
from groups.polls.models import Ballot, Poll
from tests.api.callers import Caller

pytestmark = pytest.mark.django_db

POLLS = "/groups/gardeners/polls"
ASKED = {"question": "Which first?", "kind": "runoff", "options": ["Apples", "Pears", "Plums"], "results": "always"}


def asked(user, **more) -> dict:
    answer = Caller(user).post(POLLS, {**ASKED, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def ranked(*numbers: int) -> dict:
    return {"choices": [{"option": number, "value": place} for place, number in enumerate(numbers, 1)]}


def test_a_member_asks_and_others_vote_and_change_their_minds(group, alice, bob):
    poll = asked(bob, write_ins=True)
    assert [option["text"] for option in poll["options"]] == ["Apples", "Pears", "Plums"]
    where = f"{POLLS}/{poll['number']}"
    assert Caller(alice).ask("PUT", f"{where}/ballot", ranked(2, 1)).json() == {"changed": False, "receipt": ""}
    own = {"choices": [{"text": "Quinces", "value": 1}, {"option": 2, "value": 2}]}
    assert Caller(bob).ask("PUT", f"{where}/ballot", own).status_code == 200
    assert Caller(bob).ask("PUT", f"{where}/ballot", ranked(2)).json()["changed"]
    shown = Caller(bob).get(where).json()
    assert (shown["has_voted"], shown["mine"]) == (True, {"2": 1})
    assert shown["result"]["headline"] == "“Pears” is ahead."
    assert shown["options"][3] == {"number": 4, "text": "Quinces", "written_in": True}
    assert Caller(bob).ask("DELETE", f"{where}/ballot").status_code == 204
    assert Caller(alice).post(f"{where}/close").json()["result"]["headline"] == "“Pears” won."
    assert Caller(bob).ask("PUT", f"{where}/ballot", ranked(1)).status_code == 409


def test_an_anonymous_ballot_has_a_receipt_and_no_name(group, alice, bob):
    poll = asked(alice, anonymous=True, kind="single")
    where = f"{POLLS}/{poll['number']}"
    receipt = Caller(bob).ask("PUT", f"{where}/ballot", {"choices": [{"option": 1}]}).json()["receipt"]
    again = {"choices": [{"option": 2}], "receipt": receipt}
    assert receipt
    assert Caller(bob).ask("PUT", f"{where}/ballot", again).json() == {"changed": True, "receipt": receipt}
    shown = Caller(bob).get(where).json()
    assert (shown["has_voted"], shown["mine"], shown["result"]) == (True, None, None)
    assert not Ballot.objects.exists()


def test_what_makes_no_sense_is_said(group, bob, charlie):
    poll = asked(bob)
    ballot = f"{POLLS}/{poll['number']}/ballot"
    assert Caller(bob).post(POLLS, {**ASKED, "options": ["Apples"]}).status_code == 422
    assert Caller(bob).ask("PUT", ballot, ranked(9)).status_code == 422
    refused = Caller(charlie).ask("PUT", ballot, ranked(1))
    assert (refused.status_code, refused.headers["Content-Type"]) == (409, "application/problem+json")


def test_a_long_list_costs_as_much_as_a_short_one(group, bob, django_assert_max_num_queries):
    for number in range(1, 41):
        Poll.objects.create(group=group, number=number, question=f"Question {number}", kind="single", made_by=bob)
    with django_assert_max_num_queries(7):
        first = Caller(None).get(f"{POLLS}?limit=30").json()
    assert [poll["number"] for poll in first["items"]] == list(range(40, 10, -1))
    assert [poll["number"] for poll in Caller(None).get(first["next"]).json()["items"]] == list(range(10, 0, -1))


def test_switched_off_they_are_not_there(group, alice):
    asked(alice)
    turn("polls", False, by=alice)
    assert Caller(alice).get(POLLS).status_code == 503
