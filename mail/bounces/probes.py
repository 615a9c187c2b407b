"""Asking a suspended mailbox whether it lives: a short mail, four times at most, ever more rarely (mail.bounces.score).

A probe that comes back counts as any other letter; one that does not come back for HEARD_AFTER heals (record.heal_the_silent).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from common import notices
from groups.models import Membership
from mail import tokens
from mail.addressing import site_address
from mail.bounces import score
from mail.models import BounceEvent, Kind, Mailbox, MailboxState
from mail.outbox.queue import queue_letter
from mail.tokens import Yes


def send_due(now: datetime | None = None) -> int:
    """Queue the probes that are due; returns how many."""
    now = now or timezone.now()
    due = Mailbox.objects.filter(state=MailboxState.SUSPENDED, probe_due_at__lte=now)
    return sum(_probe(mailbox, now) for mailbox in due.order_by("pk").iterator())


@transaction.atomic
def _probe(mailbox: Mailbox, now: datetime) -> int:
    """The mark moves with the mail: of two workers one finds nothing to move."""
    probes = mailbox.probes + 1
    following = score.next_probe(mailbox.suspended_at or now, probes)
    ours = Mailbox.objects.filter(pk=mailbox.pk, state=MailboxState.SUSPENDED, probe_due_at=mailbox.probe_due_at)
    if not _is_anybodys(mailbox.address):
        ours.update(probe_due_at=None)
        return 0
    if not ours.update(probes=probes, probe_due_at=max(following, now) if following else None):
        return 0
    _queue(mailbox)
    return 1


def _is_anybodys(address: str) -> bool:
    """Whether somebody's mail would go there. (Addresses of accounts and memberships are kept in small letters.)"""
    return (
        Membership.objects.filter(
            Q(address=address) | Q(address="", user__email=address), user__is_active=True
        ).exists()
        or User.objects.filter(email=address, daily_mail=True, is_active=True).exists()
    )


def _queue(mailbox: Mailbox) -> None:
    token = tokens.to_confirm(Yes.MAILBOX, mailbox.pk)
    last = BounceEvent.objects.filter(address=mailbox.address).exclude(diagnostic="").order_by("-at").first()
    context = {"last": last.diagnostic if last else "", **tokens.ways(token)}
    letter = notices.compose("probe", mailbox.address, context, reply_to=site_address("confirm", token))
    message = letter.message()
    queue_letter(
        Kind.PROBE,
        message.as_bytes(),
        [mailbox.address],
        subject=str(letter.subject),
        message_id=str(message["Message-ID"]).strip("<> "),
    )
