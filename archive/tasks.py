"""Doorbells: an id in, one call, nothing else. What must survive stands in rows; beat sweeps what was missed."""

from contextlib import suppress

from celery import shared_task

from archive.actions import chores, uploads
from archive.actions.transfers import TransferRefused, abandoned, undo
from archive.importers import blobs
from archive.importers.check import run_check
from archive.importers.pipeline import run_import
from archive.models import Transfer, TransferState
from archive.search import indexer
from common.alone import Alone

_chores = Alone(chores.do_waiting)


@shared_task
def index_pending() -> None:
    """Bring the search index up to date with what was written."""
    indexer.index_pending()


@shared_task
def run_transfer(transfer_id: int) -> None:
    """Do whatever the transfer's state asks for next."""
    transfer = Transfer.objects.select_related("group").filter(pk=transfer_id).first()
    if transfer is None:
        return  # its group was deleted meanwhile
    if transfer.state == TransferState.UNDOING:
        with suppress(TransferRefused):  # another worker is at it
            undo(transfer)
    elif transfer.state == TransferState.CHECKING:
        run_check(transfer)
    else:
        run_import(transfer)


@shared_task
def resume_transfers() -> None:
    """Start transfers that wait, and take up those whose worker went away."""
    for pk in abandoned():
        run_transfer.delay(pk)


@shared_task
def do_chores() -> None:
    """Work through what moderators asked for that takes longer than a page."""
    _chores()


@shared_task
def clear_up() -> None:
    """Delete uploads that nobody came back to, and what killed imports left unfinished."""
    uploads.forget_abandoned()
    blobs.forget_unfinished()
