"""While the database is away: letters as files, in the way of Maildir (written in tmp/, flushed, renamed into new/).

A letter is two files, NAME.json with the envelope and NAME.eml with the bytes. The second rename is the moment from which it is
ours. Drained, it is first a row under its name as key and only then removed, so that it arrives once whatever is killed.
"""

import json
import logging
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from common.locks import Busy, file_lock
from mail.inbound.spool import AWAY, Letter, accept_all, ring
from mail.models import Door

logger = logging.getLogger(__name__)
LEFT_BEHIND = 24 * 3600  # seconds after which nobody is still writing


def keep(letter: Letter) -> None:
    """Write the letter down; when this returns, it is on the disk. Raises OSError where that fails."""
    folder = _folder()
    name = f"{time.time_ns()}.{os.getpid()}.{secrets.token_hex(4)}"
    envelope = {
        "envelope_from": letter.envelope_from,
        "recipients": list(letter.recipients),
        "door": str(letter.door),
        "client": letter.client,
        "helo": letter.helo,
        "smtputf8": letter.smtputf8,
        "received_at": letter.received_at.isoformat(),
        "key": letter.key,
        "sender_id": letter.sender_id,
    }
    _write(folder, f"{name}.json", json.dumps(envelope).encode())
    _write(folder, f"{name}.eml", letter.raw)
    _flush(folder / "new")


def _folder() -> Path:
    folder = Path(settings.MAIL_SPOOL)
    for part in ("tmp", "new", "bad"):
        (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(folder: Path, name: str, content: bytes) -> None:
    unfinished = folder / "tmp" / name
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder / "new" / name)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def _flush(folder: Path) -> None:
    """A rename is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass
class Drained:
    brought: int = 0
    left: int = 0


def waiting() -> list[Path]:
    """The letters, oldest first."""
    return sorted((Path(settings.MAIL_SPOOL) / "new").glob("*.eml"))


def drain() -> Drained:
    """Bring what waits into the database, one letter at a time; what is left is tried again later."""
    if not waiting():
        return Drained()
    try:
        with file_lock(_folder() / "lock"):
            return _drain()
    except Busy:
        return Drained(left=len(waiting()))


def _drain() -> Drained:
    done = Drained()
    for path in waiting():
        try:
            brought = _bring(path)
        except AWAY:
            break
        except Exception:
            logger.exception("%s could not be brought into the database and stays where it is", path)
            continue
        done.brought += brought
    done.left = len(waiting())
    _forget_unfinished()
    if done.brought:
        logger.warning("%d letters came from the Maildir spool into the database", done.brought)
        ring()
    return done


def _bring(path: Path) -> int:
    envelope = path.with_suffix(".json")
    try:
        letter = _read(path, envelope)
    except (ValueError, KeyError, FileNotFoundError) as problem:
        _set_aside(path, envelope, problem)
        return 0
    accept_all([letter])
    path.unlink()  # first what makes it a letter
    envelope.unlink(missing_ok=True)
    return 1


def _read(path: Path, envelope: Path) -> Letter:
    known = json.loads(envelope.read_bytes())
    return Letter(
        raw=path.read_bytes(),
        envelope_from=known["envelope_from"],
        recipients=known["recipients"],
        door=Door(known["door"]),
        client=known["client"],
        helo=known["helo"],
        smtputf8=known["smtputf8"],
        received_at=datetime.fromisoformat(known["received_at"]),
        key=known["key"] or f"maildir:{path.stem}",
        sender_id=known["sender_id"],
    )


def _set_aside(path: Path, envelope: Path, problem: Exception) -> None:
    """A letter without a readable envelope waits in bad/ for a person: nobody can say whom it is for."""
    logger.error("%s has no readable envelope (%s) and was set aside in bad/", path, problem)
    for file in _existing(path, envelope):
        file.rename(path.parent.parent / "bad" / file.name)


def _forget_unfinished() -> None:
    """What a killed writer left behind was promised to nobody: parts in tmp/, and envelopes whose letter never came."""
    folder, before = Path(settings.MAIL_SPOOL), time.time() - LEFT_BEHIND
    alone = (path for path in (folder / "new").glob("*.json") if not path.with_suffix(".eml").exists())
    for path in (*(folder / "tmp").iterdir(), *alone):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()


def _existing(*paths: Path) -> Iterator[Path]:
    return (path for path in paths if path.exists())
