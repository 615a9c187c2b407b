from mail.rules.duplicate import check
from mail.rules.types import Action
from tests.mail.rules.posts import a_post


def test_a_new_letter_passes():
    assert check(a_post()) is None


def test_a_second_copy_is_dropped():
    assert check(a_post(is_duplicate=True)).action is Action.DISCARD
