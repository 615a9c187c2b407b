from mail.rules.empty import check
from mail.rules.types import Action
from tests.mail.rules.posts import a_post


def test_words_are_enough():
    assert check(a_post(text="+1")) is None


def test_a_picture_is_enough():
    assert check(a_post(text="", attachments=1)) is None


def test_nothing_waits():
    assert check(a_post(text=" \n")).action is Action.HOLD


def test_nothing_but_a_quote_waits():
    assert "quote" in check(a_post(text="", quoted="> Forty packets are left.")).reason
