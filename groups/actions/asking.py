"""The one gate for mail that an address has not asked for: one a day, from the whole site, by whatever door."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.chunks import chunks
from groups.models import Asked

AGAIN_AFTER = timedelta(days=1)


def may_ask(address: str) -> bool:
    """Whether such a mail may go now; the answer yes is used up by asking. Two workers never both get it."""
    now = timezone.now()
    address = address.lower()
    if Asked.objects.filter(address=address, at__lte=now - AGAIN_AFTER).update(at=now):
        return True
    if Asked.objects.filter(address=address).exists():
        return False
    try:
        with transaction.atomic():
            Asked.objects.create(address=address, at=now)
    except IntegrityError:  # another worker came first
        return False
    return True


def asked_lately(addresses: Iterable[str]) -> set[str]:
    """Which of many addresses got such a mail within the day."""
    recent = Asked.objects.filter(at__gt=timezone.now() - AGAIN_AFTER)
    wanted = sorted({address.lower() for address in addresses})
    return {address for some in chunks(wanted, 5000) for address in _of(recent, some)}


def _of(recent: "QuerySet[Asked]", some: list[str]) -> Iterable[str]:
    return recent.filter(address__among=some).values_list("address", flat=True)


def asked_now(addresses: Iterable[str]) -> None:
    """Use the day of many addresses up."""
    now = timezone.now()
    rows = [Asked(address=address, at=now) for address in sorted({address.lower() for address in addresses})]
    for some in chunks(rows, 2000):
        Asked.objects.bulk_create(some, update_conflicts=True, unique_fields=["address"], update_fields=["at"])


def forget_old_askings() -> int:
    """Rows that allow everything again."""
    return Asked.objects.filter(at__lt=timezone.now() - 2 * AGAIN_AFTER).delete()[0]
