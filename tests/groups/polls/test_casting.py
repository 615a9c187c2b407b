"""Bob votes, changes his mind, writes something in, and is told why where he may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.actions.leaving import leave
from groups.models import Ban, GroupState, LogEntry, Membership
from groups.polls.actions import (
    Draft,
    NotDone,
    ballots_of,
    close_poll,
    delete_poll,
    edit_poll,
    reopen_poll,
    restore_poll,
    sweep,
)
from groups.polls.casting import NotCounted, ballot_with, cast_ballot, withdraw_ballot
from groups.polls.counting import BadBallot, count
from groups.polls.models import Ballot, Poll
from tests.builders import make_user
from tests.groups.polls.builders import make_poll

pytestmark = pytest.mark.django_db


def result(poll):
    return count(poll.kind, [option.number for option in poll.in_the_order], ballots_of(poll))


def test_bob_votes_and_changes_his_mind(group, alice, bob):
    poll = make_poll(group, alice)
    assert not cast_ballot(poll=poll, voter=bob, choices={1: 1}).changed
    assert cast_ballot(poll=poll, voter=bob, choices={2: 1}, via="mail").changed
    poll.refresh_from_db()
    assert (poll.voted, result(poll).winner, Ballot.objects.get().via) == (1, 2, "mail")
    assert withdraw_ballot(poll=poll, voter=bob)
    poll.refresh_from_db()
    assert poll.voted == 0


def test_where_a_vote_stands_it_stands(group, alice, bob):
    poll = make_poll(group, alice, may_change=False)
    cast_ballot(poll=poll, voter=bob, choices={1: 1})
    with pytest.raises(NotCounted, match="a vote stands"):
        cast_ballot(poll=poll, voter=bob, choices={2: 1})
    with pytest.raises(NotCounted):
        withdraw_ballot(poll=poll, voter=bob)


def test_bad_ballots_are_refused_in_a_sentence(group, alice, bob):
    poll = make_poll(group, alice, "multiple", least=2, most=2)
    with pytest.raises(BadBallot, match="at least"):
        cast_ballot(poll=poll, voter=bob, choices={1: 1})
    with pytest.raises(BadBallot, match="no such option"):
        cast_ballot(poll=poll, voter=bob, choices={1: 1, 9: 1})
    with pytest.raises(NotCounted, match="add no options"):
        cast_ballot(poll=poll, voter=bob, choices={1: 1}, others={"Figs": 1})


def test_what_is_written_in_is_an_option_and_equal_ones_are_one(group, alice, bob):
    poll = make_poll(group, alice, write_ins=True)
    cast_ballot(poll=poll, voter=bob, choices={}, others={" Red  figs ": 1})
    cast_ballot(poll=poll, voter=alice, choices={}, others={"red figs": 1})
    assert [option.words for option in poll.in_the_order] == ["Apples", "Pears", "Plums", "Red figs"]
    assert result(poll).votes[4] == 2


def test_a_date_may_be_written_in(group, alice, bob):
    day = timezone.now().date()
    poll = make_poll(group, alice, "dates", [day], write_ins=True)
    cast_ballot(poll=poll, voter=bob, choices={1: 0}, others={"2027-01-09 19:00": 2})
    assert [option.words for option in poll.in_the_order][1] == "Sat 9 Jan 2027, 19:00"
    with pytest.raises(NotCounted, match="no day or time"):
        cast_ballot(poll=poll, voter=bob, choices={}, others={"some day": 2})


def test_who_may_not_vote_is_told_why(group, alice, bob, charlie):
    polls = {who: make_poll(group, alice, voters=who) for who in ("members", "earlier", "moderators", "readers")}
    late = make_user("Late")
    Membership.objects.create(group=group, user=late)

    def refusal(who, voter):
        try:
            cast_ballot(poll=polls[who], voter=voter, choices={1: 1})
        except NotCounted as error:
            return str(error)
        return ""

    assert refusal("readers", charlie) == refusal("members", late) == refusal("earlier", bob) == ""
    assert "Only members" in refusal("members", charlie)
    assert "when the poll opened" in refusal("earlier", late)
    assert "Only owners" in refusal("moderators", bob)
    Ban.objects.create(group=group, value=charlie.email)
    assert "banned" in refusal("readers", charlie)
    leave(Membership.objects.get(group=group, user=bob), how="web")
    assert "Only members" in refusal("members", bob)
    group.state = GroupState.LOCKED
    group.save()
    assert "not open" in refusal("members", alice)


def test_a_poll_closes_when_its_time_has_come_and_once(group, alice, bob):
    poll = make_poll(group, alice, closes_at=timezone.now() + timedelta(hours=1))
    assert sweep() == 0
    Poll.objects.update(closes_at=timezone.now())
    with pytest.raises(NotCounted, match="closed"):
        cast_ballot(poll=poll, voter=bob, choices={1: 1})
    assert (sweep(), sweep()) == (1, 0)
    assert not close_poll(poll=poll, by=alice)
    assert reopen_poll(poll=poll, by=alice)
    cast_ballot(poll=poll, voter=bob, choices={1: 1})
    lines = LogEntry.objects.order_by("id").values_list("action", "by__name")
    assert list(lines) == [("poll.opened", "Alice Owner"), ("poll.closed", None), ("poll.reopened", "Alice Owner")]


def test_after_the_first_ballot_options_stay(group, alice, bob):
    poll = make_poll(group, alice)
    edit_poll(poll=poll, by=alice, draft=Draft(question="Trees?", kind="multiple", options=["Oak", "Elm", "oak"]))
    assert [option.words for option in poll.in_the_order] == ["Oak", "Elm"]
    cast_ballot(poll=poll, voter=bob, choices={1: 1})
    edit_poll(poll=poll, by=alice, draft=Draft(question="Bushes?", kind="single", options=["Box"], details="More."))
    poll.refresh_from_db()
    assert (poll.question, poll.details, poll.options.count()) == ("Trees?", "More.", 2)
    close_poll(poll=poll, by=alice)
    with pytest.raises(NotDone):
        edit_poll(poll=poll, by=alice, draft=Draft(question="x", kind="single", options=["y"]))


def test_a_deleted_poll_comes_back_as_it_was_and_is_destroyed_after_a_month(group, alice, bob):
    poll = make_poll(group, alice)
    cast_ballot(poll=poll, voter=bob, choices={1: 1})
    close_poll(poll=poll, by=alice)
    assert delete_poll(poll=poll, by=alice)
    assert restore_poll(poll=poll, by=alice)
    poll.refresh_from_db()
    assert (poll.state, poll.voted) == ("closed", 1)
    delete_poll(poll=poll, by=alice)
    sweep(timezone.now() + timedelta(days=31))
    assert not Poll.objects.exists()


def test_an_anonymous_ballot_is_changed_with_its_receipt_alone(group, alice, bob):
    poll = make_poll(group, alice, anonymous=True)
    receipt = cast_ballot(poll=poll, voter=bob, choices={1: 1}).receipt
    with pytest.raises(NotCounted, match="receipt"):
        cast_ballot(poll=poll, voter=bob, choices={2: 1})
    assert cast_ballot(poll=poll, voter=bob, choices={2: 1}, receipt=receipt.lower().replace("-", " ")).changed
    assert ballot_with(poll, receipt) == {"2": 1}
    assert ballot_with(poll, "AAAAA-AAAAA-AAAAA-AAAAA") is None
    close_poll(poll=poll, by=alice)
    assert result(poll).votes == {1: 0, 2: 1, 3: 0}
    with pytest.raises(NotDone, match="anonymous"):
        reopen_poll(poll=poll, by=alice)


def test_what_is_written_in_anonymously_is_seen_after_closing(group, alice, bob):
    poll = make_poll(group, alice, anonymous=True, write_ins=True)
    cast_ballot(poll=poll, voter=bob, choices={}, others={"Red figs": 1})
    cast_ballot(poll=poll, voter=alice, choices={}, others={"red Figs": 1})
    assert poll.options.count() == 3
    close_poll(poll=poll, by=alice)
    assert result(poll).votes[4] == 2


def test_a_date_written_in_anonymously_is_the_same_moment_in_every_zone(group, alice, bob):
    poll = make_poll(group, alice, "dates", [timezone.now()], anonymous=True, write_ins=True)
    with timezone.override("Asia/Tokyo"):
        cast_ballot(poll=poll, voter=bob, choices={}, others={"2027-01-09 19:00": 2})
    cast_ballot(poll=poll, voter=alice, choices={}, others={"2027-01-09 10:00": 2})
    close_poll(poll=poll, by=alice)
    assert result(poll).yes == {1: 0, 2: 2}
