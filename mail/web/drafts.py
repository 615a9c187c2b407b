"""Files of a letter that is still being written: kept on disk while its author looks at the preview or mends a mistake, for a
browser gives a file only once."""

import json
import re
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from mail.web.letters import File

KEPT_SECONDS = 24 * 3600
MOST_DRAFTS = 10  # of one person; what was begun before is gone
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*\Z")


@dataclass(frozen=True, slots=True)
class KeptFile:
    place: str
    name: str
    content_type: str
    size: int
    path: Path

    def read(self) -> File:
        return File(self.name, self.content_type, self.path.read_bytes())


def kept(user_id: int, once: str) -> list[KeptFile]:
    """The files of this letter, in the order they were chosen."""
    found = []
    for about in sorted(_folder(user_id, once).glob("*.json")):
        words = json.loads(about.read_text("utf-8"))
        path = about.with_suffix("")
        if path.exists():
            found.append(KeptFile(path.name, words["name"], words["type"], path.stat().st_size, path))
    return found


def keep(user_id: int, once: str, files: Iterable[UploadedFile]) -> None:
    folder = _folder(user_id, once)
    if not folder.exists():
        _clear_old(user_id)
        folder.mkdir(parents=True, exist_ok=True)
    place = max((int(each.place) for each in kept(user_id, once)), default=0)
    for place, file in enumerate(files, place + 1):  # noqa: B020
        path = folder / f"{place:04}"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        words = {"name": _name(file.name or ""), "type": _type(file.content_type or "")}
        path.with_suffix(".json").write_text(json.dumps(words), "utf-8")


def take_away(user_id: int, once: str, places: Iterable[str]) -> None:
    for each in kept(user_id, once):
        if each.place in places:
            each.path.with_suffix(".json").unlink(missing_ok=True)
            each.path.unlink(missing_ok=True)


def forget(user_id: int, once: str) -> None:
    shutil.rmtree(_folder(user_id, once), ignore_errors=True)


def _folder(user_id: int, once: str) -> Path:
    return _root() / f"{user_id}-{once}"


def _root() -> Path:
    return Path(settings.DRAFT_FOLDER)


def _clear_old(user_id: int) -> None:
    """What nobody came back to, and of this person what is beyond MOST_DRAFTS."""
    folders = [(_age(folder), folder) for folder in (_root().iterdir() if _root().exists() else ())]
    own = sorted(each for each in folders if each[1].name.startswith(f"{user_id}-"))
    for age, folder in folders:
        if age > KEPT_SECONDS or (age, folder) in own[MOST_DRAFTS - 1 :]:
            shutil.rmtree(folder, ignore_errors=True)


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:  # another process was quicker
        return 0.0


def _name(name: str) -> str:
    return " ".join(name.replace("\\", "/").rpartition("/")[2].split())[:200] or "file"


def _type(content_type: str) -> str:
    found = content_type.partition(";")[0].strip().lower()
    return found if _TYPE.match(found) and len(found) < 100 else "application/octet-stream"
