"""Where every door ends: bytes and envelope become rows, committed before the sender hears yes (RFC 5321 §6.1)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

import zstandard
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from common import bulk, doorbell, lookups  # noqa: F401  registers __among
from common.chunks import chunks
from common.prepared import Prepared, Slot
from groups.domains.sites import MAIN
from groups.models import Alias, Group
from mail.addressing import LONGEST, Address, Kind, parse_recipient
from mail.models import Door, Inbound, Spooled

BELL = "mail.tasks.process_inbound"
AWAY = (OperationalError, InterfaceError)  # of the database
INSERTED_AT_ONCE = 100  # rows of one statement
Answer = TypeVar("Answer")
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Letter:
    """What came through a door in one transaction."""

    raw: bytes
    envelope_from: str
    recipients: Sequence[str]
    door: Door
    client: str = ""
    helo: str = ""
    smtputf8: bool = False
    received_at: datetime = field(default_factory=timezone.now)
    key: str | None = None  # the same key again is the same letter, and changes nothing
    sender_id: int | None = None  # who was signed in


def accept(raw: bytes, envelope_from: str, recipients: Sequence[str], *, door: Door, **more: Any) -> Sequence[Inbound]:
    """Commit one letter, then wake the pipeline. Returns one row for each recipient. Must not be called in a transaction."""
    (rows,) = accept_all([Letter(raw, envelope_from, recipients, door, **more)])
    ring()
    return rows


def ring() -> None:
    doorbell.ring(BELL)


def accept_all(letters: Sequence[Letter]) -> list[Sequence[Inbound]]:
    """Commit several letters at once: one disk flush for all of them. Does not wake the pipeline."""
    with _flushed(), transaction.atomic(durable=True):
        known = _already_here(letters)
        new = [letter for letter in letters if letter.key not in known]
        groups = _groups_of(recipient for letter in new for recipient in letter.recipients)
        spooled = _inserted([_row(letter) for letter in new], _SPOOLED)
        shares = [_shares(letter, row, groups) for letter, row in zip(new, spooled, strict=True)]
        _inserted([share for several in shares for share in several], _INBOUND)
    fresh = iter(shares)
    return [known[letter.key] if letter.key in known else next(fresh) for letter in letters]


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if not field.primary_key]


_SPOOLED, _INBOUND = _columns(Spooled), _columns(Inbound)


def _inserted(rows: Sequence[Row], columns: Sequence[str]) -> Sequence[Row]:
    """What bulk_create does, in a quarter of its time: a server that says yes to each letter by itself does little else."""
    if rows:
        values = attrgetter(*columns)
        for some in chunks(rows, INSERTED_AT_ONCE):
            for row, key in zip(
                some, bulk.insert_few(type(some[0]), columns, [values(row) for row in some]), strict=True
            ):
                row.pk = key
    return rows


@contextmanager
def _flushed() -> Iterator[None]:
    """SQLite with WAL commits to memory unless told otherwise: after our yes the letter must outlive a power cut."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        if connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=NORMAL")


def reconnecting(ask: Callable[[], Answer]) -> Answer:
    """Ask over a new connection where one was lost while nobody looked, also the next few that a pool kept."""
    for _ in range(3):
        try:
            return ask()
        except AWAY:
            if connection.connection is None or connection.in_atomic_block:
                raise
            connection.close()
    return ask()


def _already_here(letters: Sequence[Letter]) -> dict[str | None, Sequence[Inbound]]:
    keys = [letter.key for letter in letters if letter.key]
    if not keys:
        return {}
    found: dict[str | None, list[Inbound]] = {}
    for key, pk in Spooled.objects.filter(key__in=keys).values_list("key", "pk"):
        found[key] = list(Inbound.objects.filter(spooled=pk))
    return dict(found)


def _row(letter: Letter) -> Spooled:
    return Spooled(
        raw=zstandard.ZstdCompressor(level=3).compress(letter.raw),
        size=len(letter.raw),
        envelope_from=storable(letter.envelope_from, LONGEST),
        door=letter.door,
        client=storable(letter.client, 100),
        helo=storable(letter.helo, 255),
        smtputf8=letter.smtputf8,
        received_at=letter.received_at,
        key=letter.key,
        sender_id=letter.sender_id,
    )


def _shares(letter: Letter, row: Spooled, groups: "Named") -> list[Inbound]:
    """One for each recipient; the same one named twice gets one."""
    distinct = {storable(recipient, LONGEST).lower(): recipient for recipient in reversed(letter.recipients)}
    return [
        Inbound(
            spooled=row,
            recipient=storable(recipient, LONGEST),
            group_id=_found(recipient, groups),
            received_at=letter.received_at,
        )
        for recipient in reversed(distinct.values())
    ]


def storable(text: str, longest: int) -> str:
    """Text that every database takes: no NUL, nothing that is not Unicode, not too long."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")[:longest]


Named = dict[str, tuple[int, int | None]]  # name -> keys of the group and of its domain


def _found(recipient: str, groups: Named) -> int | None:
    meaning = _meaning(recipient, groups)
    return groups[meaning.group][0] if meaning.group in groups else None


def _meaning(recipient: str, groups: Named) -> Address:
    """At a domain of its own a group is reached by its own letters alone; at the site's first one every group is."""
    address = parse_recipient(recipient)
    if address.site == MAIN:
        return address.among(groups)
    return address.among({slug for slug, (_, domain) in groups.items() if domain == address.site})


def _groups_of(recipients: Iterable[str], by_slug: Prepared | None = None, by_alias: Prepared | None = None) -> Named:
    """The groups that the recipients name in any reading."""
    slugs = {slug for recipient in recipients for slug in parse_recipient(recipient).groups}
    if not slugs:
        return {}
    found = _named((by_slug or _by_slug).all(slugs=list(slugs)))
    others = list(slugs - found.keys())
    return found | _named((by_alias or _by_alias).all(slugs=others)) if others else found


def _named(rows: Iterable[tuple[str, int, int | None]]) -> Named:
    return {slug: (pk, domain) for slug, pk, domain in rows}


_OF_GROUP, _OF_ALIAS = ("slug", "pk", "domain_id"), ("slug", "group_id", "group__domain_id")
_by_slug = Prepared(lambda: Group.objects.filter(slug__among=Slot("slugs")).values_list(*_OF_GROUP))
_by_alias = Prepared(
    lambda: Alias.objects.filter(slug__among=Slot("slugs"), group__isnull=False).values_list(*_OF_ALIAS)
)
# Without groups that were taken down: their addresses are refused at the door.
_standing_by_slug = Prepared(
    lambda: Group.objects.filter(slug__among=Slot("slugs"), taken_down_at__isnull=True).values_list(*_OF_GROUP)
)
_standing_by_alias = Prepared(
    lambda: Alias.objects.filter(
        slug__among=Slot("slugs"), group__isnull=False, group__taken_down_at__isnull=True
    ).values_list(*_OF_ALIAS)
)


def knows(recipient: str) -> bool:
    """Whether letters to this address are taken in: for RCPT TO."""
    groups = _groups_of([recipient], _standing_by_slug, _standing_by_alias)
    return _meaning(recipient, groups).kind is not Kind.NOBODY


def names_a_group(recipient: str) -> bool:
    """Whether the database must be asked about it."""
    return bool(parse_recipient(recipient).groups)


def could_be_ours(recipient: str) -> bool:
    """As much as can be said without the database."""
    return parse_recipient(recipient).kind is not Kind.NOBODY


def meaning(recipient: str) -> Address:
    """What the address means, given the groups there are."""
    return _meaning(recipient, _groups_of([recipient]))
