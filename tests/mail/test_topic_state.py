"""What moderators set of a topic reaches the mail: locked, moderated, sent to followers or to nobody."""

import pytest
from django.utils import timezone

from archive.actions.topics import set_state
from archive.models import Reach
from mail.delivery import topics
from mail.delivery.explain import story
from mail.delivery.post import send_on
from mail.digests.due import _Turn
from mail.inbound import facts, pipeline
from mail.inbound.incoming import open_letter
from mail.models import Delivery, InboundState, TopicWish
from tests.builders import make_message
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeds(group):
    return make_message(group, subject="Seed swap", message_id="seeds@example.org")


def answer(**fields):
    return raw(sender="bob@example.org", subject="Re: Seed swap", message_id="<answer@example.org>", **fields)


def test_a_reply_by_mail_to_a_locked_topic_comes_back(group, alice, seeds):
    set_state(seeds.thread, by=alice, locked=True, lock_reason="Decided.")
    inbound = arrived(group, answer(references="<seeds@example.org>"))
    assert pipeline.process(inbound.pk) == InboundState.REJECTED
    inbound.refresh_from_db()
    assert inbound.rule == "locked" and "Decided." in inbound.reason


def test_leaving_the_references_out_does_not_help(group, alice, seeds):
    group.messages.update(sent_at=timezone.now())
    set_state(seeds.thread, by=alice, moderated=True)
    post = facts.gather(open_letter(arrived(group, answer())))
    assert post.topic is not None and post.topic.moderated


def test_who_opens_the_form_to_reply_reads_that_the_topic_is_locked(group, alice, bob, seeds, signed_in):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    set_state(seeds.thread, by=alice, locked=True, lock_reason="Decided.")
    page = signed_in(bob).get(f"/g/gardeners/message/{seeds.number}/reply/")
    assert page.status_code == 403 and "is locked: it takes no more replies. Decided." in page.content.decode()


@pytest.mark.parametrize(("reach", "copies"), [(Reach.USUAL, 2), (Reach.FOLLOWERS, 1), (Reach.NOBODY, 0)])
def test_replies_go_to_whom_the_moderators_let_them(group, alice, bob, seeds, reach, copies):
    topics.choose(bob, seeds, TopicWish.FOLLOW)
    set_state(seeds.thread, by=alice, reach=reach)
    seeds.refresh_from_db()
    reply = make_message(group, parent=seeds, subject="Re: Seed swap")
    assert send_on(reply) == copies
    assert Delivery.objects.filter(address="bob@example.org").count() == min(copies, 1)
    assert (reply in _Turn(group, timezone.now(), []).letters_after(0)) is (reach == Reach.USUAL)


def test_why_nothing_came_is_told(group, alice, bob, seeds):
    set_state(seeds.thread, by=alice, reach=Reach.NOBODY)
    seeds.refresh_from_db()
    reply = make_message(group, parent=seeds, subject="Re: Seed swap")
    reply.refresh_from_db()
    assert "sent to nobody" in " ".join(event.sentence for event in story(reply, "bob@example.org"))
    seeds.refresh_from_db()
    assert "sent to nobody" not in " ".join(event.sentence for event in story(seeds, "bob@example.org"))
