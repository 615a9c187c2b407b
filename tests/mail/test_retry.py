"""When a copy is tried again, and when it is given up."""

from datetime import timedelta

import pytest

from mail.outbox.retry import GIVE_UP, NO_ANSWER, is_permanent, next_try, split_status

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
YOUNG = timedelta(minutes=2)


@pytest.mark.parametrize(
    "code, status",
    [(550, "5.1.1"), (550, ""), (553, "5.1.3"), (554, "5.7.1"), (552, "5.3.4"), (552, "5.2.3"), (521, "")],
)
def test_a_final_refusal_is_final(code, status):
    assert is_permanent(code, status)
    assert next_try(code, 1, YOUNG, status) is None


@pytest.mark.parametrize("code, status", [(552, ""), (552, "5.2.2"), (550, "5.2.2"), (550, "4.2.1"), (554, "5.4.5")])
def test_what_looks_final_and_passes_is_tried_again(code, status):
    assert not is_permanent(code, status)
    assert next_try(code, 1, YOUNG, status) is not None


@pytest.mark.parametrize("code, text", [(NO_ANSWER, ""), (421, ""), (451, ""), (452, "Greylisted, try again in 60 s")])
def test_what_passes_soon_is_tried_again_within_minutes(code, text):
    assert next_try(code, 1, YOUNG, "", text) <= 5 * MINUTE


@pytest.mark.parametrize(
    "code, status", [(450, "4.2.1"), (421, "4.7.0"), (421, "4.7.28"), (552, "5.2.2"), (452, "4.3.2")]
)
def test_who_asks_us_to_slow_down_is_not_asked_again_at_once(code, status):
    assert next_try(code, 1, YOUNG, status) >= 15 * MINUTE


def test_waits_grow_and_never_exceed_four_hours():
    waits = [next_try(451, attempts, YOUNG) for attempts in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[-1] == 4 * HOUR


def test_after_five_days_it_is_given_up_and_not_before():
    assert next_try(451, 30, GIVE_UP) is None
    assert next_try(451, 30, GIVE_UP - HOUR) == HOUR


def test_the_enhanced_code_is_read_off_the_reply():
    assert split_status("5.1.1 <bob@example.org>: unknown") == ("5.1.1", "<bob@example.org>: unknown")
    assert split_status("mailbox full") == ("", "mailbox full")
    assert split_status("4.7.0") == ("4.7.0", "")
