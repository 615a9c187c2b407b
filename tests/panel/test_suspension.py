"""A suspended person: nothing of theirs works from that moment, in any process, and all of it works again when it is lifted."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import suspending
from accounts.actions.suspending import NotSuspendable, suspend
from accounts.models import User
from accounts.sign_in import sign_in_url
from archive.feed_tokens import token_for
from groups.models import Delivery as Wanted
from groups.models import Membership, Waiting
from groups.moderation import deciding
from groups.permissions import Standing
from mail.commands import saying_yes
from mail.inbound import pipeline
from mail.models import Delivery, DeliveryState, Inbound, InboundState
from mail.outbox import stopping
from mail.outbox.send import Sender
from mail.tokens import Yes, to_confirm
from tests.builders import PASSWORD, make_message, make_operator
from tests.mail.builders import make_delivery, make_inbound, make_outgoing
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga():
    return make_operator()


def test_sessions_end_at_once_and_signing_in_says_why(olga, bob, signed_in):
    browser = signed_in(bob)
    assert browser.get(reverse("profile")).status_code == 200
    suspend(user=bob, by=olga, because="Sold pills to everybody.")
    assert browser.get(reverse("profile")).status_code == 302
    said = Client().post(reverse("account_login"), {"login": bob.email, "password": PASSWORD}, follow=True)
    assert "Sold pills to everybody." in said.content.decode() and "postmaster@" in said.content.decode()
    by_link = Client().post(sign_in_url(bob).removeprefix("http://localhost:8000"))
    assert by_link.status_code == 403 and "suspended" in by_link.content.decode()
    suspending.lift(user=bob)
    assert browser.get(reverse("profile")).status_code == 200


def test_private_feeds_end_at_once(olga, bob, members_group):
    make_message(members_group, subject="Bring a chair")
    feed = f"{reverse('group-feed', args=[members_group.slug])}?token={token_for(bob, members_group)}"
    assert "Bring a chair" in Client().get(feed).content.decode()
    suspend(user=bob, by=olga, because="Spam.")
    assert Client().get(feed).status_code in (302, 403, 404)


def test_tokens_of_mails_do_nothing(olga, bob, group):
    membership = Membership.objects.get(user=bob)
    token = to_confirm(Yes.DELIVERY, membership.pk, 4)
    suspend(user=bob, by=olga, because="Spam.")
    assert saying_yes.say_yes(token) is saying_yes.ENDED
    membership.refresh_from_db()
    assert membership.delivery == Wanted.EVERY


def test_their_letters_are_sent_back_and_they_are_told_once(olga, bob, group):
    suspend(user=bob, by=olga, because="Spam.")
    mail.outbox.clear()
    for number in range(3):
        inbound = arrived(group, raw(subject=f"Pills {number}", message_id=f"<{number}@example.org>"))
        pipeline.process_waiting()
    inbound.refresh_from_db()
    assert (inbound.state, inbound.rule) == (InboundState.REJECTED, "banned")
    assert [one.to for one in mail.outbox] == [[bob.email]]
    assert not Inbound.objects.exclude(state=InboundState.REJECTED).exists()


def test_mail_to_them_stops_even_what_was_claimed_and_comes_again(olga, bob, group, tmp_path):
    queued = make_delivery(make_outgoing(group), bob, DeliveryState.QUEUED)
    suspend(user=bob, by=olga, because="Spam.")
    late = make_delivery(make_outgoing(group), bob, DeliveryState.QUEUED)  # queued by somebody who had not heard yet
    Sender(None, tmp_path, {}).send_due()
    assert states(queued, late) == [DeliveryState.STOPPED] * 2
    suspending.lift(user=bob)
    assert states(queued, late) == [DeliveryState.QUEUED] * 2


def states(*deliveries: Delivery) -> list[str]:
    return [Delivery.objects.get(pk=each.pk).state for each in deliveries]


def test_what_waits_from_them_is_not_let_on(olga, alice, bob, group):
    inbound = make_inbound(group, state=InboundState.HELD, spooled={"sender": bob})
    suspend(user=bob, by=olga, because="Spam.")
    waiting = Waiting.objects.get(target=inbound.pk)
    with pytest.raises(deciding.NotAllowed):
        deciding.decide(waiting, "approve", by=alice, standing=Standing(role="owner"))
    assert deciding.decide(waiting, "discard", by=alice, standing=Standing(role="owner"))


def test_other_members_do_not_find_them(olga, alice, bob, charlie, group, signed_in):
    Membership.objects.create(group=group, user=charlie)
    page = reverse("group-members", args=[group.slug])
    suspend(user=bob, by=olga, because="Spam.")
    assert "Bob Member" not in signed_in(charlie).get(page).content.decode()
    assert "Bob Member" in signed_in(alice).get(page).content.decode()


def test_a_suspension_with_an_end_ends(olga, bob):
    suspend(user=bob, by=olga, because="A week off.", until=timezone.now() + timedelta(days=7))
    assert suspending.lift_ended() == []
    assert suspending.lift_ended(timezone.now() + timedelta(days=8)) == [bob]
    assert User.objects.may_act().filter(pk=bob.pk).exists()


def test_who_may_not_be_suspended(olga, bob):
    with pytest.raises(NotSuspendable):
        suspend(user=olga, by=olga, because="Oops.")
    assert suspend(user=bob, by=olga, because="Spam.") is not None
    assert suspend(user=bob, by=olga, because="Again.") is None
    assert stopping.stop_to(bob) == ""
