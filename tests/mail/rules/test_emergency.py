from mail.rules.emergency import check
from mail.rules.types import Action
from tests.mail.rules.posts import MODERATOR, a_post


def test_on_quiet_days_nothing_waits():
    assert check(a_post()) is None


def test_in_an_emergency_even_moderators_wait():
    assert check(a_post(emergency=True, member=MODERATOR)).action is Action.HOLD
