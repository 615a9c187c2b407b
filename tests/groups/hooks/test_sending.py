"""What happens is told: once, signed, and again until it is taken."""

import json
import os
import re
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connections, transaction
from django.utils import timezone

from accounts.models import User
from groups.actions.banning import ban
from groups.events import Happening, happened
from groups.hooks import actions, forgetting, lanes, schedule, sending, signing
from groups.hooks.models import Event, Hook, HookState, Sending, SendingState
from groups.models import BanKind, Group
from tests.builders import make_group, make_user
from tests.groups.hooks.conftest import hook_to
from tests.groups.hooks.receiver import receiver

DOCS = Path(__file__).parents[3] / "docs/webhooks.md"


def told(group, name="member.joined", **data):
    with transaction.atomic():
        happened(Happening(name, group, data))


def serve_all():
    while sending.serve_one(slow=False) or sending.serve_one(slow=True):
        pass


def make_due():
    Sending.objects.filter(state=SendingState.WAITING).update(next_at=timezone.now())
    Hook.objects.update(rests_until=None)


def verified(documented, secret, there):
    headers, body = there.got[-1]
    return documented["verify"](secret, headers, body)


@pytest.fixture
def documented():
    """The example of docs/webhooks.md, as a reader would run it."""
    names = {}
    exec(re.search(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)[1], names)
    return names


@pytest.mark.django_db
def test_a_receiver_checks_it_as_the_documentation_says(group, hook, there, documented):
    told(group, about="Dora")
    serve_all()
    event = verified(documented, hook.secret, there)
    assert event["type"] == "member.joined" and event["version"] == 1 and event["data"] == {"about": "Dora"}
    assert event["group"]["slug"] == "gardeners" and event["id"] == there.got[0][0]["webhook-id"]
    with pytest.raises(ValueError, match="signature"):
        verified(documented, signing.new_secret(), there)
    assert Sending.objects.get().state == SendingState.SENT


@pytest.mark.django_db
def test_the_published_example_of_the_standard_is_signed_the_same():
    """https://github.com/standard-webhooks/standard-webhooks: the vector of its reference libraries."""
    signed = signing.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.django_db
def test_two_secrets_are_valid_while_one_is_changed(group, alice, hook, there, documented):
    old, new = hook.secret, actions.rotate(hook, by=alice)
    told(group)
    serve_all()
    assert verified(documented, old, there) == verified(documented, new, there)
    actions.end_old_secret(hook, by=alice)
    told(group)
    serve_all()
    verified(documented, new, there)
    with pytest.raises(ValueError):
        verified(documented, old, there)


@pytest.mark.django_db
def test_what_is_rolled_back_is_told_to_nobody(group, alice, there):
    hook_to(there, group, alice, "member.banned")
    with pytest.raises(RuntimeError), transaction.atomic():
        ban(group=group, kind=BanKind.ADDRESS, value="mallory@example.net", by=alice)
        raise RuntimeError
    assert not Event.objects.exists()
    ban(group=group, kind=BanKind.ADDRESS, value="mallory@example.net", by=alice)
    serve_all()
    assert json.loads(there.got[0][1])["data"]["about"] == "mallory@example.net"


@pytest.mark.django_db
def test_a_hook_hears_of_its_group_and_its_events_alone_and_the_sites_of_every_group(group, alice, hook, there):
    other = make_group("other", owner=alice)
    told(other)
    told(group, "member.left")
    assert not Event.objects.exists()
    rita = make_user("Rita", is_superuser=True)
    hook_to(there, None, rita, "member.joined")
    told(other)
    serve_all()
    assert [json.loads(body)["group"]["slug"] for _, body in there.got] == ["other"]


@pytest.mark.django_db
def test_a_group_that_was_taken_down_and_staff_who_left_are_told_nothing_at_once(group, hook, there):
    rita = make_user("Rita", is_superuser=True)
    hook_to(there, None, rita, "member.joined")
    told(group)
    Group.objects.update(taken_down_at=timezone.now())
    User.objects.filter(pk=rita.pk).update(is_superuser=False)
    told(group)
    serve_all()
    assert there.got == [] and Event.objects.count() == 1
    Group.objects.update(taken_down_at=None)
    serve_all()
    assert len(there.got) == 1


