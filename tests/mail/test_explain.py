"""Why didn't I get it? Each way a letter may miss somebody, and each that a copy may take."""

from datetime import timedelta

import pytest
from django.utils import timezone

from archive.models import Message
from groups.actions.leaving import leave
from groups.models import Delivery as Wanted
from groups.models import Membership, Posting
from mail import review
from mail.delivery.explain import never_archived, story
from mail.inbound import pipeline
from mail.models import (
    BounceEvent,
    Category,
    Delivery,
    DeliveryState,
    DigestMark,
    Kind,
    Mailbox,
    MailboxState,
    TopicChoice,
    TopicWish,
)
from tests.builders import make_message, make_transfer, make_user
from tests.mail.builders import make_delivery, make_outgoing
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db
ALICE, BOB = "alice@example.org", "bob@example.org"


def posted(group, **fields) -> Message:
    """A letter by Bob that came in by mail."""
    inbound = arrived(group, raw(**fields))
    pipeline.process(inbound.pk)
    inbound.refresh_from_db()
    return inbound.letter


def told(letter: Message, address: str) -> list[str]:
    return [event.what for event in story(letter, address)]


def said(letter: Message, address: str) -> str:
    return " ".join(f"{event.sentence} {event.detail}" for event in story(letter, address))


def choose(group, of: str = ALICE, **values) -> Membership:
    membership = Membership.objects.get(group=group, user__email=of)
    Membership.objects.filter(pk=membership.pk).update(**values)
    membership.refresh_from_db()
    return membership


def copy_to(address: str, **values) -> Delivery:
    Delivery.objects.filter(address=address).update(**values)
    return Delivery.objects.get(address=address)


def test_a_letter_that_arrived(group):
    letter = posted(group)
    sent = timezone.now()
    copy_to(ALICE, state=DeliveryState.SENT, sent_at=sent, code=250, status="2.0.0", reply="queued as 4711")
    assert told(letter, ALICE) == ["accepted", "archived", "queued", "sent"]
    assert "250 2.0.0 queued as 4711" in said(letter, ALICE)
    assert story(letter, ALICE)[-1].at == sent


def test_the_address_is_found_however_it_is_written(group):
    assert told(posted(group), "Alice@Example.org")[-1] == "waits"


def test_a_letter_that_a_moderator_let_through(group, alice):
    choose(group, BOB, posting=Posting.MODERATED)
    inbound = arrived(group)
    pipeline.process(inbound.pk)
    inbound.refresh_from_db()
    review.approve(inbound, alice)
    letter = Message.objects.get()
    assert told(letter, ALICE)[:4] == ["accepted", "held", "approved", "archived"]
    assert "Alice Owner approved it" in said(letter, ALICE) and "letters wait" in said(letter, ALICE)


def test_a_letter_that_waits_or_was_sent_back_has_a_story_too(group, alice):
    choose(group, BOB, posting=Posting.MODERATED)
    inbound = arrived(group)
    pipeline.process(inbound.pk)
    assert [event.what for event in never_archived(group, "swap-1@example.org")] == ["accepted", "held"]
    inbound.refresh_from_db()
    review.reject(inbound, alice, "Gardens only.")
    events = never_archived(group, "swap-1@example.org")
    assert events[-1].what == "rejected" and "Gardens only. Alice Owner decided so." in events[-1].sentence


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"delivery": Wanted.NONE}, "delivery-none"),
        ({"delivery": Wanted.SPECIAL}, "delivery-special"),
        ({"delivery": Wanted.DIGEST}, "digest-waits"),
        ({"delivery": Wanted.SUMMARY}, "digest-waits"),
        ({"paused_at": timezone.now(), "paused_because": "You paused it."}, "paused"),
    ],
)
def test_what_a_member_chose_kept_it_away(group, values, what):
    choose(group, **values)
    assert told(posted(group), ALICE)[2:] == [what]


def test_it_was_in_a_digest(group):
    member = choose(group, delivery=Wanted.DIGEST)
    letter = posted(group)
    digest = make_outgoing(group, kind=Kind.DIGEST, made_at=timezone.now() + timedelta(hours=1))
    make_delivery(digest, member, reply="ok")
    assert told(letter, ALICE)[2:] == ["in-digest"]
    assert story(letter, ALICE)[-1].at == digest.made_at and "accepted by the relay" in said(letter, ALICE)


