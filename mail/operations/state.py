"""How the site is right now, asked while the page is made: also when no worker runs and the broker is away."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.utils import timezone

from common import heartbeats, processes
from mail import depths
from mail.models import Inbound, InboundState
from mail.operations import measuring, words
from mail.operations.models import Process, Sample
from mail.operations.sampling import MINUTE

SILENT = timedelta(seconds=heartbeats.EVERY * 4)  # after which a process that says nothing counts as stopped
SAMPLES_LATE = timedelta(minutes=3)
BROKER_PATIENCE = 1.0  # seconds
ADVICE = {
    "worker": (
        "Letters are taken in and kept, but not judged, sent or indexed. Start it: with make run all parts start together; "
        "with containers: docker compose up -d worker."
    ),
    "beat": (
        "Digests, reminders and retries do not begin, and nothing is measured. Start it: beat runs inside the worker of "
        "make run; with containers: docker compose up -d beat."
    ),
    "lmtp": (
        "The mail server in front keeps what comes and tries again for days. Start it: manage.py run_lmtp; with containers: "
        "docker compose up -d lmtp."
    ),
}
TITLES = {"worker": "Worker", "beat": "Beat (the clock)", "lmtp": "LMTP server"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One process as its row shows it."""

    row: Process
    lives: bool
    since: float  # seconds: alive for, or silent for


@dataclass(frozen=True, slots=True)
class Kind:
    """All processes of one kind."""

    key: str
    seen: list[Seen]

    @property
    def title(self) -> str:
        return TITLES[self.key]

    @property
    def living(self) -> list[Seen]:
        return [each for each in self.seen if each.lives]

    @property
    def is_missing(self) -> bool:
        """None runs. A site may do without LMTP: there it is missing only where it was seen before."""
        return not self.living and (bool(self.seen) or self.key != "lmtp")

    @property
    def silent_for(self) -> float | None:
        """Seconds since the last sign of the last one; None where none was ever seen."""
        return min((each.since for each in self.seen), default=None) if not self.living else None

    @property
    def sentence(self) -> str:
        if self.living:
            heard = words.span(min(_silence(each) for each in self.living))
            return f"{'Runs' if len(self.living) == 1 else f'{len(self.living)} run'}, last heard {heard} ago"
        if self.silent_for is None:
            return "None was ever seen" if self.key != "lmtp" else "Not in use"
        return f"Stopped since {words.span(self.silent_for)}"

    @property
    def advice(self) -> str:
        return ADVICE[self.key] if self.is_missing else ""


def _silence(seen: Seen) -> float:
    return max(0.0, (timezone.now() - seen.row.seen_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Failure:
    """A letter that was set aside; its bytes stay where they are."""

    pk: int
    received_at: datetime
    recipient: str
    author: str
    subject: str
    error: str

    @property
    def last_words(self) -> str:
        """Of the traceback: what went wrong."""
        return (self.error.strip().splitlines() or ["No error was kept"])[-1][:300]


class State:
    """Each part is asked for once, when it is needed."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or timezone.now()

    @cached_property
    def kinds(self) -> list[Kind]:
        rows = list(Process.objects.order_by("-seen_at")[:100])
        return [Kind(key, [self._seen(row) for row in rows if row.kind == key]) for key in TITLES]

    def _seen(self, row: Process) -> Seen:
        silence = self.now - row.seen_at
        lives = row.stopped_at is None and silence < SILENT and not processes.is_gone(row.holder)
        return Seen(row, lives, ((self.now - row.started_at) if lives else silence).total_seconds())

    @cached_property
    def waiting(self) -> dict[str, Any]:
        return measuring.waiting()

    @cached_property
    def latest(self) -> Sample | None:
        return Sample.objects.filter(step=MINUTE).order_by("-at").first()

    @property
    def measured_ago(self) -> float | None:
        """Seconds since the end of the last minute that was measured."""
        return (self.now - self.latest.at).total_seconds() - 60 if self.latest else None

    @property
    def is_measuring(self) -> bool:
        return self.measured_ago is not None and self.measured_ago < SAMPLES_LATE.total_seconds()

    @cached_property
    def broker_trouble(self) -> str:
        """Why bells reach no worker; empty where they do."""
        return _redis_trouble() if settings.REDIS_URL else _folder_trouble()

    @cached_property
    def paused_relays(self) -> dict[str, str]:
        return depths.paused_relays()

    @cached_property
    def suspended_mailboxes(self) -> int:
        return depths.suspended_mailboxes()

    @cached_property
    def failures(self) -> list[Failure]:
        """The latest letters that our own code failed on."""
        rows = Inbound.objects.filter(state=InboundState.FAILED).order_by("-received_at")
        return [Failure(**row) for row in rows.values(*Failure.__dataclass_fields__)[:FAILURES_SHOWN]]

    @cached_property
    def sizes(self) -> dict[str, int]:
        return measuring.sizes()


FAILURES_SHOWN = 50


def _redis_trouble() -> str:
    client: Any = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=BROKER_PATIENCE, socket_connect_timeout=BROKER_PATIENCE
    )
    return _trouble_of(client.ping, client.close)


def _trouble_of(ask: Callable[[], object], close: Callable[[], object]) -> str:
    try:
        ask()
    except (redis.RedisError, OSError) as error:
        return f"Redis does not answer: {error}"
    finally:
        with contextlib.suppress(redis.RedisError, OSError):
            close()
    return ""


def _folder_trouble() -> str:
    folder = Path(settings.BROKER_FOLDER) / "queue"
    try:
        probe = folder / f".probe-{processes.signature().replace(':', '-')}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return f"The folder of the broker cannot be written: {error.strerror}"
    return ""
