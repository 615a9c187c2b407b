"""Doorbells: one call, nothing else."""

from celery import shared_task

from accounts.actions import suspending


@shared_task
def lift_suspensions() -> None:
    """Suspensions whose time is over end."""
    suspending.lift_ended()
