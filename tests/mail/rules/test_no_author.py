from mail.rules.no_author import check
from mail.rules.types import Action
from tests.mail.rules.posts import a_post


def test_a_letter_with_an_author_passes():
    assert check(a_post()) is None


def test_a_letter_without_an_author_waits():
    assert check(a_post(authors=())).action is Action.HOLD
