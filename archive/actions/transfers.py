"""The life of an import: asked for, claimed by one worker, cancelled, undone. Every change of state checks the state before."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from archive.actions.removing import measure_authors, remove_letters
from archive.actions.staging import release_staged, stage
from archive.actions.storing import lock_archive
from archive.models import Message, Thread, Transfer, TransferState
from common import processes
from groups.models import Group

STALE = timedelta(seconds=60)  # a worker that gave no sign of life for so long is gone
STALE_THOUGH_ALIVE = timedelta(minutes=15)  # where its process still runs on this machine: one batch may take a while
UNDER_WAY = (TransferState.WAITING, TransferState.CHECKING, TransferState.READING, TransferState.UNDOING)
RUNNABLE = (TransferState.WAITING, TransferState.READING)
UNDOABLE = (TransferState.DONE, TransferState.CANCELLED, TransferState.FAILED)


class TransferRefused(Exception):
    """What was asked cannot be done now; the sentence says why."""


class ClaimLost(Exception):
    """Another worker took the transfer over, or somebody cancelled it: this run must write nothing more."""


def in_language_of(user: User | None) -> AbstractContextManager[Any]:
    """Around what a worker says to one person; nobody's language is the site's."""
    chosen = user.language if user is not None else ""
    return translation.override(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)


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
    holder, beat_at = Transfer.objects.values_list("claim", "beat_at").get(pk=transfer.pk)
    if not is_free(holder, beat_at):
        return False
    taken = Transfer.objects.filter(pk=transfer.pk, claim=holder, beat_at=beat_at, state__in=states).update(
        state=to, claim=processes.signature(), beat_at=timezone.now(), error=""
    )
    if taken:
        transfer.refresh_from_db()
        if transfer.staged and transfer.state == TransferState.READING:
            stage(transfer)
    return bool(taken)


def is_free(holder: str, beat_at: datetime | None) -> bool:
    """Whether nobody is at a transfer. A worker that is known to live is given time: else two could take it from each
    other for ever, each before the other's batch is done."""
    if not holder or beat_at is None or processes.is_gone(holder):
        return True
    patience = STALE_THOUGH_ALIVE if processes.is_alive(holder) else STALE
    return timezone.now() - beat_at > patience


def abandoned(limit: int = 20) -> list[int]:
    """Transfers that wait for a worker, or whose worker went away, oldest first."""
    rows = Transfer.objects.filter(state__in=UNDER_WAY).order_by("pk").values_list("pk", "claim", "beat_at")
    return [pk for pk, holder, beat_at in rows if is_free(holder, beat_at)][:limit]


def beat(transfer: Transfer, **values: object) -> None:
    """Save progress and a sign of life in the caller's transaction; ClaimLost when the transfer is no longer this run's."""
    mine = Transfer.objects.filter(pk=transfer.pk, claim=transfer.claim, cancel_requested=False)
    if not mine.update(beat_at=timezone.now(), **values):
        raise ClaimLost


@contextmanager
def held(transfer: Transfer) -> Iterator[None]:
    """Around a run that has its claim: whatever breaks it off gives the claim back, so that the next run need not wait."""
    mine = Transfer.objects.filter(pk=transfer.pk, claim=transfer.claim)
    try:
        yield
    except BaseException:
        with suppress(DatabaseError):
            mine.update(claim="", beat_at=None)
        raise


def finish(transfer: Transfer, state: TransferState, *, error: str = "") -> None:
    """End a run: let what was staged be seen, count its threads, give the claim back; all of it or, killed, nothing.

    Raises ClaimLost, and changes nothing, when the transfer is no longer this run's.
    """
    with transaction.atomic():
        lock_archive(transfer.group)  # before the transfer's row, as storing does
        if transfer.staged:
            release_staged(transfer)
        if not Transfer.objects.filter(pk=transfer.pk, claim=transfer.claim).update(
            state=state,
            error=error,
            claim="",
            cancel_requested=False,
            finished_at=timezone.now(),
            threads=Thread.objects.filter(group=transfer.group, transfer=transfer).count(),
        ):
            raise ClaimLost
    transfer.refresh_from_db()
    if state != TransferState.FAILED:
        forget_upload(transfer.pk)


def finish_cancelled(transfer: Transfer) -> bool:
    """After ClaimLost: end the run as cancelled if that is why. False when another worker has it now."""
    mine = transfer.claim
    transfer.refresh_from_db()
    if transfer.claim != mine or not transfer.cancel_requested:
        return False
    finish(transfer, TransferState.CANCELLED)
    return True


def forget_upload(pk: int) -> None:
    """Delete the uploaded files of a transfer; what the operator put in the import folder stays."""
    shutil.rmtree(Path(settings.UPLOAD_FOLDER) / str(pk), ignore_errors=True)


def cancel(transfer: Transfer) -> str:
    """Ask a running import to stop after the batch in hand, or end one that has not begun. Returns what happened."""
    idle = Transfer.objects.filter(
        pk=transfer.pk, state__in=(TransferState.UPLOADING, TransferState.WAITING, TransferState.CHECKED)
    ).update(state=TransferState.CANCELLED, finished_at=timezone.now())
    if idle:
        forget_upload(transfer.pk)
        return "cancelled"
    running = Transfer.objects.filter(pk=transfer.pk, state__in=(TransferState.READING, TransferState.CHECKING)).update(
        cancel_requested=True
    )
    return "stopping" if running else "already over"


def try_again(transfer: Transfer) -> None:
    """Go on with an import that an error stopped: look through it again, or import from where it stopped."""
    begun = bool(transfer.messages)
    if not Transfer.objects.filter(pk=transfer.pk, state=TransferState.FAILED).update(
        state=TransferState.WAITING if begun else TransferState.CHECKING, error="", claim="", beat_at=None
    ):
        raise TransferRefused(_("This import did not fail, or is being tried again already."))
    transfer.refresh_from_db()


def ask_for_undo(transfer: Transfer) -> None:
    """Mark an import for undoing: a finished one, or one whose worker is gone. TransferRefused where it is under way."""
    transfer.refresh_from_db()
    left_alone = transfer.state in RUNNABLE and is_free(transfer.claim, transfer.beat_at)
    as_it_was = Transfer.objects.filter(pk=transfer.pk, state=transfer.state, claim=transfer.claim)
    if not (transfer.state in UNDOABLE or left_alone) or not as_it_was.update(
        state=TransferState.UNDOING, claim="", beat_at=None, cancel_requested=False, error=""
    ):
        said = _("Import %(number)s cannot be undone now: it is %(state)s.")
        raise TransferRefused(said % {"number": transfer.pk, "state": transfer.get_state_display().lower()})
    transfer.refresh_from_db()


def undo(transfer: Transfer) -> int:
    """Take every letter of a batch out again, chunk by chunk; can be stopped and called again. Returns how many went."""
    if not claim(transfer, states=(TransferState.UNDOING,), to=TransferState.UNDOING):
        said = _("Import %(number)s is being undone by another worker already.")
        raise TransferRefused(said % {"number": transfer.pk})
    removed = 0
    with held(transfer):
        while ids := list(
            Message.objects.filter(transfer=transfer)
            .order_by("id")
            .values_list("pk", flat=True)[: settings.IMPORT_BATCH]
        ):
            with transaction.atomic():
                removed += remove_letters(transfer.group, ids)
                beat(transfer)
        transfer.quarantine.all().delete()
        measure_authors(transfer.group)
        finish(transfer, TransferState.UNDONE)
    return removed
