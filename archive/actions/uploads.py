"""Files on their way in: uploaded in pieces that may be interrupted and taken up again, or found in the operator's folder."""

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from accounts.models import User
from archive.actions.transfers import TransferRefused, plan_import
from archive.models import Transfer, TransferState
from groups.models import Group

PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Announced:
    """A file the browser is about to send."""

    name: str
    size: int


def begin_upload(*, group: Group, by: User, files: Sequence[Announced]) -> Transfer:
    """Start an upload, or find the interrupted one of the same person and files. TransferRefused when too much."""
    if not files:
        raise TransferRefused("Choose at least one file.")
    total = sum(file.size for file in files)
    if total > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // 1024**3
        raise TransferRefused(f"That is {total / 1024**3:.1f} GB; this site takes {limit} GB at most.")
    _refuse_without_space(total)
    announced = [{"name": file.name, "size": file.size} for file in files]
    waiting = Transfer.objects.filter(group=group, owner=by, state=TransferState.UPLOADING).order_by("-pk")[:20]
    for transfer in waiting:
        if transfer.report.get("files") == announced:
            return transfer
    transfer = plan_import(
        group=group, sources=[], by=by, name=", ".join(file.name for file in files), state=TransferState.UPLOADING
    )
    transfer.report = {"files": announced}
    transfer.total_bytes = total
    transfer.sources = [str(_place(transfer, place, file.name)) for place, file in enumerate(files)]
    transfer.save()
    return transfer


def _refuse_without_space(total: int) -> None:
    folder = Path(settings.UPLOAD_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < total + 256 * 1024 * 1024:
        raise TransferRefused("There is not enough room on this machine for the upload. Ask the site's operator.")


def _place(transfer: Transfer, index: int, name: str) -> Path:
    """Where a file goes: never a path of the sender's choosing."""
    safe = re.sub(r"[^\w.-]+", "-", Path(name.replace("\\", "/")).name, flags=re.ASCII).lstrip(".-")[:100] or "archive"
    return Path(settings.UPLOAD_FOLDER) / str(transfer.pk) / f"{index:03}-{safe}"


def received(transfer: Transfer) -> list[int]:
    """How many bytes of each file have come."""
    return [path.stat().st_size if path.exists() else 0 for path in map(Path, transfer.sources)]


def append(transfer: Transfer, index: int, offset: int, body: BinaryIO) -> int:
    """Add a piece at `offset`; returns the bytes now there. A piece that does not fit on the end changes nothing."""
    if transfer.state != TransferState.UPLOADING or not 0 <= index < len(transfer.sources):
        raise TransferRefused("This upload is over.")
    path = Path(transfer.sources[index])
    size = transfer.report["files"][index]["size"]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        there = file.tell()
        if there != offset:
            return there
        while piece := body.read(min(PIECE, size - there)):
            file.write(piece)
            there += len(piece)
    return there


def upload_done(transfer: Transfer) -> None:
    """All bytes are here: look through them next. TransferRefused names the file that is short."""
    for file, there in zip(transfer.report["files"], received(transfer), strict=True):
        if there != file["size"]:
            raise TransferRefused(f"{file['name']} is not complete: {there} of {file['size']} bytes have come.")
    Transfer.objects.filter(pk=transfer.pk, state=TransferState.UPLOADING).update(
        state=TransferState.CHECKING, report={}
    )


@transaction.atomic
def take_uploaded(*, group: Group, by: User, files: Iterable[tuple[str, BinaryIO]]) -> Transfer:
    """The way without JavaScript: whole files from one form, as (name, stream)."""
    files = list(files)
    if not files:
        raise TransferRefused("Choose at least one file.")
    names = [name for name, _ in files]
    transfer = plan_import(group=group, sources=[], by=by, name=", ".join(names), state=TransferState.CHECKING)
    transfer.sources = [str(_place(transfer, place, name)) for place, name in enumerate(names)]
    for path, (_, stream) in zip(map(Path, transfer.sources), files, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            shutil.copyfileobj(stream, file, PIECE)
    transfer.save()
    return transfer


def offered_files() -> list[str]:
    """What the operator put in the import folder: names relative to it, at most 500."""
    folder = Path(settings.IMPORT_FOLDER)
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))[:500]


def take_offered(*, group: Group, by: User, names: Sequence[str]) -> Transfer:
    """Plan a look through files of the import folder. TransferRefused for a name that is not among them."""
    there = set(offered_files())
    if not names or not set(names) <= there:
        raise TransferRefused("Choose files from the list; it may have changed meanwhile.")
    folder = Path(settings.IMPORT_FOLDER)
    return plan_import(group=group, sources=[folder / name for name in names], by=by, state=TransferState.CHECKING)


def start_checked(transfer: Transfer) -> None:
    """Import what was looked through."""
    if not Transfer.objects.filter(pk=transfer.pk, state=TransferState.CHECKED).update(state=TransferState.WAITING):
        raise TransferRefused("This import was started or cancelled already.")


def forget_upload(transfer: Transfer) -> None:
    """Delete the uploaded files; what the operator put in the import folder stays."""
    shutil.rmtree(Path(settings.UPLOAD_FOLDER) / str(transfer.pk), ignore_errors=True)
