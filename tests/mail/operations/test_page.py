"""What operators see, also while parts of the site have stopped."""

import os
import socket
import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone

from common import heartbeats, processes
from common.heartbeats import Heartbeat
from mail.models import Inbound, InboundState
from mail.operations import sampling, state
from mail.operations.models import Process, Sample
from scripts.services import free_port
from tests.builders import make_operator, make_user, with_second_factor
from tests.mail.builders import make_delivery, make_inbound, make_outgoing

pytestmark = pytest.mark.django_db
PAGE = "/admin/operations/"
NOW = timezone.now()


@pytest.fixture
def operator(signed_in, db):
    return signed_in(make_operator())


def alive(kind, **fields):
    return Process.objects.create(
        **{"kind": kind, "host": socket.gethostname(), "holder": processes.signature(), **fields}
    )


def everything_runs():
    for kind in ("worker", "beat", "lmtp"):
        alive(kind)
    sampling.take(timezone.now())


def said(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_site_that_works_says_so(operator):
    everything_runs()
    page = said(operator.get(PAGE))
    assert "Everything that is watched works." in page and "What is wrong" not in page


def test_a_worker_that_was_stopped_is_missed_with_what_to_do(operator):
    everything_runs()
    since = timezone.now() - timedelta(minutes=3)
    Process.objects.filter(kind="worker").update(seen_at=since, stopped_at=since)
    page = said(operator.get(PAGE))
    assert "Worker: stopped since 3 min." in page and "docker compose up -d worker" in page


def test_a_worker_that_was_killed_is_known_at_once_on_its_own_machine(operator):
    everything_runs()
    gone = processes.signature().replace(f":{os.getpid()}:", ":4194300:")
    Process.objects.filter(kind="worker").update(holder=gone)
    assert "Worker: stopped since" in said(operator.get(PAGE))


def test_a_worker_of_another_machine_that_is_silent_counts_as_stopped(operator):
    everything_runs()
    Process.objects.filter(kind="worker").update(holder="far:1:1:1", seen_at=timezone.now() - timedelta(seconds=60))
    assert "What is wrong" not in said(operator.get(PAGE))
    Process.objects.filter(kind="worker").update(seen_at=timezone.now() - timedelta(minutes=2))
    assert "Worker: stopped since 2 min." in said(operator.get(PAGE))


def test_a_site_without_lmtp_misses_nothing(operator):
    everything_runs()
    Process.objects.filter(kind="lmtp").delete()
    page = said(operator.get(PAGE))
    assert "Not in use" in page and "What is wrong" not in page


def test_redis_that_is_away_is_named_and_the_page_opens(operator, settings):
    everything_runs()
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert "Redis does not answer" in said(operator.get(PAGE))


def test_people_stay_signed_in_while_redis_is_away(operator, settings):
    everything_runs()
    place = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": place}}
    settings.REDIS_URL = place
    page = said(operator.get(PAGE))
    assert "Redis does not answer" in page and "Olga Operator" in page


def test_bells_that_reach_nobody_are_noticed_though_all_live(operator):
    everything_runs()
    Sample.objects.update(at=timezone.now() - timedelta(minutes=9))
    assert "No task of the clock has been done since 8 min." in said(operator.get(PAGE))


def test_what_failed_is_shown_with_its_error_and_replayed_one_or_many(operator, group):
    rows = [
        make_inbound(
            group, state=InboundState.FAILED, error="Traceback…\nValueError: an odd letter", subject=f"Letter {n}"
        )
        for n in range(3)
    ]
    page = said(operator.get(PAGE))
    assert "ValueError: an odd letter" in page and "Letter 2" in page
    operator.post(PAGE, {"one": rows[0].pk})
    assert states(rows) == ["received", "failed", "failed"]
    operator.post(PAGE, {"pick": [rows[1].pk, "x"]})
    assert states(rows) == ["received", "received", "failed"]
    assert "1 letter is tried again." in said(operator.post(PAGE, {"do": "all"}, follow=True))
    assert "Nothing was tried again" in said(operator.post(PAGE, {"do": "all"}, follow=True))


def states(rows):
    return [Inbound.objects.get(pk=row.pk).state for row in rows]


def test_staff_who_may_not_see_letters_see_the_page_without_them(signed_in, group):
    row = make_inbound(group, state=InboundState.FAILED, error="ValueError", subject="Private plans")
    helper = with_second_factor(make_user("Hal Helper", is_staff=True))
    client = signed_in(helper)
    assert "Processes" in said(client.get(PAGE)) and "Private plans" not in said(client.get(PAGE))
    client.post(PAGE, {"one": row.pk})
    assert states([row]) == ["failed"]
    helper.user_permissions.add(Permission.objects.get(codename="view_inbound"))
    assert "Private plans" in said(client.get(PAGE))


def test_others_do_not_see_it(client, signed_in, bob):
    assert client.get(PAGE).status_code == signed_in(bob).get(PAGE).status_code == 302


def test_the_page_asks_little_however_much_there_is(operator, group, django_assert_max_num_queries):
    everything_runs()
    outgoing = make_outgoing(group)
    for number in range(30):
        make_delivery(outgoing, f"m{number}@example.org", "queued")
        make_inbound(group, state=InboundState.FAILED, error="x")
    for minute in range(200):
        Sample.objects.create(step=1, at=NOW - timedelta(minutes=minute + 2), values={"received": 1})
    operator.get(PAGE)
    with django_assert_max_num_queries(21):
        operator.get(PAGE)


def test_nothing_on_it_reads_a_large_table_whole(group):
    from tests.mail.test_plans import scans_of

    make_delivery(make_outgoing(group), "m@example.org", "queued")
    make_inbound(group)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    now = state.State()
    assert scans_of(lambda: (now.waiting, now.failures, now.suspended_mailboxes, sampling.take())) == []


@pytest.mark.django_db(transaction=True)
def test_a_process_says_that_it_lives_and_that_it_ends(monkeypatch):
    monkeypatch.setattr(heartbeats, "EVERY", 0.01)
    seen = threading.Event()
    really = heartbeats.beat
    monkeypatch.setattr(heartbeats, "beat", lambda *about: (really(*about), seen.set()))
    with Heartbeat("lmtp") as heartbeat:
        assert seen.wait(5)
        row = Process.objects.get(holder=heartbeat.holder)
        assert row.stopped_at is None and row.seen_at > row.started_at
    assert Process.objects.get(holder=heartbeat.holder).stopped_at is not None


def test_a_new_process_takes_the_place_of_one_that_was_killed_here():
    killed = alive("worker", holder=processes.signature().replace(f":{os.getpid()}:", ":4194300:"))
    other = alive("worker")
    heartbeats.begin("worker", processes.signature())
    assert set(Process.objects.values_list("pk", flat=True)) & {killed.pk, other.pk} == {other.pk}