@pytest.mark.django_db
def test_where_nobody_listens_telling_costs_one_query(group, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        happened(Happening("member.joined", group), Happening("member.left", group))


@pytest.mark.django_db
def test_one_that_fails_is_tried_again_and_those_after_it_are_told_meanwhile(group, hook, there):
    there.code = 500
    told(group, n=1)
    serve_all()
    first = Sending.objects.get()
    assert (first.state, first.attempts, first.code, first.answer) == (SendingState.WAITING, 1, 500, "thanks")
    assert timedelta(seconds=3) < first.next_at - timezone.now() < timedelta(seconds=7)
    there.code = 204
    told(group, n=2)
    serve_all()
    assert [json.loads(body)["data"]["n"] for _, body in there.got] == [1, 2]
    make_due()
    serve_all()
    assert [json.loads(body)["data"]["n"] for _, body in there.got] == [1, 2, 1]
    assert there.got[0][0]["webhook-id"] == there.got[2][0]["webhook-id"]
    assert not Sending.objects.exclude(state=SendingState.SENT).exists()
    assert Hook.objects.get().failures == 0


@pytest.mark.django_db
def test_after_the_last_try_it_is_given_up_and_can_be_sent_again_by_hand(group, hook, there):
    there.code = 500
    told(group)
    Sending.objects.update(attempts=len(schedule.STEPS))
    serve_all()
    lost = Sending.objects.get()
    assert lost.state == SendingState.FAILED
    there.code = 200
    assert actions.send_again(lost)
    serve_all()
    assert Sending.objects.get().state == SendingState.SENT


@pytest.mark.django_db
def test_410_gone_switches_it_off_and_its_owners_are_told(group, hook, there):
    there.code = 410
    told(group, n=1)
    told(group, n=2)
    serve_all()
    hook.refresh_from_db()
    assert hook.state == HookState.FAILED and "410" in hook.why_off
    assert len(there.got) == 1
    assert set(Sending.objects.values_list("state", flat=True)) == {SendingState.FAILED}
    assert [letter.to for letter in mail.outbox] == [["alice@example.org"]]
    assert f"/g/gardeners/settings/hooks/{hook.pk}/" in mail.outbox[0].body
    told(group, n=3)
    assert Event.objects.count() == 2


@pytest.mark.django_db
def test_days_without_success_switch_it_off(group, hook, there):
    there.code = 500
    told(group)
    Hook.objects.update(failures=9, failing_since=timezone.now() - schedule.FAILS_AT_MOST)
    serve_all()
    assert Hook.objects.get().state == HookState.FAILED and len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_private_address_is_never_connected_to(group, hook, there, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = []
    told(group)
    serve_all()
    assert there.got == []
    assert "private" in Sending.objects.get().problem


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_hangs_delays_nobody_else(group, alice, hook, there, settings):
    """Four threads for those who answer; six who hang; and the one who answers is told all the same."""
    settings.WEBHOOK_THREADS = 4
    with receiver(respond=lambda handler: hanging.free.wait(20)) as hanging:
        settings.WEBHOOKS_PORTS = [there.port, hanging.port]
        for _ in range(6):
            Hook.objects.filter(pk=hook_to(hanging, group, alice, "member.joined").pk).update(is_slow=True)
        told(group)
        lanes.wake()
        assert there.came.wait(10), "who answers waits for who hangs"
        assert hanging.came.wait(10)
        assert len(hanging.got) <= 4  # threads of the slow lane
        assert Hook.objects.filter(claimed_until__isnull=False, is_slow=True).count() <= 4
        hanging.free.set()
        _until(lambda: not Hook.objects.filter(claim__isnull=False).exists() and len(hanging.got) == 6)
    _until(lambda: lanes.QUICK._running == lanes.SLOW._running == 0)


def _until(is_so):
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.django_db
def test_one_that_answers_late_goes_to_the_slow_lane_and_comes_back(group, hook, there, monkeypatch):
    monkeypatch.setattr(sending, "SLOW", -1)
    told(group, n=1)
    told(group, n=2)
    assert sending.serve_one(slow=False)
    assert len(there.got) == 1 and Hook.objects.get().is_slow and not sending.serve_one(slow=False)
    monkeypatch.setattr(sending, "SLOW", 60_000)
    serve_all()
    assert len(there.got) == 2 and not Hook.objects.get().is_slow


@pytest.mark.django_db
def test_one_worker_at_a_time_serves_a_hook(group, hook, there):
    told(group)
    assert sending._claim(slow=False) is not None
    assert sending._claim(slow=False) is None
    assert not sending.serve_one(slow=False) and there.got == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_waits_for_an_answer_is_followed_by_one_more_attempt(group, hook, there):
    there.respond = lambda handler: there.free.wait(20)
    told(group)
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            sending.serve_one(slow=False)
        finally:
            os._exit(0)
    try:
        assert there.came.wait(20)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    there.respond, there.code = None, 200
    assert not sending.serve_one(slow=False)  # the dead one's claim still holds
    Hook.objects.update(claimed_until=timezone.now())
    serve_all()
    serve_all()
    assert len(there.got) == 2 and there.got[0][0]["webhook-id"] == there.got[1][0]["webhook-id"]
    assert (Sending.objects.get().state, Sending.objects.get().attempts) == (SendingState.SENT, 2)


@pytest.mark.django_db
def test_what_was_told_a_month_ago_is_forgotten(group, hook):
    told(group, n=1)
    Event.objects.update(at=timezone.now() - timedelta(days=31))
    told(group, n=2)
    assert forgetting.forget_old() == 1
    assert Event.objects.get().data == {"n": 2} and Sending.objects.count() == 1
