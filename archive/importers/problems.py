"""What went wrong with an import, in a sentence for the person who asked for it."""

import errno
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from archive.importers.readers.types import UnknownFormat
from common.locks import Busy
from common.text import storable

KEPT = "What was imported until then is kept; it can be tried again."
NO_ROOM = f"There is no room left on this machine’s disk. {KEPT}"
PG_DISK_FULL = "53100"  # SQLSTATE
IN_WORDS = {
    errno.ENOSPC: NO_ROOM,
    errno.EDQUOT: NO_ROOM,
    errno.EROFS: f"This machine’s disk cannot be written to. {KEPT}",
    errno.EIO: f"This machine’s disk failed. {KEPT}",
}


class SourceGone(Exception):
    """A file of the import is no longer there. The sentence names it."""


def explain(error: Exception, sources: Iterable[str] = ()) -> str:
    """One sentence or two, without a path of this machine beyond a file's own name: of what was uploaded (`sources`) the
    name it had at home."""
    said = _explain(error)
    for path in map(Path, sources):
        if Path(settings.UPLOAD_FOLDER) in path.parents:
            said = said.replace(f"“{path.name}”", f"“{path.name.partition('-')[2]}”")
    return said


def _explain(error: Exception) -> str:
    if isinstance(error, SourceGone | UnknownFormat):
        return storable(str(error))
    if isinstance(error, DatabaseError):
        return _of_database(error)
    if isinstance(error, Busy):
        return f"Somebody else was at the files for too long. {KEPT}"
    if isinstance(error, OSError):
        return storable(_of_system(error))
    return storable(f"Posthouse itself failed: {type(error).__name__}: {str(error)[:200].rstrip('.')}. {KEPT}")


def _of_database(error: DatabaseError) -> str:
    cause = error.__cause__
    if getattr(cause, "sqlstate", "") == PG_DISK_FULL or "disk is full" in str(error):
        return NO_ROOM
    first = (str(error).strip().splitlines() or ["no reason given"])[0]
    return storable(f"The database did not take it: {first[:200].rstrip('.')}. {KEPT}")


def _of_system(error: OSError) -> str:
    if error.errno in IN_WORDS:
        return IN_WORDS[error.errno]
    name = Path(str(error.filename)).name if error.filename else ""
    what = f"“{name}”" if name else "The file"
    if isinstance(error, FileNotFoundError):
        return f"{what} is not there any more."
    if isinstance(error, PermissionError):
        return f"{what} may not be read by this site: permission denied."
    return f"{what} could not be read: {error.strerror or error}."
