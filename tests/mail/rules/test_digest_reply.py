import pytest

from mail.rules.digest_reply import check
from mail.rules.types import Action
from tests.mail.rules.posts import a_post


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Gardeners Digest, Vol 12, Issue 3",
        "Re: [gardeners] Digest, Vol 12, Issue 3",
        "RE: [gardeners] Digest Number 401",
        "AW: gardeners digest #88",
        "[gardeners] Re: Digest, Vol 4, Issue 1",
    ],
)
def test_an_answer_to_a_digest_comes_back_with_advice(subject):
    finding = check(a_post(subject=subject))
    assert finding.action is Action.REJECT
    assert "press Reply there" in finding.to_sender


@pytest.mark.parametrize(
    "subject", ["Re: Seed swap", "Digest, Vol 12", "Re: Reader's Digest article on slugs", "Re: digestion"]
)
def test_other_subjects_pass(subject):
    assert check(a_post(subject=subject)) is None


def test_a_whole_digest_quoted_below_nothing_comes_back():
    quoted = "> Today's Topics:\n>\n>   1. Seed swap (Marta Berg)\n"
    assert check(a_post(text="\n", quoted=quoted)).action is Action.REJECT


def test_a_digest_quoted_below_words_passes():
    assert check(a_post(text="I can bring beans.", quoted="> Today's Topics:\n")) is None
