"""Locks between processes that a crash always gives back: flock(2) on one machine, advisory locks on PostgreSQL."""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

POLL = 0.05  # seconds


class Busy(Exception):
    """Somebody else holds the lock."""


@contextmanager
def file_lock(path: Path, timeout: float = 0) -> Iterator[None]:
    """Hold an exclusive lock on the file (made where it is missing, never removed). Raises Busy after `timeout` seconds.

    Works between processes and between threads: every call opens the file anew, and flock belongs to the open file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _wait_for(lambda: _try_flock(handle), timeout, path.name)
        yield
    finally:
        os.close(handle)  # also unlocks


def _try_flock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def advisory_lock(name: str, timeout: float = 0) -> Iterator[None]:
    """Hold a PostgreSQL session lock on the current connection. Raises Busy after `timeout` seconds."""
    key = _key_of(name)
    _wait_for(lambda: _ask("pg_try_advisory_lock", key), timeout, name)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            _ask("pg_advisory_unlock", key)


def hold_until_commit(name: str) -> None:
    """Wait for everybody who said the same name in a transaction, and hold it until ours ends. SQLite has one writer anyway: its
    transactions begin IMMEDIATE."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key_of(name)])


def _key_of(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def _ask(function: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [key])
        return bool(cursor.fetchone()[0])


def _wait_for(attempt: Callable[[], bool], timeout: float, name: str) -> None:
    deadline = time.monotonic() + timeout
    while not attempt():
        if time.monotonic() >= deadline:
            raise Busy(f"{name} is held by another process")
        time.sleep(POLL)
