"""Templates of the letters that are being sent, each fetched and taken apart once, and the copies made of them."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from mail.addressing import seal
from mail.models import Kind, Outgoing, SigningKey
from mail.outbox import personal, sealed, signing
from mail.outbox.claims import Claimed
from mail.outbox.session import Copy

_ARC_BEGUN = b"ARC-Authentication-Results:"
_FIRST_FIELD = re.compile(rb"^[^\r]*\r\n(?:[ \t][^\r]*\r\n)*")
KEPT_BYTES = 64 * 1024 * 1024
BOUNCE, LEAVE, MUTE, VOTE = "bounce", "leave", "mute", "vote"  # purposes of tokens


@dataclass(slots=True)
class Letter:
    """A letter ready to be copied."""

    template: personal.Template
    size: int
    verp: bool
    return_path: str
    smtputf8: bool
    made_at: datetime
    message: int  # primary key of the archived letter, 0 where there is none
    wants: frozenset[str]
    goes: bool  # nothing of it is kept once it is sent


class Letters:
    """The letters of a run, the latest used kept; and the key they are signed with."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Letter | None] = OrderedDict()
        self._bytes = 0
        self.key = own_key()

    def copy(self, delivery: Claimed) -> Copy | None:
        """The copy for one delivery; None where its letter was deleted."""
        letter = self._letter(delivery.outgoing_id)
        if letter is None:
            return None
        sender = f"bounce+{seal(BOUNCE, delivery.id)}@{settings.MAIL_DOMAIN}" if letter.verp else letter.return_path
        content = letter.template.fill(_values(letter, delivery))
        if self.key is not None:
            content = signing.signed(content, self.key)
        return Copy(sender, delivery.address, content, letter.smtputf8)

    def goes(self, outgoing_id: int) -> bool:
        """Whether it is to be deleted once it is sent, or refused for good."""
        letter = self._letter(outgoing_id)
        return letter is not None and letter.goes

    def age(self, outgoing_id: int, now: datetime) -> timedelta:
        letter = self._letter(outgoing_id)
        return now - letter.made_at if letter else timedelta(0)

    def _letter(self, pk: int) -> Letter | None:
        if pk in self._kept:
            self._kept.move_to_end(pk)
            return self._kept[pk]
        letter = _read(pk, sealing=self.key is not None)
        self._kept[pk] = letter
        self._bytes += letter.size if letter else 0
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.size if dropped else 0
        return letter


def own_key() -> signing.Key | None:
    """The newest active key of our own domain; None: the relay signs, or nobody."""
    row = SigningKey.objects.filter(domain=settings.MAIL_DOMAIN, active=True).order_by("-made_at", "-pk").first()
    return signing.Key(row.domain, row.selector, row.private_pem) if row else None


def _read(pk: int, *, sealing: bool) -> Letter | None:
    row = Outgoing.objects.filter(pk=pk).first()
    if row is None:
        return None
    raw = row.template_bytes
    if not sealing and raw.startswith(_ARC_BEGUN):
        raw = _FIRST_FIELD.sub(b"", raw, count=1)  # a set without its seal would break the chain it is to prolong
    template = personal.Template(raw)
    wants = frozenset(template.asked)
    made_at = min(row.made_at, timezone.now())
    return Letter(
        template,
        row.size,
        row.verp,
        row.return_path,
        row.smtputf8,
        made_at,
        row.letter_id or 0,
        wants,
        row.kind == Kind.RECEIPT,
    )


def _values(letter: Letter, delivery: Claimed) -> dict[str, str]:
    values: dict[str, str] = {}
    member = delivery.membership_id or 0
    if personal.LEAVE in letter.wants:
        values[personal.LEAVE] = seal(LEAVE, member)
    if personal.MUTE in letter.wants:
        values[personal.MUTE] = seal(MUTE, delivery.user_id or 0, letter.message)
    if personal.ADDRESS in letter.wants:
        values[personal.ADDRESS] = delivery.address
    for name in letter.wants:
        if name.startswith(personal.VOTE):
            values[name] = seal(VOTE, *map(int, name.removeprefix(personal.VOTE).split(".")), delivery.user_id or 0)
        elif name.startswith(personal.SEALED):
            values[name] = sealed.opened(name.removeprefix(personal.SEALED))
    return values
