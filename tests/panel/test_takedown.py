"""A group that was taken down: every door is shut from that moment, in every process, and opens again with all of it."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.models import Message
from archive.search import indexer
from common import caching
from groups.actions.joining import Asked, ask_to_join
from groups.actions.takedown import put_back, take_down
from groups.hooks.models import Hook
from groups.models import Group, Membership
from mail.delivery.post import send_all_on
from mail.digests import daily, due
from mail.inbound import pipeline, spool
from mail.models import Delivery, DeliveryState, InboundState
from mail.outbox.send import Sender
from tests.builders import make_message, make_operator
from tests.mail.builders import make_delivery, make_inbound, make_outgoing
from tests.mail.letters import arrived

pytestmark = pytest.mark.django_db
SAYS = "This group was taken down"


@pytest.fixture
def letter(group) -> Message:
    return make_message(group, subject="Zebrafish", files=[("zebra.png", "image/png", b"zebra")])


def doors(group: Group, letter: Message) -> list[str]:
    number = letter.number
    return [
        reverse("group-home", args=[group.slug]),
        reverse("group-feed", args=[group.slug]),
        reverse("group-search", args=[group.slug]) + "?q=zebrafish",
        reverse("message", args=[group.slug, number]),
        reverse("attachment", args=[group.slug, number, 1, "zebra.png"]),
        reverse("export", args=[group.slug]),
        reverse("export-mbox", args=[group.slug]),
        reverse("group-members", args=[group.slug]),
        reverse("moderation", args=[group.slug]),
    ]


def test_every_door_is_shut_at_once_and_opens_again(group, letter, alice, signed_in):
    olga, browser = make_operator(), Client()
    owner, operator = signed_in(alice), signed_in(olga)
    before = [owner.get(door).status_code for door in doors(group, letter)]
    assert browser.get(doors(group, letter)[0]).status_code == 200
    take_down(group=group, by=olga, because="A court said so.")
    for door in doors(group, letter):
        page = browser.get(door)
        assert page.status_code == 410 and "no-store" in page["Cache-Control"], door
        assert SAYS in page.content.decode() and "court" not in page.content.decode()
        assert owner.get(door).status_code == 410 and "A court said so." in owner.get(door).content.decode(), door
    assert operator.get(doors(group, letter)[0]).status_code == 200  # who runs the site must be able to look
    put_back(group=group, by=olga)
    assert [owner.get(door).status_code for door in doors(group, letter)] == before


def test_pages_that_another_process_kept_are_not_shown(group, letter, settings):
    kept, caching.kept.limit = caching.kept.limit, 1024 * 1024
    try:
        page, browser = reverse("message", args=[group.slug, letter.number]), Client()
        assert "Zebrafish" in browser.get(page).content.decode() and caching.kept.size
        assert "Riverside" in browser.get("/").content.decode()
        # as another process would do it: nothing in this one is told
        now = timezone.now()
        Group.objects.filter(pk=group.pk).update(taken_down_at=now, changed_at=now)
        assert browser.get(page).status_code == 410
        assert "Riverside" not in browser.get("/").content.decode()
    finally:
        caching.kept.limit = kept
        caching.kept.clear()


def test_it_is_found_nowhere(group, letter, bob, signed_in):
    indexer.enqueue(letter.pk, letter.pk)
    indexer.index_pending()
    search, lookup = "/search/?q=zebrafish", reverse("lookup", args=[letter.message_id])
    assert "Zebrafish" in Client().get(search).content.decode()
    take_down(group=group, by=make_operator(), because="Spam.")
    for browser in (Client(), signed_in(bob)):
        assert "Zebrafish" not in browser.get(search).content.decode()
        assert browser.get(lookup).status_code == 404
    assert "Riverside" not in Client().get("/").content.decode()
    assert "taken down" in signed_in(bob).get("/").content.decode()


def test_a_private_group_is_no_more_known_than_before(private_group, charlie, signed_in):
    take_down(group=private_group, by=make_operator(), because="Spam.")
    assert signed_in(charlie).get(reverse("group-home", args=[private_group.slug])).status_code == 404


def test_mail_to_it_is_refused_at_the_door_and_behind_it(group, bob):
    behind = arrived(group)
    assert spool.knows(group.address)
    take_down(group=group, by=make_operator(), because="Spam.")
    assert not spool.knows(group.address) and not spool.knows(f"{group.slug}+subscribe@posthouse.localhost")
    pipeline.process_waiting()
    behind.refresh_from_db()
    assert (behind.state, behind.rule) == (InboundState.REJECTED, "closed")
    assert ask_to_join(group=group, address="new@example.org").outcome == Asked.CLOSED


def test_mail_out_stops_and_goes_on(group, letter, bob, tmp_path):
    queued = make_delivery(make_outgoing(group, letter), bob, DeliveryState.QUEUED)
    Membership.objects.filter(user=bob).update(delivery="digest")
    due.begin_marks(letter.created_at)
    olga = make_operator()
    take_down(group=group, by=olga, because="Spam.")
    late = make_delivery(make_outgoing(group, letter), bob, DeliveryState.QUEUED)
    send_all_on([(letter, make_inbound(group))])
    Sender(None, tmp_path, {}).send_due()
    assert {each.state for each in Delivery.objects.all()} == {DeliveryState.STOPPED}
    assert set(Delivery.objects.values_list("pk", flat=True)) == {queued.pk, late.pk}  # nothing new was fanned out
    assert due.send_due() == daily.send_due() == 0
    put_back(group=group, by=olga)
    Sender(None, tmp_path, {}).send_due()
    assert {each.state for each in Delivery.objects.filter(pk__in=[queued.pk, late.pk])} == {DeliveryState.SENT}


def test_its_webhooks_are_told_nothing_meanwhile(group):
    hook = Hook.objects.create(group=group, url="https://hooks.example/")
    olga = make_operator()
    take_down(group=group, by=olga, because="Spam.")
    assert not Hook.objects.listening().exists()
    put_back(group=group, by=olga)
    assert list(Hook.objects.listening()) == [hook]


def test_nobody_is_counted_twice(group):
    olga = make_operator()
    assert take_down(group=group, by=olga, because="Spam.") is not None
    assert take_down(group=group, by=olga, because="Spam.") is None
    assert put_back(group=group, by=olga) is not None
    assert put_back(group=group, by=olga) is None
    cache.clear()
