"""Doorbells: one call, nothing else. What must survive stands in rows or in the spool; beat sweeps what was missed."""

from celery import shared_task

from mail.inbound import maildir, pipeline


@shared_task
def drain_spool() -> None:
    """Bring letters that were taken in while the database was away into it."""
    maildir.drain()


@shared_task
def process_inbound() -> None:
    """Judge everything that came in."""
    pipeline.process_waiting()
"""Doorbells: one call, nothing else. What must survive stands in rows; beat sweeps what was missed."""

from celery import shared_task

from mail.outbox import send


@shared_task
def send_due() -> None:
    """Send the deliveries that are due."""
    send.send_due()
