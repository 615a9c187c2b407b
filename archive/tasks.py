"""Doorbells: an id in, one call, nothing else."""

from celery import shared_task


@shared_task
def index_pending() -> None:
    """Bring the search index up to date with what was written."""


@shared_task
def resume_transfers() -> None:
    """Start imports that wait, and take up those whose worker went away."""
