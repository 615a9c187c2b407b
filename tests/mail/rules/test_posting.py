from mail.rules import MemberFacts
from mail.rules.posting import check
from mail.rules.types import Action
from tests.mail.rules.posts import TRUSTED, a_post


def test_nothing_was_decided():
    assert check(a_post()) is None
    assert check(a_post(member=None)) is None
    assert check(a_post(member=TRUSTED)) is None


def test_a_refused_member_is_told():
    finding = check(a_post(member=MemberFacts(posting="refused")))
    assert finding.action is Action.REJECT
    assert finding.to_sender


def test_a_moderated_member_waits_even_as_a_moderator():
    assert check(a_post(member=MemberFacts(role="moderator", posting="moderated"))).action is Action.HOLD
