"""A few rounds of tests/mail/crash_rounds.py, which says what is killed and how; twenty of each take ten minutes."""

import os

import pytest

from tests.mail.crash_rounds import crash

pytestmark = pytest.mark.slow


def test_kill_9_of_everything_loses_no_letter_and_misses_nobody():
    outcome = crash(rounds=2, posts=200, members=300, embedded=not os.environ.get("DATABASE_URL"))
    assert outcome.is_good, outcome
    assert outcome.accepted >= 200
