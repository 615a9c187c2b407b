"""What there is to measure, cheaply: ranges and partial indexes, never a whole table of letters or copies."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone

from archive.search import indexer
from groups.models import Waiting
from mail import depths
from mail.models import BounceEvent, Inbound, InboundState, SentTally
from mail.outbox import claims

MOST_COUNTED = 10_000  # copies that wait; beyond it the page says "more than"
EVENTS_BACK = 50_000  # reports looked through for those of the minute: they have no index by time
COUNTERS = (
    "received", "archived", "held", "rejected", "discarded", "command", "bounce", "failed", "sent", "refused", "returned"
)  # fmt: skip


def counters(start: datetime, end: datetime) -> dict[str, int]:
    """What happened from `start` until before `end`."""
    decided = Inbound.objects.filter(decided_at__gte=start, decided_at__lt=end).values_list("state")
    found: dict[str, int] = dict.fromkeys(COUNTERS, 0)
    found.update({state: count for state, count in decided.annotate(Count("pk")).order_by() if state in found})
    found["received"] = Inbound.objects.filter(received_at__gte=start, received_at__lt=end).count()
    tallied = SentTally.objects.filter(minute__gte=start, minute__lt=end).aggregate(copies=Sum("copies"))
    found["sent"] = tallied["copies"] or 0
    return found | _came_back(start, end)


def _came_back(start: datetime, end: datetime) -> dict[str, int]:
    """Copies that the relay refused for good, and reports that came back by mail. The newest rows only, by their keys."""
    newest = BounceEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
    recent = BounceEvent.objects.filter(pk__gt=newest - EVENTS_BACK, at__gte=start, at__lt=end)
    return recent.aggregate(
        refused=Count("pk", filter=Q(inbound__isnull=True)), returned=Count("pk", filter=Q(inbound__isnull=False))
    )


def waiting() -> dict[str, Any]:
    """What waits now, and for how many seconds. Every count is by a partial index, and ends at MOST_COUNTED."""
    now = timezone.now()
    received = Inbound.objects.filter(state=InboundState.RECEIVED)
    failed = Inbound.objects.filter(state=InboundState.FAILED)
    held = Waiting.objects.open()
    lag = indexer.lag()
    return {
        "in_waiting": received[:MOST_COUNTED].count(),
        "in_oldest": _age(received.order_by("pk").values_list("received_at", flat=True).first(), now),
        "failed_waiting": failed[:MOST_COUNTED].count(),
        "failed_oldest": _age(failed.aggregate(first=Min("received_at"))["first"], now),
        "held_waiting": held[:MOST_COUNTED].count(),
        "held_oldest": _age(held.aggregate(first=Min("since"))["first"], now),
        "out_waiting": claims.waiting()[:MOST_COUNTED].count(),
        "out_overdue": depths.overdue(),
        "index_lag": round(lag.seconds, 1),
        "index_jobs": lag.jobs,
        "on_disk": depths.on_disk(),
    }


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, round((now - since).total_seconds(), 1)) if since else 0.0


def sizes() -> dict[str, int]:
    """Bytes. Of the folders only those that stay small in number of files."""
    disk = shutil.disk_usage(settings.VAR)
    return {
        "database": _database_size(),
        "index": folder_size(Path(settings.SEARCH_INDEX_DIR)),
        "spool": folder_size(Path(settings.MAIL_SPOOL)),
        "disk_free": disk.free,
        "disk_total": disk.total,
    }


def _database_size() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    name = str(connection.settings_dict["NAME"])
    return sum(os.path.getsize(part) for part in (name, f"{name}-wal") if Path(part).exists())  # noqa: PTH202


def folder_size(folder: Path) -> int:
    return sum(_sizes_below(folder))


def _sizes_below(folder: Path) -> Iterator[int]:
    """Files that go while we look count nothing."""
    for path in folder.rglob("*"):
        try:
            yield path.stat().st_size if path.is_file() else 0
        except OSError:
            continue


def minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def sample(minute: datetime) -> dict[str, Any]:
    """Everything, for the minute that began then."""
    return {**counters(minute, minute + timedelta(minutes=1)), **waiting(), **sizes()}
