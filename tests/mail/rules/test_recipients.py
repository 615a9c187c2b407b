from mail.rules.recipients import check
from mail.rules.types import Action
from tests.mail.rules.posts import TRUSTED, a_post


def test_as_many_as_the_group_allows_pass():
    assert check(a_post(recipients=20, most_recipients=20)) is None


def test_more_wait():
    assert check(a_post(recipients=21, most_recipients=20)).action is Action.HOLD


def test_none_is_no_limit():
    assert check(a_post(recipients=500, most_recipients=0)) is None


def test_who_never_waits_may_write_to_many():
    assert check(a_post(recipients=500, member=TRUSTED)) is None
