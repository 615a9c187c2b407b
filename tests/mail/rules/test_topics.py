from mail.rules.topics import check
from mail.rules.types import Action
from tests.mail.rules.posts import MODERATOR, a_post


def test_other_groups_do_not_care():
    assert check(a_post()) is None


def test_a_new_topic_waits_whatever_its_subject_pretends():
    assert check(a_post(moderation="topics", subject="Re: Seed swap")).action is Action.HOLD


def test_an_answer_goes_out():
    assert check(a_post(moderation="topics", is_answer=True)) is None


def test_a_moderator_begins_topics():
    assert check(a_post(moderation="topics", member=MODERATOR)) is None
