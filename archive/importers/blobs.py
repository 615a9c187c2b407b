"""Detached attachments: stored once by content, below BLOB_FOLDER."""

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from archive.importers.readers.types import Detached
from archive.prepare import StoredBlob

PIECE = 1024 * 1024


def keep(attachments: Iterable[Detached]) -> tuple[StoredBlob, ...]:
    """Copy each attachment to its place (a second copy of the same bytes costs nothing) and say where it stands."""
    return tuple(_keep(attachment) for attachment in attachments)


def _keep(attachment: Detached) -> StoredBlob:
    folder = Path(settings.BLOB_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as copy, attachment.open() as source:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            copy.write(piece)
    sha256 = digest.hexdigest()
    path = Path(sha256[:2]) / sha256[2:4] / sha256
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    Path(copy.name).replace(folder / path)
    return StoredBlob(attachment.filename, attachment.content_type, size, sha256, str(path))
