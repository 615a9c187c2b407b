"""Doorbells of the webhooks."""

from celery import shared_task

from groups.hooks import forgetting, lanes


@shared_task
def deliver() -> None:
    """Have the threads for webhooks look for what is due."""
    lanes.wake()


@shared_task
def forget() -> None:
    """Forget what was told a month ago."""
    forgetting.forget_old()
