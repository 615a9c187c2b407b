from mail.rules import judge
from mail.rules.types import Action, TopicFacts
from tests.mail.rules.posts import MODERATOR, TRUSTED, a_post

LOCKED = TopicFacts("Seed swap", locked=True, lock_reason="Decided on 3 May.")


def test_a_reply_to_a_locked_topic_is_sent_back_with_the_reason():
    verdict = judge(a_post(topic=LOCKED, member=TRUSTED))
    assert (verdict.action, verdict.rule) == (Action.REJECT, "locked")
    assert "Decided on 3 May." in verdict.to_sender and "new topic" in verdict.to_sender


def test_moderators_may_have_the_last_word():
    assert judge(a_post(topic=LOCKED, member=MODERATOR)).action is Action.ACCEPT


def test_another_topic_is_not_locked():
    assert judge(a_post(topic=TopicFacts("Hedges"))).action is Action.ACCEPT


def test_all_replies_to_a_moderated_topic_wait_but_those_of_who_never_waits():
    topic = TopicFacts("Hedges", moderated=True)
    assert judge(a_post(topic=topic)).rule == "moderated-topic"
    assert judge(a_post(topic=topic, member=TRUSTED)).action is Action.ACCEPT


def test_who_answers_a_moved_topic_reads_where_it_goes_on():
    verdict = judge(a_post(answers_moved=True, moved_to="Hedges, hedges@lists.example"))
    assert verdict.rule == "moved" and "hedges@lists.example" in verdict.to_sender
    assert "another group" in judge(a_post(answers_moved=True)).to_sender
