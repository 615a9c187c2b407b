from mail.rules.destination import check
from mail.rules.types import Action
from tests.mail.rules.posts import TRUSTED, a_post


def test_a_letter_that_names_the_group_passes():
    assert check(a_post()) is None


def test_a_blind_copy_waits():
    finding = check(a_post(addressed=False))
    assert finding.action is Action.HOLD
    assert "gardeners@lists.example" in finding.to_sender


def test_who_never_waits_may_send_blind_copies():
    assert check(a_post(addressed=False, member=TRUSTED)) is None
