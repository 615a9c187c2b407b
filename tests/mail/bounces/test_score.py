"""What a row of reports means for a mailbox."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.bounces.score import PROBES_AFTER, Event, is_incident, next_probe, standing

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def days_ago(*days: float, category: str = "hard", in_incident: bool = False) -> list[Event]:
    return [Event(NOW - timedelta(days=day), category, in_incident) for day in days]


def test_nothing_came_back():
    assert standing([], NOW).state == "normal"


def test_one_bad_day_is_soft():
    assert standing(days_ago(0), NOW).state == "soft"


def test_fifty_reports_of_one_day_are_one():
    assert standing(days_ago(*[0.001 * n for n in range(50)]), NOW).score == 1.0


def test_three_days_of_no_such_user_suspend():
    assert standing(days_ago(0, 1, 2), NOW).state == "suspended"


def test_a_full_mailbox_takes_longer():
    assert standing(days_ago(0, 1, 2, category="full"), NOW).state == "soft"
    assert standing(days_ago(0, 1, 2, 3, 4, 5, category="full"), NOW).state == "suspended"


@pytest.mark.parametrize("category", ["policy", "delay", "auto-reply", "complaint"])
def test_what_is_not_the_members_fault_never_counts(category):
    assert standing(days_ago(*range(40), category=category), NOW).state == "normal"


def test_an_incident_counts_for_nobody():
    assert standing(days_ago(0, 1, 2, 3, in_incident=True), NOW).state == "normal"


def test_two_calm_weeks_make_good_for_a_bad_day():
    assert standing(days_ago(15), NOW).state == "normal"


def test_silence_does_not_lift_a_suspension():
    assert standing(days_ago(40, 41, 42), NOW).state == "suspended"


def test_what_is_two_months_old_is_forgotten():
    assert standing(days_ago(61, 62, 63), NOW).state == "normal"


@given(
    st.lists(st.tuples(st.floats(0, 70), st.sampled_from(["hard", "full", "delay", "policy", "unknown"])), max_size=30)
)
def test_the_order_of_arrival_does_not_matter(reports):
    events = [Event(NOW - timedelta(days=day), category) for day, category in reports]
    assert standing(events, NOW) == standing(events[::-1], NOW)


def test_probes_come_rarer_and_end():
    assert next_probe(NOW, 0) == NOW + PROBES_AFTER[0]
    assert next_probe(NOW, len(PROBES_AFTER)) is None


@pytest.mark.parametrize(("failed", "sent", "incident"), [(50, 60, True), (4, 4, False), (5, 15, True), (5, 16, False)])
def test_a_large_part_of_a_domain_is_an_incident(failed, sent, incident):
    assert is_incident(failed, sent) is incident
