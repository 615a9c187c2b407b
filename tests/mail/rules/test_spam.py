from mail.rules.spam import check_certain, check_suspected
from mail.rules.types import Action
from tests.mail.rules.posts import a_post


def test_an_ordinary_letter_passes():
    assert check_certain(a_post()) is None
    assert check_suspected(a_post(spam_score=4.9)) is None


def test_from_the_first_limit_on_it_waits():
    post = a_post(spam_score=5.0)
    assert check_certain(post) is None
    assert check_suspected(post).action is Action.QUARANTINE


def test_from_the_second_limit_on_it_is_dropped():
    assert check_certain(a_post(spam_score=15.0)).action is Action.DISCARD


def test_the_group_sets_the_limits():
    assert check_suspected(a_post(spam_score=6.0, spam_hold=8.0)) is None


def test_a_mark_without_a_score_is_enough_to_wait():
    assert check_suspected(a_post(spam_flag=True)).action is Action.QUARANTINE
