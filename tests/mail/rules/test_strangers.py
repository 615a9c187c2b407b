import pytest

from mail.rules.strangers import check
from mail.rules.types import Action
from tests.mail.rules.posts import a_post


def test_members_pass():
    assert check(a_post(strangers="reject")) is None


@pytest.mark.parametrize(
    ("policy", "action"), [("hold", Action.HOLD), ("reject", Action.REJECT), ("discard", Action.DISCARD)]
)
def test_the_group_says_what_becomes_of_strangers(policy, action):
    finding = check(a_post(member=None, strangers=policy))
    assert finding.action is action
    assert finding.reason == "bob@example.org is not a member."


def test_a_group_may_let_everybody_write():
    assert check(a_post(member=None, strangers="accept")) is None


def test_who_is_sent_back_hears_how_to_join():
    assert "gardeners+subscribe@lists.example" in check(a_post(member=None, strangers="reject")).to_sender
