"""Files on their way in: uploaded in pieces that may be interrupted and taken up again, or found in the operator's folder."""

import fcntl
import logging
import re
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, BinaryIO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from archive.actions.transfers import TransferRefused, forget_upload, plan_import
from archive.models import Transfer, TransferState
from common.text import storable
from groups.models import Group

PIECE = 1024 * 1024
MOST_FILES = 200
SPARE = 256 * 1024 * 1024  # bytes of the disk that uploads leave free
NO_ROOM = gettext_lazy("There is not enough room on this machine for the upload. Ask the site’s operator.")
UPLOADS_REST = timedelta(days=7)  # an upload nobody goes on with
REPORTS_REST = timedelta(days=30)  # files that were looked through, or that failed, and nobody came back to

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Announced:
    """A file the browser is about to send."""

    name: str
    size: int


def begin_upload(*, group: Group, by: User, files: Sequence[Announced]) -> Transfer:
    """Start an upload, or find the interrupted one of the same person and files. TransferRefused when too much."""
    total = sum(file.size for file in files)
    _refuse_too_much(len(files), total)
    announced = [{"name": storable(file.name), "size": file.size} for file in files]
    waiting = Transfer.objects.filter(group=group, owner=by, state=TransferState.UPLOADING).order_by("-pk")[:20]
    for transfer in waiting:
        if transfer.report.get("files") == announced:
            return transfer
    _refuse_without_room(total)
    transfer = _plan(group, by, [file.name for file in files])
    transfer.report = {"files": announced}
    transfer.total_bytes = total
    transfer.save(update_fields=["report", "total_bytes"])
    return transfer


def _plan(group: Group, by: User, names: Sequence[str]) -> Transfer:
    transfer = plan_import(
        group=group, sources=[], by=by, name=storable(", ".join(names)), state=TransferState.UPLOADING
    )
    transfer.sources = [str(_place(transfer, place, name)) for place, name in enumerate(names)]
    transfer.save(update_fields=["sources"])
    return transfer


def _refuse_too_much(files: int, total: int) -> None:
    if not files:
        raise TransferRefused(_("Choose at least one file."))
    if files > MOST_FILES:
        said = _("Those are %(count)s files; send %(most)s at most at a time, or put them into a zip.")
        raise TransferRefused(said % {"count": files, "most": MOST_FILES})
    if total > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // 1024**3
        raise TransferRefused(_("That is more than this site takes: %(limit)s GB at most.") % {"limit": limit})


def _refuse_without_room(total: int) -> None:
    folder = Path(settings.UPLOAD_FOLDER)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise _refusal(error) from None
    if free < total + SPARE:
        raise TransferRefused(str(NO_ROOM))


def _refusal(error: OSError) -> TransferRefused:
    """The machine's fault in words for the person, and whole in the log for the operator."""
    logger.error("An upload could not be kept: %s", error)
    if isinstance(error, PermissionError):
        return TransferRefused(_("This site may not write to its upload folder. Ask the site’s operator."))
    return TransferRefused(str(NO_ROOM))


def _place(transfer: Transfer, index: int, name: str) -> Path:
    """Where a file goes: never a path of the sender's choosing."""
    safe = re.sub(r"[^\w.-]+", "-", Path(name.replace("\\", "/")).name, flags=re.ASCII).lstrip(".-")[:100] or "archive"
    return Path(settings.UPLOAD_FOLDER) / str(transfer.pk) / f"{index:03}-{safe}"


def received(transfer: Transfer) -> list[int]:
    """How many bytes of each file have come."""
    return [_size(Path(source)) for source in transfer.sources]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def append(transfer: Transfer, index: int, offset: int, body: BinaryIO) -> int:
    """Add a piece at `offset`; returns the bytes now there. A piece that does not fit on the end changes nothing."""
    if transfer.state != TransferState.UPLOADING or not 0 <= index < len(transfer.sources):
        raise TransferRefused(_("This upload is over."))
    path = Path(transfer.sources[index])
    size = transfer.report["files"][index]["size"]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            # The same files chosen in two windows: one piece at a time, and the second finds that it no longer fits.
            fcntl.flock(file, fcntl.LOCK_EX)
            there = file.seek(0, 2)
            return there if there != offset else there + _copy(body, file, size - there)
    except OSError as error:
        raise _refusal(error) from None


def _copy(body: BinaryIO, file: BinaryIO, room: int) -> int:
    copied = 0
    while room > copied and (piece := _read(body, min(PIECE, room - copied))):
        file.write(piece)
        copied += len(piece)
    return copied


def _read(body: BinaryIO, size: int) -> bytes:
    """b"" where the browser went away: what came until then is kept, and the rest is sent later."""
    try:
        return body.read(size)
    except OSError:  # django.http.UnreadablePostError
        return b""


