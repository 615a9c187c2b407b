"""A letter, or a whole topic, sent once more to one member who asked for it: the same copy as everybody had."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from archive.models import Message
from groups.models import Membership
from mail.delivery.post import template_of
from mail.models import Delivery, DeliveryState, Inbound, Kind, Mailbox, MailboxState, Outgoing
from mail.outbox.queue import domain_of, due_from, make_outgoing, queued

MOST_LETTERS = 50  # of a topic, the latest


def is_suspended(membership: Membership) -> bool:
    """Whether a copy would only come back."""
    mailboxes = Mailbox.objects.filter(address=membership.mail_address.lower(), state=MailboxState.SUSPENDED)
    return mailboxes.exists()


@transaction.atomic
def send_again(letters: Iterable[Message], membership: Membership) -> int:
    """Queue a copy of each letter for this member. Returns how many."""
    count = 0
    for letter in letters:
        _copy(letter, membership)
        count += 1
    return count


def _copy(letter: Message, membership: Membership) -> Outgoing:
    inbound = (
        Inbound.objects.filter(letter=letter).select_related("spooled").defer("spooled__raw").order_by("pk").first()
    )
    outgoing = make_outgoing(
        Kind.RESEND,
        template_of(letter, inbound),
        group=letter.group,
        letter=letter,
        message_id=letter.message_id,
        subject=letter.subject,
    )
    address = membership.mail_address
    Delivery.objects.create(
        outgoing=outgoing,
        membership=membership,
        user_id=membership.user_id,
        address=address,
        domain=domain_of(address),
        state=DeliveryState.QUEUED,
        due_at=due_from(Kind.RESEND, timezone.now()),
    )
    queued(outgoing)
    return outgoing
