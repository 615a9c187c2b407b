"""Files of detached attachments, shared by all letters that carry the same bytes: kept while one of them is there."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from archive.models import Attachment
from common.locks import Busy, file_lock

PATIENCE = 60.0  # seconds

logger = logging.getLogger(__name__)


@contextmanager
def blobs_locked() -> Iterator[None]:
    """Held from keeping a file until the letters that name it are committed: else somebody who deletes the last letter
    with the same bytes would take the file away in between. Raises Busy."""
    with file_lock(Path(settings.BLOB_FOLDER) / ".lock", PATIENCE):
        yield


def delete_unused(paths: Sequence[str]) -> None:
    """Delete the files that no attachment of any group names any more. To be called after the commit."""
    if not paths:
        return
    try:
        with blobs_locked():
            still_used = set(Attachment.objects.filter(blob__in=paths).values_list("blob", flat=True))
            for path in set(paths) - still_used:
                (Path(settings.BLOB_FOLDER) / path).unlink(missing_ok=True)
    except (Busy, OSError) as error:
        logger.warning("%s unused attachments could not be deleted: %s", len(paths), error)
