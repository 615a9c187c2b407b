"""What beat rings for each minute."""

from celery import shared_task

from mail.operations import sampling, troubles


@shared_task
def measure() -> None:
    """Take the sample of the minute that ended, and look for troubles."""
    sampling.take()
    troubles.look_if_due()
