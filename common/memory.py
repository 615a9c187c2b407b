"""Garbage collection while millions of plain values are made: they hold no cycles, and looking for some costs time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (200_000, 20, 100)


def collect_seldom() -> None:
    """For a process that does nothing else."""
    gc.freeze()
    gc.set_threshold(*SELDOM)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """For one long piece of work; the collector is as before afterwards."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
