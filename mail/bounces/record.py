"""Taking note of reports: which copy came back, what that means for its mailbox, and when it is an incident instead.

Only what can be tied to a copy of ours counts: by the sealed return path (VERP), or by the Message-ID of the letter that came
back together with an address it was sent to. A forged report changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from common.text import storable
from groups.models import Membership
from mail.bounces import score
from mail.bounces.asking import ask_after_complaint
from mail.bounces.codes import categorise, enhanced_status
from mail.bounces.report import read
from mail.bounces.types import Category, Report
from mail.models import BounceEvent, Delivery, DeliveryState, Inbound, Incident, Mailbox, MailboxState
from mail.outbox.claims import Claimed, Result

KNOWN_FOR = timedelta(days=30)  # how long a Message-ID in a report is believed
COMPLAINED = "Somebody who reads this mailbox reported a letter of this group as spam."


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of a report: its category, the copies it was about, and a sentence for the log."""

    category: Category
    deliveries: tuple[int, ...]
    outcome: str


def take_report(inbound: Inbound, raw: bytes, delivery_id: int | None) -> Noted:
    """Note a letter that came to a return path. `delivery_id` is what its sealed token says, None where it had none."""
    report = read(raw)
    if report.category is Category.UNKNOWN and not report.is_failure:  # delivered, or written by a person
        return Noted(report.category, (), "It does not say that a letter was not delivered.")
    deliveries = _copies(report, delivery_id)
    if not deliveries:
        return Noted(report.category, (), "It could not be tied to a copy of ours.")
    with transaction.atomic():
        for delivery in deliveries:
            _note(delivery, *_said_of(delivery, report), inbound)
    return Noted(report.category, tuple(delivery.pk for delivery in deliveries), f"Noted as {report.category.value}.")


def _said_of(delivery: Delivery, report: Report) -> tuple[Category, str, str]:
    """Category, status and diagnostic: the recipient's own where the report speaks of several, else the report's."""
    address = delivery.address.lower()
    own = next((each for each in report.recipients if each.address.lower() == address and each.category), None)
    if own is None or own.category is None:
        return report.category, report.status, report.diagnostic
    return own.category, own.status, own.diagnostic or report.diagnostic


def _copies(report: Report, delivery_id: int | None) -> list[Delivery]:
    copies = Delivery.objects.select_related("outgoing", "membership")
    if delivery_id is not None:
        return list(copies.filter(pk=delivery_id))
    if not report.original_message_id:
        return []
    addresses = [address.lower() for address in report.addresses]
    return list(
        copies.filter(
            outgoing__message_id=report.original_message_id,
            outgoing__made_at__gte=timezone.now() - KNOWN_FOR,
            address__in=[*report.addresses, *addresses],
        )[:50]
    )


def take_reply(delivery: Delivery, code: int, text: str) -> Category:
    """Note that the relay refused a copy for good while it was handed over. Returns what that was taken for."""
    category = categorise(enhanced_status(text), text, permanent=code >= 500)
    with transaction.atomic():
        _note(delivery, category, enhanced_status(text), text, None)
    return category


def take_refusals(refused: Sequence[tuple[Claimed, Result]]) -> None:
    """Note those copies that the relay refused for good; what will be tried again says nothing yet."""
    final = {result.id: result for _, result in refused if result.state == DeliveryState.FAILED and result.code}
    for delivery in Delivery.objects.select_related("outgoing", "membership").filter(pk__in=final):
        result = final[delivery.pk]
        take_reply(delivery, result.code or 0, f"{result.status} {result.reply}".strip())


def _note(delivery: Delivery, category: Category, status: str, diagnostic: str, inbound: Inbound | None) -> None:
    address = delivery.address.lower()
    mailbox = _locked_mailbox(address)
    BounceEvent.objects.create(
        address=address,
        category=category,
        status=status,
        diagnostic=storable(diagnostic)[:500],
        weight=score.WEIGHTS.get(category, 0.0),
        delivery=delivery,
        inbound=inbound,
    )
    if category in (Category.HARD, Category.FULL, Category.TEMPORARY, Category.POLICY, Category.UNKNOWN):
        _mark_bounced(delivery, status, diagnostic)
        if _join_incident(delivery, category, diagnostic):
            return
    if category == Category.COMPLAINT and pause_for_complaint(delivery):
        ask_after_complaint(delivery)
    reckon(mailbox)


