import pytest

from mail.rules.administrivia import check
from mail.rules.types import Action
from tests.mail.rules.posts import a_post


@pytest.mark.parametrize(
    "body",
    [
        "unsubscribe",
        "Unsubscribe.\n",
        "Please unsubscribe me!",
        "remove me",
        "unsubscribe gardeners",
        "unsubcribe linux-mips bob@example.org",
        "Please unsubscribe me from this list.",
        "Please take me off this mailing list",
        "please remove me from the list, thanks",
        "how do I unsubscribe?",
        "Bitte melden Sie mich ab",
        "Merci de me désinscrire",
        "отписаться",
        "请退订",
        "退会します",
        "STOP",
    ],
)
def test_a_letter_that_only_wants_to_leave_waits_and_says_how(body):
    finding = check(a_post(subject="hello", text=body))
    assert finding.action is Action.HOLD
    assert "gardeners+unsubscribe@lists.example" in finding.to_sender


def test_the_wish_may_stand_in_the_subject_alone():
    assert check(a_post(subject="UNSUBSCRIBE", text="thanks, Bob")).action is Action.HOLD


def test_a_letter_about_leaving_passes():
    post = a_post(subject="Unsubscribe", text="Does anybody know why the unsubscribe link in the newsletter fails?")
    assert check(post) is None


def test_help_is_pointed_to():
    assert "gardeners+help@lists.example" in check(a_post(text="help")).to_sender


def test_ordinary_words_pass():
    assert check(a_post()) is None


def test_a_call_for_help_with_a_story_below_passes():
    assert check(a_post(subject="Help!", text="With all respect, this is new to me. " * 20)) is None
    assert check(a_post(subject="Help!", text="My beans are all covered with black aphids.")) is None


def test_a_subject_of_one_word_with_a_sentence_below_passes():
    assert check(a_post(subject="Info", text="The gate is locked on Monday.")) is None
    assert check(a_post(subject="Join", text="We meet at ten.")) is None
    assert check(a_post(subject="", text="Take my tomatoes, I have too many!")) is None
