"""Remembering that the database is away, so that one letter finds it out and those behind it do not wait for the same answer.

A circuit breaker: closed while the database answers; open for a rest after it did not; then half open: one caller knocks, by a
connection of its own that waits two seconds at most, and the others are still told that it is away.
"""

import logging
import threading
import time
from collections.abc import Callable
from copy import deepcopy

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.utils import Error

logger = logging.getLogger(__name__)
REST = 5.0  # seconds in which a database that did not answer is not asked again
PATIENCE = 2  # seconds that a knock, or a letter that comes first, waits for a connection


class Outage:
    """Shared by all threads that ask for the same door."""

    def __init__(self, knock: Callable[[], bool] | None = None) -> None:
        self.until: float | None = None  # None: the database answers, as far as we know
        self._knock = knock or answers
        self._knocking = threading.Lock()

    def begin(self) -> None:
        self.until = time.monotonic() + REST

    @property
    def is_on(self) -> bool:
        until = self.until
        if until is None:
            return False
        if time.monotonic() < until or not self._knocking.acquire(blocking=False):
            return True
        try:
            if self._knock():
                self.until = None
                return False
            self.begin()
            return True
        finally:
            self._knocking.release()


def answers() -> bool:
    """Whether the database answers now. By a connection beside the pool: one that lost its own tries again ever more seldom,
    up to minutes apart, so that it is given up when the database is back, and the next caller makes a new one."""
    own = deepcopy(connection.settings_dict)
    pool = own["OPTIONS"].pop("pool", None)
    if connection.vendor == "postgresql":
        own["OPTIONS"]["connect_timeout"] = PATIENCE
    knocking = type(connections[DEFAULT_DB_ALIAS])(own, alias=DEFAULT_DB_ALIAS)
    try:
        with knocking.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    finally:
        knocking.close()
    if pool and not connection.in_atomic_block:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
    return True


def be_impatient() -> None:
    """Wait for a connection of the pool as long as for a knock, in this process: a letter can go to the disk instead."""
    pool = connection.settings_dict["OPTIONS"].get("pool")
    if isinstance(pool, dict):
        pool["timeout"] = PATIENCE