def _mark_bounced(delivery: Delivery, status: str, diagnostic: str) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENT).update(
        state=DeliveryState.BOUNCED, status=status, reply=storable(diagnostic)[:500]
    )


def _locked_mailbox(address: str) -> Mailbox:
    mailbox, made = Mailbox.objects.get_or_create(address=address)
    return mailbox if made else Mailbox.objects.select_for_update().get(pk=mailbox.pk)


def _join_incident(delivery: Delivery, category: Category, diagnostic: str) -> bool:
    """Whether this failure is part of an incident: a large part of the copies of one letter to one domain."""
    copies = Delivery.objects.filter(outgoing=delivery.outgoing_id, domain=delivery.domain)
    events = BounceEvent.objects.filter(delivery__in=copies.values("pk"))
    failed = events.values("address").distinct().count()
    if not score.is_incident(failed, copies.count()):
        return False
    incident, _ = Incident.objects.get_or_create(
        outgoing_id=delivery.outgoing_id,
        domain=delivery.domain,
        defaults={"category": category, "diagnostic": storable(diagnostic)[:500]},
    )
    Incident.objects.filter(pk=incident.pk).update(failures=failed)
    newly = events.filter(incident__isnull=True)
    addresses = set(newly.values_list("address", flat=True))
    newly.update(incident=incident, weight=0)
    for mailbox in Mailbox.objects.filter(address__in=addresses):
        reckon(mailbox)
    return True


def reckon(mailbox: Mailbox, now: datetime | None = None) -> Mailbox:
    """Work out the mailbox's state anew from its events since it was last heard of, and save it."""
    now = now or timezone.now()
    rows = BounceEvent.objects.filter(address=mailbox.address, at__gt=now - score.FORGOTTEN_AFTER)
    if mailbox.healed_at:
        rows = rows.filter(at__gt=mailbox.healed_at)
    events = [
        score.Event(at, category, incident is not None)
        for at, category, incident in rows.values_list("at", "category", "incident")
    ]
    standing = score.standing(events, now)
    mailbox.score, mailbox.first_at, mailbox.last_at = standing.score, standing.first_at, standing.last_at
    if standing.suspended and mailbox.state != MailboxState.SUSPENDED:
        mailbox.suspended_at, mailbox.probes = now, 0
        mailbox.probe_due_at = score.next_probe(now, 0)
    elif not standing.suspended:
        mailbox.suspended_at = mailbox.probe_due_at = None
        mailbox.probes = 0
    mailbox.state = standing.state
    mailbox.save()
    return mailbox


def heal(address: str, now: datetime | None = None) -> bool:
    """The address was heard of: it is normal again, for all groups at once. False where it was normal already."""
    now = now or timezone.now()
    mailbox = Mailbox.objects.filter(address=address.lower()).exclude(state=MailboxState.NORMAL, score=0).first()
    if mailbox is None:
        return False
    mailbox.healed_at = now
    reckon(mailbox, now)
    return True


def heal_the_silent(now: datetime | None = None) -> int:
    """Mailboxes in trouble to which a letter went since (to suspended ones a probe), that did not come back: normal again.
    Returns how many."""
    now = now or timezone.now()
    healed = 0
    troubled = Mailbox.objects.exclude(state=MailboxState.NORMAL)
    for mailbox in troubled.filter(last_at__lt=now - score.HEARD_AFTER).iterator():
        arrived = Delivery.objects.filter(
            address__iexact=mailbox.address,
            state=DeliveryState.SENT,
            sent_at__gt=mailbox.last_at,
            sent_at__lt=now - score.HEARD_AFTER,
        )
        healed += arrived.exists() and heal(mailbox.address, now)
    return healed


def pause_for_complaint(delivery: Delivery) -> bool:
    """A complaint pauses that group's mail for that member and nothing else."""
    if delivery.membership_id is None:
        return False
    paused = Membership.objects.filter(pk=delivery.membership_id, paused_at__isnull=True)
    return bool(paused.update(paused_at=timezone.now(), paused_because=COMPLAINED))
