import pytest

from mail.rules.own_address import check
from mail.rules.types import Action
from tests.mail.rules.posts import a_post


@pytest.mark.parametrize("author", ["bob@example.org", "gardeners@example.org", "gardeners2@lists.example"])
def test_other_authors_pass(author):
    assert check(a_post(authors=(author,))) is None


@pytest.mark.parametrize("author", ["gardeners@lists.example", "gardeners+owner@lists.example"])
def test_nobody_writes_in_the_groups_name(author):
    assert check(a_post(authors=("bob@example.org", author))).action is Action.HOLD
