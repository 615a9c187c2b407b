"""Putting letters into the outbox: rows in the caller's transaction, then the bell. A rolled-back action leaves no mail."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import zstandard
from django.db import transaction
from django.utils import timezone

from common import bulk
from common.doorbell import ring
from mail.models import Delivery, DeliveryState, Kind, Outgoing
from mail.outbox.personal import with_crlf

BELL = "mail.tasks.send_due"
AHEAD = timedelta(hours=1)  # letters a person waits for are due so long before a post of the same moment
_WAITED_FOR = frozenset({Kind.NOTICE, Kind.PROBE, Kind.RESEND, Kind.RECEIPT})
_COLUMNS = (
    "outgoing_id", "user_id", "address", "domain", "state", "attempts", "due_at", "status", "reply"
)  # fmt: skip

To = tuple[str, int | None]  # address, user's primary key


def make_outgoing(kind: Kind, template: bytes, **fields: Any) -> Outgoing:
    """The letter as it leaves, still to nobody. `fields` are Outgoing's: group, letter, message_id, subject, verp, …"""
    outgoing = outgoing_of(kind, template, **fields)
    outgoing.save(force_insert=True)
    return outgoing


def outgoing_of(kind: Kind, template: bytes, **fields: Any) -> Outgoing:
    """The row that make_outgoing makes, not saved."""
    template = with_crlf(template)
    head = template.partition(b"\r\n\r\n")[0]
    return Outgoing(
        kind=kind,
        template=zstandard.compress(template, 3),
        size=len(template),
        smtputf8=not head.isascii(),
        **fields,
    )


@transaction.atomic
def queue_letter(kind: Kind, template: bytes, addresses: Iterable[str | To], **fields: Any) -> Outgoing:
    """A letter to these addresses, one copy each; rung for when the transaction is committed."""
    outgoing = make_outgoing(kind, template, **fields)
    now = timezone.now()
    due = due_from(kind, now)
    wanted: dict[str, int | None] = {}
    for each in addresses:
        address, user_id = (each, None) if isinstance(each, str) else each
        wanted.setdefault(address, user_id)
    bulk.insert(
        Delivery,
        _COLUMNS,
        [
            (outgoing.pk, user_id, address, domain_of(address), DeliveryState.QUEUED.value, 0, due, "", "")
            for address, user_id in wanted.items()
        ],
    )
    queued(outgoing, now)
    return outgoing


def queued(outgoing: Outgoing, now: datetime | None = None) -> None:
    """All deliveries of the letter are rows: let it go."""
    outgoing.queued_at = now or timezone.now()
    outgoing.save(update_fields=["queued_at"])
    ring(BELL)


def due_from(kind: str, now: datetime) -> datetime:
    """From when a first copy is due; deliveries leave in the order of this."""
    return now - AHEAD if kind in _WAITED_FOR else now


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()[:255]
