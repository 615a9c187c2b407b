from mail.rules.size import check
from mail.rules.types import Action
from tests.mail.rules.posts import MODERATOR, a_post


def test_just_small_enough_passes():
    assert check(a_post(size=40 * 1024, largest_kb=40)) is None


def test_one_byte_more_waits():
    finding = check(a_post(size=40 * 1024 + 1, largest_kb=40))
    assert finding.action is Action.HOLD
    assert "40 KB" in finding.to_sender


def test_moderators_know_what_they_do():
    assert check(a_post(size=10**8, member=MODERATOR)) is None
