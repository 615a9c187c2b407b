import pytest

from mail.rules.announcements import check
from mail.rules.types import Action
from tests.mail.rules.posts import MODERATOR, TRUSTED, a_post


def test_in_other_groups_members_write():
    assert check(a_post()) is None


@pytest.mark.parametrize("member", [MODERATOR, TRUSTED])
def test_moderators_and_whom_they_trust_announce(member):
    assert check(a_post(posting="moderators", member=member)) is None


def test_a_member_is_told_whom_to_write_to():
    finding = check(a_post(posting="moderators"))
    assert finding.action is Action.REJECT
    assert "gardeners+owner@lists.example" in finding.to_sender


def test_strangers_announce_nothing_even_where_they_are_welcome():
    assert check(a_post(posting="moderators", member=None)).action is Action.REJECT
