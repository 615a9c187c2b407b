"""Small values made from a few rows, kept in each process and right in all of them: whoever changes the rows says so, and from
the commit on every process reads them anew.

A stamp says which version is right: on one machine a file, which is looked at each time (two microseconds); between machines a
key in Redis, which is asked once a second. While Redis is away the rows are read anew every few seconds.
"""

import os
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction

Value = TypeVar("Value")
ASKED_EVERY = 1.0  # seconds
WITHOUT_REDIS = 5.0
_dirty = threading.local()  # names changed in the transaction that this thread is in


class Shared(Generic[Value]):
    """`load` reads the rows; `empty` is what it returns where there are none."""

    every: ClassVar[dict[str, "Shared[Any]"]] = {}

    def __init__(self, name: str, load: Callable[[], Value], empty: Value) -> None:
        self.name, self._load, self._empty = name, load, empty
        self._kept: tuple[str, Value] | None = None
        self._stamp, self._asked_at = "", -ASKED_EVERY
        self.every[name] = self

    def get(self) -> Value:
        """No query, unless the rows were changed since, or in this very transaction."""
        if self._is_changed_here():
            return self._load()
        stamp, kept = self._current_stamp(), self._kept
        if kept is not None and kept[0] == stamp:
            return kept[1]
        value = self._load()
        if not connection.in_atomic_block or kept is None:
            self._kept = (stamp, value)
        return value

    def changed(self) -> None:
        """To be called in the transaction that changes the rows."""
        if connection.in_atomic_block:
            names = _dirty.__dict__.setdefault("names", set())
            names.add(self.name)
        transaction.on_commit(self._tell)

    def _tell(self) -> None:
        _dirty.__dict__.get("names", set()).discard(self.name)
        stamp = secrets.token_hex(8)
        if settings.REDIS_URL:
            cache.set(self._key, stamp, None)
        else:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new = self._path.with_name(f".{self.name}.{stamp}")
            new.write_text(stamp)
            new.rename(self._path)
        self._kept, self._asked_at = None, -ASKED_EVERY

    def _is_changed_here(self) -> bool:
        names: set[str] | None = _dirty.__dict__.get("names")
        if not names:
            return False
        if not connection.in_atomic_block:  # it was rolled back
            names.clear()
        return self.name in names

    @property
    def _key(self) -> str:
        return f"shared:{self.name}"

    @property
    def _path(self) -> Path:
        return Path(settings.VAR) / "shared" / self.name

    def _current_stamp(self) -> str:
        if not settings.REDIS_URL:
            return _stamp_of(self._path)
        now = time.monotonic()
        if now - self._asked_at >= ASKED_EVERY:
            self._asked_at = now
            self._stamp = self._asked()
        return self._stamp

    def _asked(self) -> str:
        try:
            return str(cache.get(self._key, ""))
        except Exception:  # whatever the client of the cache raises: without it the rows are read every few seconds
            return f"away {time.monotonic() // WITHOUT_REDIS}"

    def seed(self) -> None:
        """As in a new process that has found no rows. For tests."""
        _dirty.__dict__.pop("names", None)
        self._asked_at = -ASKED_EVERY
        self._kept = (self._current_stamp(), self._empty)


def _stamp_of(path: Path) -> str:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked on every request
    except OSError:
        return ""
    return f"{found.st_ino}.{found.st_mtime_ns}"
