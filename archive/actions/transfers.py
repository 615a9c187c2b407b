"""The life of an import: asked for, claimed by one worker, cancelled, undone. Every change of state checks the state before."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from archive.actions.removing import remove_letters
from archive.actions.staging import release_staged
from archive.actions.storing import lock_archive, touch
from archive.models import Message, Thread, Transfer, TransferState
from common import processes
from groups.models import Group

STALE = timedelta(seconds=60)  # a worker that gave no sign of life for so long is gone
RUNNABLE = (TransferState.WAITING, TransferState.READING)
UNDOABLE = (TransferState.DONE, TransferState.CANCELLED, TransferState.FAILED)


class TransferRefused(Exception):
    """What was asked cannot be done now; the sentence says why."""


class ClaimLost(Exception):
    """Another worker took the transfer over, or somebody cancelled it: this run must write nothing more."""


def plan_import(
    *,
    group: Group,
    sources: Sequence[Path],
    by: User | None = None,
    name: str = "",
    state: TransferState = TransferState.WAITING,
) -> Transfer:
    """Write down an import of these files or folders. Letters of a members-only archive stay unseen until it is done."""
    return Transfer.objects.create(
        group=group,
        owner=by,
        name=(name or ", ".join(source.name for source in sources))[:255],
        sources=[str(source) for source in sources],
        state=state,
        staged=not group.archive_is_public,
    )


def claim(transfer: Transfer, *, states: Sequence[str] = RUNNABLE, to: TransferState = TransferState.READING) -> bool:
    """Make this run the only one that may write for the transfer; False when another one is alive and at it."""
    now = timezone.now()
    holder = Transfer.objects.values_list("claim", flat=True).get(pk=transfer.pk)
    free = Q(claim="") | Q(beat_at__isnull=True) | Q(beat_at__lt=now - STALE)
    if processes.is_gone(holder):
        free |= Q(claim=holder)
    taken = Transfer.objects.filter(free, pk=transfer.pk, state__in=states).update(
        state=to, claim=processes.signature(), beat_at=now, error=""
    )
    if taken:
        transfer.refresh_from_db()
        _stage(transfer)
    return bool(taken)


@transaction.atomic
def _stage(transfer: Transfer) -> None:
    if transfer.staged and transfer.state == TransferState.READING:
        archive = lock_archive(transfer.group)
        if transfer.pk not in archive.staging:
            archive.staging = [*archive.staging, transfer.pk]
            touch(archive)


def beat(transfer: Transfer, **values: object) -> None:
    """Save progress and a sign of life in the caller's transaction; ClaimLost when the transfer is no longer this run's."""
    mine = Transfer.objects.filter(pk=transfer.pk, claim=transfer.claim, cancel_requested=False)
    if not mine.update(beat_at=timezone.now(), **values):
        raise ClaimLost


def finish(transfer: Transfer, state: TransferState, *, error: str = "") -> None:
    """End a run: let what was staged be seen, count its threads, give the claim back."""
    if transfer.staged:
        release_staged(transfer)
    Transfer.objects.filter(pk=transfer.pk, claim=transfer.claim).update(
        state=state,
        error=error,
        claim="",
        cancel_requested=False,
        finished_at=timezone.now(),
        threads=Thread.objects.filter(group=transfer.group, transfer=transfer).count(),
    )
    transfer.refresh_from_db()


def cancel(transfer: Transfer) -> str:
    """Ask a running import to stop after the batch in hand, or end one that has not begun. Returns what happened."""
    idle = Transfer.objects.filter(
        pk=transfer.pk, state__in=(TransferState.UPLOADING, TransferState.WAITING, TransferState.CHECKED)
    ).update(state=TransferState.CANCELLED, finished_at=timezone.now())
    if idle:
        return "cancelled"
    running = Transfer.objects.filter(pk=transfer.pk, state__in=(TransferState.READING, TransferState.CHECKING)).update(
        cancel_requested=True
    )
    return "stopping" if running else "already over"


def ask_for_undo(transfer: Transfer) -> None:
    """Mark a finished import for undoing. TransferRefused where it is under way or undone already."""
    if not Transfer.objects.filter(pk=transfer.pk, state__in=UNDOABLE).update(
        state=TransferState.UNDOING, claim="", beat_at=None, cancel_requested=False
    ):
        transfer.refresh_from_db()
        raise TransferRefused(
            f"Import {transfer.pk} cannot be undone now: it is {transfer.get_state_display().lower()}."
        )
    transfer.refresh_from_db()


def undo(transfer: Transfer, *, chunk: int = 1000) -> int:
    """Take every letter of a batch out again, chunk by chunk; can be stopped and called again. Returns how many went."""
    if not claim(transfer, states=(TransferState.UNDOING,), to=TransferState.UNDOING):
        raise TransferRefused(f"Import {transfer.pk} is being undone by another worker already.")
    removed = 0
    while ids := list(Message.objects.filter(transfer=transfer).order_by("id").values_list("pk", flat=True)[:chunk]):
        with transaction.atomic():
            removed += remove_letters(transfer.group, ids)
            beat(transfer)
    transfer.quarantine.all().delete()
    finish(transfer, TransferState.UNDONE)
    return removed
