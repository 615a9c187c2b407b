"""Doorbells: one call, nothing else."""

from celery import shared_task

from groups.polls import actions


@shared_task(name="groups.polls.tasks.close_polls")
def close_polls() -> None:
    """Close polls whose time has come; destroy those that were deleted long ago."""
    actions.sweep()
