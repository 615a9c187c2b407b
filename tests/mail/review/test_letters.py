import pytest
from django.core import mail as outbox

from archive.models import Message
from groups.models import Membership, Posting
from mail import review
from mail.inbound import pipeline
from mail.models import InboundState
from tests.mail.letters import arrived

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(group, bob):
    Membership.objects.filter(user=bob).update(posting=Posting.MODERATED)
    inbound = arrived(group)
    pipeline.process(inbound.pk)
    outbox.outbox.clear()
    inbound.refresh_from_db()
    return inbound


def bobs(group):
    return Membership.objects.get(group=group, user__email="bob@example.org")


def test_an_approved_letter_is_archived_and_counted(held, group, alice):
    assert review.approve(held, alice)
    held.refresh_from_db()
    assert (held.state, held.letter, held.decided_by) == (InboundState.ARCHIVED, Message.objects.get(), alice)
    assert bobs(group).approved_posts == 1


def test_it_is_handed_over_like_any_other_post(held, alice, monkeypatch):
    handed = []
    monkeypatch.setattr("mail.inbound.posts.send_all_on", handed.extend)
    review.approve(held, alice)
    assert handed == [(Message.objects.get(), held)]


def test_a_rejected_letter_comes_back_with_the_moderators_words(held, group, alice):
    assert review.reject(held, alice, "Please write about gardens.")
    held.refresh_from_db()
    assert (held.state, held.reason) == (InboundState.REJECTED, "Please write about gardens.")
    (letter,) = outbox.outbox
    assert (letter.to, "Please write about gardens." in letter.body) == (["bob@example.org"], True)
    assert bobs(group).rejected_posts == 1
    assert not Message.objects.exists()


def test_of_a_discarded_letter_nobody_hears(held, group, alice):
    assert review.discard(held, alice)
    held.refresh_from_db()
    assert (held.state, held.rule, outbox.outbox) == (InboundState.DISCARDED, "posting", [])


@pytest.mark.parametrize("decision", [review.approve, review.reject, review.discard])
def test_what_is_decided_is_not_decided_again(held, group, alice, bob, decision):
    review.approve(held, alice)
    assert not decision(held, bob)
    held.refresh_from_db()
    assert (held.state, held.decided_by) == (InboundState.ARCHIVED, alice)
    assert (bobs(group).approved_posts, bobs(group).rejected_posts) == (1, 0)


def test_where_handing_over_fails_nothing_was_decided(held, alice, monkeypatch):
    monkeypatch.setattr("mail.inbound.posts.send_all_on", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        review.approve(held, alice)
    held.refresh_from_db()
    assert (held.state, held.decided_by) == (InboundState.HELD, None)
    assert not Message.objects.exists()
