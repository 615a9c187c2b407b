"""What stopped an import, in words for the person who asked for it, without the paths of the machine."""

import errno

import pytest
from django.db import DataError, OperationalError

from archive.importers.problems import KEPT, NO_ROOM, SourceGone, explain
from archive.importers.readers.types import UnknownFormat
from common.locks import Busy

FULL = OperationalError("could not extend file")
FULL.__cause__ = type("DiskFull", (Exception,), {"sqlstate": "53100"})()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/srv/blobs/x"), NO_ROOM),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), NO_ROOM),
        (OperationalError("database or disk is full"), NO_ROOM),
        (FULL, NO_ROOM),
        (PermissionError(13, "Permission denied", "/srv/a.mbox"), "“a.mbox” may not be read by this site: permission denied."),
        (FileNotFoundError(2, "No such file", "/srv/a.mbox"), "“a.mbox” is not there any more."),
        (IsADirectoryError(21, "Is a directory"), "The file could not be read: Is a directory."),
        (OSError("odd"), "The file could not be read: odd."),
        (DataError("numeric out of range.\nDETAIL: x"), f"The database did not take it: numeric out of range. {KEPT}"),
        (Busy("x is held"), f"Somebody else was at the files for too long. {KEPT}"),
        (SourceGone("a.mbox is not there any more."), "a.mbox is not there any more."),
        (RuntimeError("a\0b\ud800"), f"Posthouse itself failed: RuntimeError: a\ufffdb\ufffd. {KEPT}"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)  # fmt: skip
def test_every_trouble_has_its_sentence(error, words):
    assert explain(error) == words
    assert "/srv" not in explain(error)


def test_what_is_unknown_says_what_is_known():
    assert "What can be read: mbox" in explain(UnknownFormat("“x” is a picture."))


def test_an_uploaded_file_is_called_by_the_name_it_had_at_home(settings):
    kept = settings.UPLOAD_FOLDER / "7" / "000-holiday.png"
    assert explain(UnknownFormat(f"“{kept.name}” is a picture."), [str(kept)]).startswith("“holiday.png” is a picture.")
