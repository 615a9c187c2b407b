"""Doorbells of the directory."""

from celery import shared_task

from groups.directory import keeping, sweeping


@shared_task
def sweep_directory() -> None:
    """Follow letters and members, and look for similar groups."""
    sweeping.sweep()
    sweeping.compare()


@shared_task
def recount_directory() -> None:
    keeping.recount_all()
