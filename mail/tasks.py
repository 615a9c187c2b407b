"""Doorbells: one call, nothing else. What must survive stands in rows; beat sweeps what was missed."""

from celery import shared_task

from mail.outbox import send


@shared_task
def send_due() -> None:
    """Send the deliveries that are due."""
    send.send_due()
