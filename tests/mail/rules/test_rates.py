"""How often one member may write."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Membership, Posting
from mail.inbound import pipeline
from mail.models import Inbound, InboundState
from mail.rules.rates import check
from tests.mail.letters import arrived, raw
from tests.mail.rules.posts import MODERATOR, TRUSTED, a_post


def test_so_many_a_day_go_out_and_the_next_waits():
    assert check(a_post(posts_a_day=3, posts_today=2)) is None
    assert "number 4" in check(a_post(posts_a_day=3, posts_today=3)).reason


def test_in_slow_mode_a_second_letter_waits_until_the_minutes_are_over():
    assert check(a_post(slow_minutes=30, minutes_since_last=31.0)) is None
    finding = check(a_post(slow_minutes=30, minutes_since_last=10.5))
    assert "10 minutes ago" in finding.reason and "20 more" in finding.to_sender


def test_a_first_letter_and_a_group_without_limits_are_not_slowed():
    assert check(a_post(slow_minutes=30)) is None
    assert check(a_post(posts_today=99, minutes_since_last=0.1)) is None


@pytest.mark.parametrize("who", [MODERATOR, TRUSTED])
def test_who_never_waits_does_not_wait(who):
    assert check(a_post(member=who, posts_a_day=1, posts_today=5)) is None


@pytest.mark.django_db
def test_only_what_went_out_within_a_day_counts(group, bob):
    group.posts_a_day = 2
    group.save()
    inbounds = [arrived(group, raw(message_id=f"<{n}@x>", body=f"{n} packets\n")) for n in range(4)]
    Inbound.objects.filter(pk=inbounds[0].pk).update(received_at=timezone.now() - timedelta(hours=30))
    pipeline.process_waiting()
    states = list(Inbound.objects.order_by("pk").values_list("state", "rule"))
    out = (InboundState.ARCHIVED, "accept")
    assert states == [out, out, out, (InboundState.HELD, "rates")]


@pytest.mark.django_db
def test_letters_that_come_one_after_the_other_are_counted_too(group, bob):
    group.slow_minutes = 10
    group.save()
    Membership.objects.filter(user=bob).update(posting=Posting.DEFAULT)
    for number in range(2):
        inbound = arrived(group, raw(message_id=f"<{number}@x>", body=f"{number} packets\n"))
        pipeline.process(inbound.pk)
    assert Inbound.objects.get(pk=inbound.pk).rule == "rates"
