"""Doorbells: an id in, one call, nothing else. What must survive stands in rows; beat sweeps what was missed."""

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from archive.actions.transfers import STALE, undo
from archive.importers.check import run_check
from archive.importers.pipeline import run_import
from archive.models import Transfer, TransferState
from archive.search import indexer


@shared_task
def index_pending() -> None:
    """Bring the search index up to date with what was written."""
    indexer.index_pending()


@shared_task
def run_transfer(transfer_id: int) -> None:
    """Do whatever the transfer's state asks for next."""
    transfer = Transfer.objects.select_related("group").get(pk=transfer_id)
    if transfer.state == TransferState.UNDOING:
        undo(transfer)
    elif transfer.state == TransferState.CHECKING:
        run_check(transfer)
    else:
        run_import(transfer)


@shared_task
def resume_transfers() -> None:
    """Start transfers that wait, and take up those whose worker went away."""
    gone = Q(beat_at__isnull=True) | Q(beat_at__lt=timezone.now() - STALE)
    states = (TransferState.WAITING, TransferState.CHECKING, TransferState.READING, TransferState.UNDOING)
    for pk in Transfer.objects.filter(gone, state__in=states).order_by("pk").values_list("pk", flat=True)[:20]:
        run_transfer.delay(pk)
