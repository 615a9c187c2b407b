from mail.rules import MemberFacts
from mail.rules.moderation import check
from mail.rules.types import Action
from tests.mail.rules.posts import BOB, MODERATOR, TRUSTED, a_post


def test_without_moderation_everything_passes():
    assert check(a_post()) is None


def test_where_every_post_waits_only_the_trusted_do_not():
    assert check(a_post(moderation="all", member=BOB)).action is Action.HOLD
    assert check(a_post(moderation="all", member=TRUSTED)) is None
    assert check(a_post(moderation="all", member=MODERATOR)) is None


def test_a_new_members_first_post_waits():
    assert check(a_post(moderation="first")).action is Action.HOLD


def test_after_enough_approved_posts_nothing_waits_any_more():
    assert check(a_post(moderation="first", first_posts=3, member=MemberFacts(approved_posts=2))).action is Action.HOLD
    assert check(a_post(moderation="first", first_posts=3, member=MemberFacts(approved_posts=3))) is None


def test_a_stranger_is_always_new():
    assert check(a_post(moderation="first", member=None)).action is Action.HOLD


def test_the_sentences_are_grammatical():
    one, three = check(a_post(moderation="first")), check(a_post(moderation="first", first_posts=3))
    assert (one.reason, three.reason) == (
        "A new member's first letter waits; 0 approved so far.",
        "A new member's first 3 letters wait; 0 approved so far.",
    )
