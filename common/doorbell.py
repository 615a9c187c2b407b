"""Waking a worker. The work itself stands in rows; a bell that is not heard costs seconds, until beat sweeps."""

import logging
from dataclasses import dataclass

from celery import current_app
from django.db import connection, transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bell:
    task: str
    about: tuple[int | bool, ...] = ()

    def __call__(self) -> None:
        _send(self.task, *self.about)


def ring(task: str, *about: int | bool) -> None:
    """Have a worker run the task, named by its path, once the current transaction is committed. Never raises. `about`: what
    the task is given, where what it does may be lost with the broker.

    One ring is enough for a transaction. One that would go with a savepoint is gone from the list when the savepoint is rolled
    back; while it is there, whatever could still undo it undoes this one, too."""
    bell = Bell(task, about)
    if not any(waiting == bell for _, waiting, *_ in connection.run_on_commit):
        transaction.on_commit(bell, robust=True)


def _send(task: str, *about: int | bool) -> None:
    try:
        current_app.signature(task, args=about).apply_async(retry=False)
    except Exception as error:  # the broker is away: beat will do
        logger.warning("Could not wake a worker for %s: %s", task, error)