def upload_done(transfer: Transfer) -> None:
    """All bytes are here: look through them next. TransferRefused names the file that is short."""
    if transfer.state != TransferState.UPLOADING:
        raise TransferRefused(_("This upload is over."))
    for file, path in zip(transfer.report["files"], map(Path, transfer.sources), strict=True):
        if _size(path) != file["size"]:
            said = _("%(name)s is not complete: %(come)s of %(size)s bytes have come.")
            raise TransferRefused(said % {"name": file["name"], "come": _size(path), "size": file["size"]})
        _make_empty(path)
    Transfer.objects.filter(pk=transfer.pk, state=TransferState.UPLOADING).update(
        state=TransferState.CHECKING, report={}
    )


def _make_empty(path: Path) -> None:
    """An empty file sends no piece; it is there all the same, for the report to say that it is empty."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise _refusal(error) from None


def take_uploaded(*, group: Group, by: User, files: Iterable[tuple[str, int, IO[bytes]]]) -> Transfer:
    """The way without JavaScript: whole files from one form, as (name, size, stream)."""
    files = list(files)
    total = sum(size for _, size, _ in files)
    _refuse_too_much(len(files), total)
    _refuse_without_room(total)
    transfer = _plan(group, by, [name for name, _, _ in files])
    try:
        # Outside any transaction: copying gigabytes must not hold the database.
        for path, (_, _, stream) in zip(map(Path, transfer.sources), files, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                shutil.copyfileobj(stream, file, PIECE)
    except OSError as error:
        forget_upload(transfer.pk)
        transfer.delete()
        raise _refusal(error) from None
    transfer.state = TransferState.CHECKING
    transfer.save(update_fields=["state"])
    return transfer


def offered_files() -> list[str]:
    """What the operator put in the import folder: names relative to it, at most 500."""
    folder = Path(settings.IMPORT_FOLDER)
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return []
    return [name for name in names if not name.startswith(".") and storable(name) == name][:500]


def take_offered(*, group: Group, by: User, names: Sequence[str]) -> Transfer:
    """Plan a look through files of the import folder. TransferRefused for a name that is not among them."""
    there = set(offered_files())
    if not names or not set(names) <= there:
        raise TransferRefused(_("Choose files from the list; it may have changed meanwhile."))
    folder = Path(settings.IMPORT_FOLDER)
    return plan_import(group=group, sources=[folder / name for name in names], by=by, state=TransferState.CHECKING)


def start_checked(transfer: Transfer) -> None:
    """Import what was looked through."""
    if not Transfer.objects.filter(pk=transfer.pk, state=TransferState.CHECKED).update(state=TransferState.WAITING):
        raise TransferRefused(_("This import was started or cancelled already."))


def forget_abandoned() -> int:
    """Delete files of uploads that nobody came back to; returns how many uploads that were.

    Unfinished ones rest for a week from the last piece, those that were looked through or that failed for a month. A folder
    without any such transfer (its group is gone, or a kill came between the import's end and the deleting) goes as well.
    """
    folder = Path(settings.UPLOAD_FOLDER)
    forgotten = 0
    for place in folder.iterdir() if folder.is_dir() else ():
        if place.name.isdecimal() and _is_abandoned(int(place.name), place):
            forget_upload(int(place.name))
            forgotten += 1
    return forgotten + _forget_announced()


def _forget_announced() -> int:
    """Uploads of which not one byte came, so that they have no folder."""
    long_ago = timezone.now() - UPLOADS_REST
    announced = Transfer.objects.filter(state=TransferState.UPLOADING, created_at__lt=long_ago)
    empty = [transfer.pk for transfer in announced if not any(received(transfer))]
    return announced.filter(pk__in=empty).update(state=TransferState.CANCELLED, finished_at=timezone.now())


_WAITING_FOR_PEOPLE = {
    TransferState.UPLOADING: UPLOADS_REST,
    TransferState.CHECKED: REPORTS_REST,
    TransferState.FAILED: REPORTS_REST,
}
_OVER = (TransferState.DONE, TransferState.CANCELLED, TransferState.UNDONE)


def _is_abandoned(pk: int, place: Path) -> bool:
    """Whether the files may go; the transfer of an upload that was never finished is cancelled with them."""
    transfer = Transfer.objects.filter(pk=pk).first()
    rest = UPLOADS_REST if transfer is None else _WAITING_FOR_PEOPLE.get(TransferState(transfer.state))
    if transfer is not None and transfer.state in _OVER:
        return True
    if rest is None or timezone.now().timestamp() - _last_touched(place) < rest.total_seconds():
        return False
    if transfer is None or transfer.state == TransferState.FAILED:
        return True
    left = Transfer.objects.filter(pk=pk, state=transfer.state)
    return bool(left.update(state=TransferState.CANCELLED, finished_at=timezone.now()))


def _last_touched(place: Path) -> float:
    times = [place.stat().st_mtime]
    with suppress(OSError):
        times += [path.stat().st_mtime for path in place.iterdir()]
    return max(times)
