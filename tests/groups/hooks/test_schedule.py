"""When a receiver that fails is asked again."""

from datetime import timedelta
from itertools import count
from pathlib import Path

from groups.hooks import schedule


def test_it_goes_on_for_about_three_days_and_gives_up_once():
    waits = []
    for attempt in count(1):
        wait = schedule.next_try(attempt, 0.5)
        if wait is None:
            break
        waits.append(wait)
    assert waits == sorted(waits)
    assert timedelta(days=2.9) < sum(waits, timedelta()) < timedelta(days=3.3)


def test_those_that_failed_together_do_not_come_back_together():
    early, late = (schedule.next_try(6, chance) for chance in (0, 1))
    assert early == timedelta(minutes=48) and late == timedelta(minutes=72)


def test_a_receiver_may_ask_for_more_time_never_for_less():
    hour = schedule.next_try(6, 0.5)
    assert schedule.next_try(6, 0.5, timedelta(hours=3)) == timedelta(hours=3)
    assert schedule.next_try(6, 0.5, timedelta(seconds=1)) == hour
    assert schedule.next_try(1, 0.5, timedelta(days=300)) == schedule.LONGEST_WISH


def test_whoever_fails_in_a_row_rests_longer_each_time():
    assert [schedule.rest(failures).total_seconds() for failures in (0, 1, 2, 3, 9, 99)] == [0, 0, 10, 20, 600, 600]


def test_the_table_in_the_documentation_is_the_schedule():
    page = (Path(__file__).parents[3] / "docs/webhooks.md").read_text()
    rows = [line.split("|")[2].strip() for line in page.splitlines() if line.startswith("| after attempt ")]
    assert rows == [_words(wait) for wait in schedule.STEPS]


def _words(wait: timedelta) -> str:
    seconds = round(wait.total_seconds())
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
