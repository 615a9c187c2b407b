"""Claiming deliveries, and writing back what became of them. Each statement names the state it expects: that is the lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from common import processes
from mail.models import Delivery, DeliveryState, Kind, Outgoing, SendClaim, SentTally

STALE = timedelta(minutes=15)  # longer than a chunk and the relay's longest silence together
TALLIES_KEPT = timedelta(days=2)
RECEIPTS_LOOKED_FOR = timedelta(days=14)  # longer than any letter is tried
UNSENT = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED)
STATUS_LENGTH, REPLY_LENGTH = 12, 500

_TABLE = Delivery._meta.db_table
# Chosen once and for all: PostgreSQL may ask a subquery of WHERE again for every row, and by then its limit is met by others.
_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM {table} WHERE state IN ('queued', 'deferred') AND due_at <= %s
        ORDER BY due_at, id LIMIT %s {lock}
    )
    UPDATE {table} SET state = 'sending', claimed_at = %s, attempts = attempts + 1
    WHERE id IN (SELECT id FROM due)
    RETURNING id, outgoing_id, membership_id, user_id, address, domain, attempts, due_at
"""
_WRITE_POSTGRES = """
    UPDATE {table} AS d
    SET state = r.state, code = r.code, status = r.status, reply = r.reply, due_at = coalesce(r.due_at, d.due_at),
        sent_at = coalesce(r.sent_at, d.sent_at), attempts = d.attempts - r.untried
    FROM unnest(%s::bigint[], %s::varchar[], %s::int[], %s::varchar[], %s::varchar[], %s::timestamptz[], %s::timestamptz[],
                %s::int[]) AS r(id, state, code, status, reply, due_at, sent_at, untried)
    WHERE d.id = r.id AND d.state = 'sending' AND d.claimed_at = %s
    RETURNING d.id
"""
_WRITE_SQLITE = """
    UPDATE {table}
    SET state = %s, code = %s, status = %s, reply = %s, due_at = coalesce(%s, due_at), sent_at = coalesce(%s, sent_at),
        attempts = attempts - %s
    WHERE id = %s AND state = 'sending' AND claimed_at = %s
"""
_TALLY = """
    INSERT INTO mail_senttally (minute, copies) VALUES (%s, %s)
    ON CONFLICT (minute) DO UPDATE SET copies = mail_senttally.copies + excluded.copies
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours for now."""

    id: int
    outgoing_id: int
    membership_id: int | None
    user_id: int | None
    address: str
    domain: str
    attempts: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one. untried: nothing was tried, the attempt does not count."""

    id: int
    state: str
    code: int | None = None
    status: str = ""
    reply: str = ""
    due_at: datetime | None = None
    sent_at: datetime | None = None
    untried: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Deliveries claimed together; the moment of the claim is its name."""

    stamp: datetime
    deliveries: Sequence[Claimed]


def claim(most: int) -> Chunk:
    """Take up to so many that are due, the longest due first; what another process is taking is passed over."""
    # Asked every few seconds: SQLite's one writer is not to be disturbed for nothing.
    if not waiting().filter(due_at__lte=timezone.now()).exists():
        return Chunk(timezone.now(), [])
    lock = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    with transaction.atomic(), connection.cursor() as cursor:
        now = timezone.now()
        moment = _adapted(now)
        cursor.execute(_CLAIM.format(table=_TABLE, lock=lock), [moment, most, moment])
        rows = [Claimed(*(*row[:-1], _aware(row[-1]))) for row in cursor.fetchall()]
        if rows:
            SendClaim.objects.create(claimed_at=now, holder=processes.signature())
    rows.sort(key=lambda row: (row.due_at, row.id))
    return Chunk(now, rows)


def waiting() -> QuerySet[Delivery]:
    """Copies that are to be sent, by their partial index: SQLite takes it only where the states stand in the statement itself."""
    return Delivery.objects.extra(where=["mail_delivery.state IN ('queued', 'deferred')"])


