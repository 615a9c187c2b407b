"""Operators get one mail when something stays wrong, and one when it is over; also when no worker is left to tell."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from common import processes
from mail.operations import middleware, troubles
from mail.operations.models import Process, Sample, Trouble
from mail.operations.state import State
from tests.builders import make_operator
from tests.mail.builders import make_inbound

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def stopped_worker(db):
    """Everything lives but the worker, which ended ten minutes ago."""
    make_operator(email="olga@example.org")
    for kind in ("beat", "lmtp"):
        Process.objects.create(kind=kind, host="here", holder=processes.signature(), seen_at=NOW + timedelta(hours=1))
    Sample.objects.create(step=1, at=NOW + timedelta(hours=2))
    since = NOW - timedelta(minutes=10)
    Process.objects.create(kind="worker", host="here", holder="gone", seen_at=since, stopped_at=since)


def look(minutes: int) -> None:
    troubles.look(State(NOW + timedelta(minutes=minutes)))


def test_one_mail_when_it_stays_wrong_and_one_when_it_is_over(stopped_worker):
    look(0)
    assert mail.outbox == []  # perhaps it is just being started anew
    for minutes in (3, 6, 9, 90):
        look(minutes)
    (alarm,) = mail.outbox
    assert alarm.to == ["olga@example.org"] and "Worker: stopped since" in alarm.subject
    assert "docker compose up -d worker" in " ".join(alarm.body.split()) and "/admin/operations/" in alarm.body
    Process.objects.filter(kind="worker").update(
        stopped_at=None, holder=processes.signature(), seen_at=NOW + timedelta(hours=2)
    )
    look(91)
    look(92)
    assert [each.subject[:22] for each in mail.outbox[1:]] == ["Posthouse: over again:"]
    assert "It lasted 1 h 31 min." in mail.outbox[1].body


def test_what_is_over_before_the_time_is_never_told(stopped_worker):
    look(0)
    Process.objects.filter(kind="worker").update(
        stopped_at=None, holder=processes.signature(), seen_at=NOW + timedelta(hours=1)
    )
    look(2)
    look(30)
    assert mail.outbox == [] and Trouble.objects.get(key="worker").ended_at is not None


def test_the_addresses_of_the_setting_are_told_instead(stopped_worker, settings):
    settings.ALARM_MAIL, settings.ALARM_AFTER_MINUTES = ["night@example.org"], 0
    look(0)
    assert mail.outbox[0].to == ["night@example.org"]


def test_a_relay_that_is_away_is_told_again_later(stopped_worker, settings):
    settings.ALARM_AFTER_MINUTES = 0
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "mail.outbox.backend.OutboxBackend",
        "127.0.0.1",
        1,
    )
    look(0)
    assert Trouble.objects.get(key="worker").told_at is None


def test_without_a_relay_the_alarm_is_a_file_though_no_worker_runs(stopped_worker, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "mail.outbox.backend.OutboxBackend", ""
    settings.ALARM_AFTER_MINUTES, settings.EMAIL_FILE_PATH = 0, str(tmp_path)
    look(0)
    (file,) = tmp_path.iterdir()
    assert "Worker: stopped since" in file.read_text()


def test_old_queues_failures_and_a_full_disk_are_troubles(stopped_worker, group, settings):
    make_inbound(group, received_at=NOW - timedelta(hours=2))
    make_inbound(group, state="failed")
    settings.ALARM_DISK_PERCENT = 101
    found = {problem.key for problem in troubles.problems(State())}
    assert found >= {"inbound", "failed", "disk", "worker"}


def test_two_processes_look_once_a_minute_between_them(db):
    assert troubles.look_if_due(NOW) and not troubles.look_if_due(NOW + timedelta(seconds=20))
    assert troubles.look_if_due(NOW + timedelta(seconds=60))


def test_any_request_makes_the_web_process_look_but_not_twice_a_minute(client, settings, monkeypatch):
    looks = []
    monkeypatch.setattr(middleware.threading, "Thread", lambda **about: looks.append(about) or _Unstarted())
    settings.WATCH_FROM_WEB = True
    watch = middleware.WatchMiddleware(lambda request: None)
    watch._next = 0
    watch(None)
    watch(None)
    assert [about["target"] for about in looks] == [middleware.look]


class _Unstarted:
    def start(self):
        pass


def test_beat_measures_and_looks_in_one_task(stopped_worker):
    from mail.operations.tasks import measure

    measure.delay()
    assert Sample.objects.filter(at__lte=timezone.now()).exists() and Trouble.objects.filter(key="worker").exists()
