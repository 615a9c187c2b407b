"""The one gate for mail that an address has not asked for: one a day, from the whole site, by whatever door."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from common.chunks import chunks
from groups.models import Asked, Group

AGAIN_AFTER = timedelta(days=1)


def may_ask(address: str) -> bool:
    """Whether such a mail may go now; the answer yes is used up by asking. Two workers never both get it."""
    now = timezone.now()
    address = address.lower()
    if Asked.objects.filter(address=address, at__lte=now - AGAIN_AFTER).update(at=now, group=None):
        return True
    if Asked.objects.filter(address=address).exists():
        return False
    try:
        with transaction.atomic():
            Asked.objects.create(address=address, at=now)
    except IntegrityError:  # another worker came first
        return False
    return True


def asked_lately(addresses: Iterable[str], *, but_for: Group) -> set[str]:
    """Which of many addresses got such a mail within the day; not because this group added them, which may be done anew."""
    recent = Asked.objects.filter(at__gt=timezone.now() - AGAIN_AFTER)
    others = recent.filter(Q(group__isnull=True) | ~Q(group=but_for))
    wanted = sorted({address.lower() for address in addresses})
    found = (others.filter(address__among=some).values_list("address", flat=True) for some in chunks(wanted, 5000))
    return {address for some in found for address in some}


def asked_now(addresses: Iterable[str], *, group: Group) -> None:
    """Use the day of many addresses up: this group tells them that they were added."""
    now = timezone.now()
    rows = [Asked(address=each, at=now, group=group) for each in sorted({address.lower() for address in addresses})]
    for some in chunks(rows, 2000):
        Asked.objects.bulk_create(some, update_conflicts=True, unique_fields=["address"], update_fields=["at", "group"])


def told_today(addresses: Iterable[str], *, group: Group) -> set[str]:
    """Of these, whom the group told already within the day that they were added."""
    recent = Asked.objects.filter(at__gt=timezone.now() - AGAIN_AFTER, group=group)
    return set(
        recent.filter(address__among=[address.lower() for address in addresses]).values_list("address", flat=True)
    )


def forget_old_askings() -> int:
    """Rows that allow everything again."""
    return Asked.objects.filter(at__lt=timezone.now() - 2 * AGAIN_AFTER).delete()[0]