def write_back(chunk: Chunk, results: Sequence[Result]) -> set[int]:
    """All or none. Deliveries that are no longer ours, or written already, stay as they are. Returns those written."""
    if not results:
        return set()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # one statement: its own transaction where there is none around it
            columns = [list(column) for column in zip(*map(_row, results), strict=True)]
            cursor.execute(_WRITE_POSTGRES.format(table=_TABLE), [*columns, chunk.stamp])
            return {row[0] for row in cursor.fetchall()}
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        stamp = _adapted(chunk.stamp)
        rows = [[*_row(result)[1:], result.id, stamp] for result in results]
        cursor.executemany(_WRITE_SQLITE.format(table=_TABLE), rows)
    return {result.id for result in results}


def hurry(*, on: bool) -> None:
    """On: PostgreSQL says "committed" before it is on the disk. Any later commit without it makes all earlier ones durable,
    for there is one log."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off" if on else "RESET synchronous_commit")


def _row(result: Result) -> tuple[Any, ...]:
    return (
        result.id,
        result.state,
        result.code,
        result.status[:STATUS_LENGTH],
        _storable(result.reply)[:REPLY_LENGTH],
        _adapted(result.due_at),
        _adapted(result.sent_at),
        int(result.untried),
    )


def release(chunk: Chunk) -> None:
    """Give back what was not tried; the chunk ends."""
    with transaction.atomic():
        _requeue(Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at=chunk.stamp))
        SendClaim.objects.filter(claimed_at=chunk.stamp).delete()


def sweep() -> int:
    """Queue again what processes that are gone, or silent for long, had claimed. Returns how many."""
    too_old = timezone.now() - STALE
    gone = [
        claimed.claimed_at
        for claimed in SendClaim.objects.all()
        if claimed.claimed_at < too_old or processes.is_gone(claimed.holder)
    ]
    orphans = Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=too_old)
    if not gone and not orphans.exists():
        return 0
    swept = 0
    with transaction.atomic():
        for stamp in gone:
            swept += _requeue(Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at=stamp))
        swept += _requeue(orphans)
        SendClaim.objects.filter(claimed_at__in=gone).delete()
    return swept


def tally(copies: int) -> None:
    """Count copies that the relay took, in this minute."""
    if copies:
        minute = timezone.now().replace(second=0, microsecond=0)
        with connection.cursor() as cursor:
            cursor.execute(_TALLY, [_adapted(minute), copies])


def forget(outgoings: Sequence[int]) -> None:
    """Delete these letters with their deliveries, but for those that still go to somebody."""
    if outgoings:
        left = Delivery.objects.filter(outgoing=OuterRef("pk"), state__in=UNSENT)
        Outgoing.objects.filter(pk__in=outgoings).exclude(Exists(left)).delete()


def forget_receipts() -> None:
    """Receipts that were sent by a process which ended before it could delete them."""
    since = timezone.now() - RECEIPTS_LOOKED_FOR
    forget(list(Outgoing.objects.filter(kind=Kind.RECEIPT, made_at__gte=since).values_list("pk", flat=True)))


def forget_tallies() -> None:
    SentTally.objects.filter(minute__lt=timezone.now() - TALLIES_KEPT).delete()


def defer(ids: Iterable[int], until: datetime) -> None:
    """Take a final refusal back: the relay refused everybody, so it said nothing about these."""
    Delivery.objects.filter(pk__in=list(ids), state=DeliveryState.FAILED).update(
        state=DeliveryState.DEFERRED, due_at=until
    )


def _requeue(deliveries: Any) -> int:
    count: int = deliveries.update(state=DeliveryState.QUEUED, attempts=F("attempts") - 1)
    return count


def _storable(text: str) -> str:
    return text.replace("\0", "") if "\0" in text else text


def _adapted(moment: datetime | None) -> Any:
    """As the database's own driver wants it."""
    return moment if moment is None or connection.vendor == "postgresql" else str(moment.replace(tzinfo=None))


def _aware(moment: Any) -> datetime:
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found if found.tzinfo else found.replace(tzinfo=UTC)
