"""Following and muting hashtags: who gets which copy."""

import pytest
from django.utils import timezone

from archive.actions.tagging import tag_arrivals
from archive.models import Hashtag
from mail.delivery.explain import story
from mail.delivery.fanout import fan_out
from mail.delivery.topics import choose
from mail.digests.due import _by_what_they_leave_out, _Reader, _Turn
from mail.inbound import pipeline
from mail.models import Delivery, HashtagChoice
from tests.builders import make_message
from tests.mail.builders import make_outgoing
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(group):
    found = make_message(group, subject="#harvest #beans Potatoes are in", sender="x@example.net")
    tag_arrivals(group, [found])
    return found


def wish(user, name, wanted):
    HashtagChoice.objects.create(user=user, hashtag=Hashtag.objects.get(name=name), wish=wanted)


def receivers(letter) -> set[str]:
    fan_out(letter, make_outgoing(letter.group, letter))
    return set(Delivery.objects.values_list("address", flat=True))


def test_who_muted_the_tag_gets_no_letter_of_its_topics(letter, bob):
    wish(bob, "harvest", "mute")
    assert receivers(letter) == {"alice@example.org"}
    assert "A hashtag of this topic is muted." in [event.sentence for event in story(letter, bob.email)]


def test_who_follows_it_gets_them_whatever_else_they_chose(group, letter, bob):
    group.memberships.update(delivery="none")
    wish(bob, "harvest", "follow")
    assert receivers(letter) == {"bob@example.org"}


def test_following_one_tag_counts_more_than_muting_another(letter, bob):
    wish(bob, "harvest", "follow")
    wish(bob, "beans", "mute")
    assert "bob@example.org" in receivers(letter)


def test_what_was_said_about_the_topic_itself_counts_more(letter, bob):
    wish(bob, "harvest", "mute")
    choose(bob, letter, "follow")
    assert "bob@example.org" in receivers(letter)


def test_digests_leave_muted_tags_out(group, letter, bob):
    wish(bob, "harvest", "mute")
    reader = _Reader(1, 1, bob.pk, bob.email, None, "", 7, True)
    assert list(_by_what_they_leave_out(_Turn(letter.group, timezone.now(), []), [reader], [letter])) == [
        frozenset({letter.thread_id})
    ]


def test_a_new_letter_is_tagged_before_its_copies_are_made(group, letter, bob, signed_in):
    signed_in(bob).post("/g/gardeners/tags/harvest/wish/", {"wish": "mute"})
    assert HashtagChoice.objects.get().user == bob
    inbound = arrived(
        group, raw(sender="alice@example.org", subject="#harvest Beans"), envelope_from="alice@example.org"
    )
    pipeline.process(inbound.pk)
    assert set(Delivery.objects.values_list("address", flat=True)) == {"alice@example.org"}


def test_only_members_choose(letter, charlie, client, signed_in):
    url = "/g/gardeners/tags/harvest/wish/"
    assert signed_in(charlie).post(url, {"wish": "mute"}).status_code == 403
    assert client.post(url, {"wish": "mute"}).status_code == 302
    assert not HashtagChoice.objects.exists()


def test_the_page_of_a_tag_says_what_one_chose(letter, bob, signed_in):
    wish(bob, "harvest", "mute")
    assert "You muted this hashtag." in signed_in(bob).get("/g/gardeners/tags/harvest/").content.decode()
