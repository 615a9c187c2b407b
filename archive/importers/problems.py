"""What went wrong with an import, in a sentence for the person who asked for it."""

import errno
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.importers.readers.types import UnknownFormat
from common.locks import Busy
from common.text import storable

KEPT = gettext_lazy("What was imported until then is kept; it can be tried again.")
NO_ROOM = gettext_lazy(
    "There is no room left on this machine’s disk. What was imported until then is kept; it can be tried again."
)
PG_DISK_FULL = "53100"  # SQLSTATE
IN_WORDS = {
    errno.ENOSPC: NO_ROOM,
    errno.EDQUOT: NO_ROOM,
    errno.EROFS: gettext_lazy(
        "This machine’s disk cannot be written to. What was imported until then is kept; it can be tried again."
    ),
    errno.EIO: gettext_lazy("This machine’s disk failed. What was imported until then is kept; it can be tried again."),
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
        return _("Somebody else was at the files for too long. %(kept)s") % {"kept": KEPT}
    if isinstance(error, OSError):
        return storable(_of_system(error))
    what = f"{type(error).__name__}: {str(error)[:200].rstrip('.')}"
    return storable(_("Posthouse itself failed: %(what)s. %(kept)s") % {"what": what, "kept": KEPT})


def _of_database(error: DatabaseError) -> str:
    cause = error.__cause__
    if getattr(cause, "sqlstate", "") == PG_DISK_FULL or "disk is full" in str(error):
        return str(NO_ROOM)
    first = (str(error).strip().splitlines() or [_("no reason given")])[0]
    said = _("The database did not take it: %(what)s. %(kept)s")
    return storable(said % {"what": first[:200].rstrip("."), "kept": KEPT})


def _of_system(error: OSError) -> str:
    if error.errno in IN_WORDS:
        return str(IN_WORDS[error.errno])
    name = Path(str(error.filename)).name if error.filename else ""
    # Translators: begins a sentence in the place of a file's name
    what = {"name": f"“{name}”" if name else _("The file")}
    if isinstance(error, FileNotFoundError):
        return _("%(name)s is not there any more.") % what
    if isinstance(error, PermissionError):
        return _("%(name)s may not be read by this site: permission denied.") % what
    return _("%(name)s could not be read: %(why)s.") % {**what, "why": error.strerror or error}
