"""Detached attachments: stored once by content, below BLOB_FOLDER."""

import hashlib
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from django.conf import settings

from archive.importers.readers.types import Detached
from archive.prepare import StoredBlob
from common.text import storable

PIECE = 1024 * 1024
UNFINISHED = "incoming-"  # what begins so, and is old, was left by somebody who was killed
OLD = 24 * 60 * 60  # seconds


def keep(attachments: Iterable[Detached]) -> tuple[StoredBlob, ...]:
    """Copy each attachment to its place (a second copy of the same bytes costs nothing) and say where it stands.
    The caller holds archive.actions.blobs.blobs_locked() until the letter is committed."""
    return tuple(_keep(attachment) for attachment in attachments)


def _keep(attachment: Detached) -> StoredBlob:
    folder = Path(settings.BLOB_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    copy = tempfile.NamedTemporaryFile(dir=folder, prefix=UNFINISHED, delete=False)  # noqa: SIM115  it becomes the file
    try:
        with copy:
            sha256, size = _copy(attachment, copy)
        path = Path(sha256[:2]) / sha256[2:4] / sha256
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        Path(copy.name).replace(folder / path)
    except BaseException:
        Path(copy.name).unlink(missing_ok=True)
        raise
    return StoredBlob(storable(attachment.filename), storable(attachment.content_type), size, sha256, str(path))


def _copy(attachment: Detached, copy: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with attachment.open() as source:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            copy.write(piece)
    return digest.hexdigest(), size


def forget_unfinished() -> int:
    """Delete the halves of copies that were never finished; returns how many."""
    folder = Path(settings.BLOB_FOLDER)
    old = [path for path in folder.glob(f"{UNFINISHED}*") if path.stat().st_mtime < time.time() - OLD]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
