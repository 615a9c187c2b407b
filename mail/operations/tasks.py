"""What beat rings for."""

from celery import shared_task

from mail.operations import sampling, troubles
from mail.operations.selfcheck import run


@shared_task
def measure() -> None:
    """Take the sample of the minute that ended, and look for troubles."""
    sampling.take()
    troubles.look_if_due()


@shared_task
def check_delivery() -> None:
    """Whether our mail would arrive, of each domain: once a day."""
    run.check_all()
