"""Rows of the mail gateway for tests."""

from typing import Any

import zstandard
from django.utils import timezone

from accounts.models import User
from archive.keys import key_of
from archive.models import Message
from groups.models import Group, Membership
from groups.moderation import queue
from mail.models import Delivery, DeliveryState, Door, Inbound, InboundState, Kind, Outgoing, Spooled


def make_inbound(
    group: Group | None = None, raw: bytes = b"Subject: x\r\n\r\nx\r\n", recipient: str = "", **fields: Any
) -> Inbound:
    """A letter that has come in and waits; fields of Spooled are given as spooled={…}."""
    spooled = Spooled.objects.create(
        raw=zstandard.compress(raw),
        size=len(raw),
        door=Door.LMTP,
        **{"envelope_from": "ann@example.org", **fields.pop("spooled", {})},
    )
    fields.setdefault("message_id_key", key_of(fields.get("message_id", "")))
    inbound = Inbound.objects.create(
        spooled=spooled, group=group, recipient=recipient or (group.address if group else "x@y"), **fields
    )
    if group is not None and inbound.state == InboundState.HELD:
        make_waiting(inbound, group)
    return inbound


def make_waiting(inbound: Inbound, group: Group) -> None:
    """Its row in the moderators' queue."""
    row = queue.wait(
        "letter",
        inbound.pk,
        group,
        title=inbound.subject,
        who=inbound.author,
        rule=inbound.rule,
        reason=inbound.reason,
        person=inbound.spooled.sender_id,
    )
    queue.wait_all([row])


def make_outgoing(group: Group | None = None, letter: Message | None = None, **fields: Any) -> Outgoing:
    template = fields.pop("template", b"Subject: x\r\n\r\nx\r\n")
    fields.setdefault("kind", Kind.POST)
    fields.setdefault("message_id", letter.message_id if letter else "post-7@example.org")
    return Outgoing.objects.create(
        group=group,
        letter=letter,
        template=zstandard.compress(template),
        size=len(template),
        queued_at=timezone.now(),
        **fields,
    )


def make_delivery(
    outgoing: Outgoing, to: User | Membership | str, state: str = DeliveryState.SENT, **fields: Any
) -> Delivery:
    """A copy; sent already unless said otherwise."""
    membership = to if isinstance(to, Membership) else None
    user = to if isinstance(to, User) else membership.user if membership else None
    address = to if isinstance(to, str) else (membership.mail_address if membership else user.email if user else "")
    if state == DeliveryState.SENT:
        fields.setdefault("sent_at", timezone.now())
    return Delivery.objects.create(
        outgoing=outgoing,
        membership=membership,
        user=user,
        address=address,
        domain=address.rpartition("@")[2],
        state=state,
        **fields,
    )
