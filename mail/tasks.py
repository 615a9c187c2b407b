"""Doorbells: one call, nothing else. What must survive stands in rows; beat sweeps what was missed."""

from celery import shared_task

from mail.inbound import pipeline


@shared_task
def process_inbound() -> None:
    """Judge everything that came in."""
    pipeline.process_waiting()