def test_it_comes_with_the_next_digest(group):
    member = choose(group, delivery=Wanted.DIGEST)
    due = timezone.now() + timedelta(hours=3)
    DigestMark.objects.create(membership=member, next_at=due)
    assert story(posted(group), ALICE)[-1].at == due


def test_it_was_in_the_daily_mail(group, alice):
    choose(group, delivery=Wanted.NONE)
    alice.daily_mail = True
    alice.save()
    letter = posted(group)
    make_delivery(make_outgoing(kind=Kind.DAILY, made_at=timezone.now() + timedelta(hours=1)), alice)
    assert told(letter, ALICE)[2:] == ["delivery-none", "in-daily"]


def test_the_topic_was_muted(group, alice):
    first = posted(group)
    TopicChoice.objects.create(user=alice, message=first, wish=TopicWish.MUTE)
    answer = posted(group, message_id="<2@example.org>", subject="Re: Seed swap", In_Reply_To="<swap-1@example.org>")
    assert told(answer, ALICE)[2:] == ["muted"]
    assert "They" not in said(answer, ALICE)  # its reader may be the member themselves


def test_an_own_letter_is_not_sent_to_who_does_not_want_it(group):
    choose(group, BOB, own_posts=False)
    assert told(posted(group), BOB)[2:] == ["own-post"]


def test_who_is_in_cc_has_it_already(group):
    letter = posted(group, Cc="Alice <Alice@example.org>")
    assert told(letter, ALICE)[2:] == ["addressed"]


def test_a_suspended_mailbox(group):
    since = timezone.now() - timedelta(days=2)
    Mailbox.objects.create(address=ALICE, state=MailboxState.SUSPENDED, suspended_at=since)
    BounceEvent.objects.create(address=ALICE, category=Category.HARD, status="5.1.1", diagnostic="No such user")
    event = story(posted(group), ALICE)[-1]
    assert (event.what, event.at, event.detail) == ("suspended", since, "5.1.1 No such user")


def test_who_is_no_member(group, charlie):
    assert told(posted(group), "charlie@example.org")[2:] == ["not-member"]
    assert told(posted(group, message_id="<2@x>"), "nobody@example.org")[2:] == ["not-member"]


def test_who_joined_later_and_who_left(group, charlie):
    letter = posted(group)
    member = group.memberships.create(user=charlie)
    assert "began after it was sent" in said(letter, "charlie@example.org")
    leave(member, how="web")
    assert "membership ended after" in said(letter, "charlie@example.org")


def test_a_copy_that_is_tried_again(group):
    letter = posted(group)
    due = timezone.now() + timedelta(minutes=30)
    copy_to(ALICE, state=DeliveryState.DEFERRED, attempts=2, due_at=due, code=451, reply="4.7.1 greylisted")
    event = story(letter, ALICE)[-1]
    assert (event.what, event.at, event.detail) == ("deferred", due, "451 4.7.1 greylisted")


def test_a_copy_that_was_refused(group):
    letter = posted(group)
    copy_to(ALICE, state=DeliveryState.FAILED, attempts=1, code=550, reply="no such user")
    assert told(letter, ALICE)[-1] == "failed" and "550 no such user" in said(letter, ALICE)


def test_a_copy_that_came_back(group):
    letter = posted(group)
    copy = copy_to(ALICE, state=DeliveryState.BOUNCED, sent_at=timezone.now(), reply="mailbox full")
    BounceEvent.objects.create(address=ALICE, category=Category.FULL, diagnostic="mailbox full", delivery=copy)
    assert told(letter, ALICE)[2:] == ["queued", "sent", "bounced"] and "mailbox full" in said(letter, ALICE)


def test_a_copy_to_an_address_the_member_has_left_since(group):
    letter = posted(group)
    choose(group, address="alice@new.example")
    assert told(letter, "alice@new.example")[2] == "queued"


def test_an_imported_letter_went_to_nobody(group):
    letter = make_message(group, transfer=make_transfer(group))
    assert told(letter, ALICE) == ["imported"]


def test_where_nothing_is_known_it_says_so(group):
    assert told(make_message(group, created_at=timezone.now()), ALICE)[-1] == "unknown"


def test_the_story_costs_the_same_in_a_large_group(group, django_assert_max_num_queries):
    for number in range(30):
        group.memberships.create(user=make_user(f"Person{number}"))
    letter = posted(group)
    with django_assert_max_num_queries(10):
        story(letter, ALICE)
