"""Where an index lives on disk, how a new one takes its place, and what a rebuild must remember to survive kill -9.

<root>/CURRENT             the name of the index that is read and written; replaced by rename, so it is always whole
<root>/0003/               an index
<root>/0004.building/      one being built beside it, with
    PROGRESS                   the last message that is safely in it
    JOURNAL                    ranges that changed meanwhile: whoever updates the live index notes them here
<root>/WRITER REBUILD      locks;  WANTED: somebody waits for the writer's lock;  DAMAGED: a reader could not read
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from common.locks import Busy, file_lock

Opened = TypeVar("Opened")

BUILDING = ".building"
TRIES = 3
WANTED_FOR = 60.0  # seconds that a wish for the lock counts: longer than an import goes without a commit


class Places:
    """The folder of one engine's indexes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._seen: tuple[tuple[int, int], Path] | None = None

    # the live index

    def current(self) -> Path | None:
        """The live index; costs one stat() while nothing changes."""
        try:
            stat = os.stat(self.root / "CURRENT")  # noqa: PTH116  hot
        except OSError:
            return None
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if self._seen is None or self._seen[0] != stamp:
            name = (self.root / "CURRENT").read_text().strip()
            self._seen = (stamp, self.root / name)
        return self._seen[1]

    def opened(self, read: Callable[[Path | None], Opened]) -> Opened:
        """read(the live index), and again where it failed because another one took its place and the old one was thrown away."""
        for _ in range(TRIES):
            path = self.current()
            try:
                return read(path)
            except Exception:
                if self.current() == path:
                    raise
        return read(self.current())

    def start_empty(self) -> Path:
        """A place for a first index, made current at once. Only under the writer's lock."""
        path = self._next()
        path.mkdir(parents=True)
        self._point_at(path.name)
        return path

    def _next(self) -> Path:
        numbers = [int(name) for path in self._indexes() if (name := path.name.removesuffix(BUILDING)).isdigit()]
        return self.root / f"{max(numbers, default=0) + 1:04}"

    def _indexes(self) -> list[Path]:
        self.root.mkdir(parents=True, exist_ok=True)
        return [path for path in self.root.iterdir() if path.is_dir()]

    def _point_at(self, name: str) -> None:
        fresh = self.root / "CURRENT.new"
        with fresh.open("w") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.root / "CURRENT")
        _sync_folder(self.root)

    # locks

    @contextmanager
    def writing(self, timeout: float = 0) -> Iterator[None]:
        """The right to change the live index. Raises common.locks.Busy."""
        if timeout:
            self.wanted.parent.mkdir(parents=True, exist_ok=True)
            self.wanted.touch()
        try:
            with file_lock(self.root / "WRITER", timeout):
                if timeout:
                    self.no_longer_wanted()
                yield
        except Busy:
            self.no_longer_wanted()
            raise

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        with file_lock(self.root / "REBUILD"):
            yield

    def is_rebuilding(self) -> bool:
        try:
            with self.rebuilding():
                return False
        except Busy:
            return True

    @property
    def wanted(self) -> Path:
        return self.root / "WANTED"

    def is_wanted(self) -> bool:
        """Whether somebody waits for the writer's lock: a long writer then lets go for a moment."""
        return _age(self.wanted) < WANTED_FOR

    def no_longer_wanted(self) -> None:
        self.wanted.unlink(missing_ok=True)

    # building another one

    def building(self) -> Path | None:
        """The index being built, or abandoned half-built."""
        unfinished = sorted(path for path in self._indexes() if path.name.endswith(BUILDING))
        return unfinished[-1] if unfinished else None

    def start_building(self) -> Path:
        """Go on with a half-built index, or begin one. Only under the rebuilding lock."""
        path = self.building()
        if path is None:
            path = self._next().with_suffix(BUILDING)
            path.mkdir(parents=True)
        return path

    def remove_building(self) -> None:
        path = self.building()
        if path is not None:
            shutil.rmtree(path)

    def progress(self, path: Path) -> dict[str, int]:
        """{"last": message, "done": letters}"""
        with suppress(OSError, ValueError):
            return {"last": 0, "done": 0, **json.loads((path / "PROGRESS").read_text())}
        return {"last": 0, "done": 0}

    def save_progress(self, path: Path, progress: dict[str, int]) -> None:
        fresh = path / "PROGRESS.new"
        fresh.write_text(json.dumps(progress))
        fresh.replace(path / "PROGRESS")

    def note_changes(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Tell a rebuild under way what changed, before the order to index it is thrown away. Under the writer's lock."""
        path = self.building()
        if path is None:
            return
        with (path / "JOURNAL").open("a") as journal:
            journal.write("".join(f"{first} {last}\n" for first, last in ranges))
            journal.flush()
            os.fsync(journal.fileno())

    def changes(self, path: Path, offset: int) -> tuple[list[tuple[int, int]], int]:
        """Ranges noted from a byte offset on, and the offset behind them. A half-written last line waits."""
        try:
            with (path / "JOURNAL").open("rb") as journal:
                journal.seek(offset)
                noted = journal.read()
        except FileNotFoundError:
            return [], offset
        whole = noted[: noted.rfind(b"\n") + 1]
        pairs = [line.split() for line in whole.decode().splitlines()]
        return [(int(first), int(last)) for first, last in pairs], offset + len(whole)

    def switch_to(self, path: Path) -> None:
        """Make a built index the live one. Under the writer's lock; readers notice by themselves."""
        finished = path.with_suffix("")
        path.rename(finished)
        self._point_at(finished.name)
        for name in ("PROGRESS", "JOURNAL"):
            (finished / name).unlink(missing_ok=True)
        self.damaged.unlink(missing_ok=True)

    def remove_old(self) -> None:
        """Throw away every index but the live one and the one being built. Readers keep the files they have open."""
        current = self.current()
        for path in self._indexes():
            if path != current and not path.name.endswith(BUILDING):
                shutil.rmtree(path, ignore_errors=True)

    def age(self) -> float:
        """Seconds since the live index became that."""
        return _age(self.root / "CURRENT")

    # damage

    @property
    def damaged(self) -> Path:
        return self.root / "DAMAGED"

    def report_damage(self, reason: str) -> None:
        with suppress(OSError):
            self.root.mkdir(parents=True, exist_ok=True)
            self.damaged.write_text(reason[:1000])


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return float("inf")


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
