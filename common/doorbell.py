"""Waking a worker. The work itself stands in rows; a bell that is not heard costs seconds, until beat sweeps."""

import logging

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def ring(task: str) -> None:
    """Have a worker run the task, named by its path, once the current transaction is committed. Never raises."""
    transaction.on_commit(lambda: _send(task), robust=True)


def _send(task: str) -> None:
    try:
        current_app.signature(task).apply_async(retry=False)
    except Exception as error:  # the broker is away: beat will do
        logger.warning("Could not wake a worker for %s: %s", task, error)
