"""Doorbells of the gateway. What must survive stands in rows or in the spool; beat sweeps what was missed."""

from celery import shared_task

from mail.inbound import maildir


@shared_task
def drain_spool() -> None:
    """Bring letters that were taken in while the database was away into it."""
    maildir.drain()
