"""How daemons and long work treat memory.

Garbage is collected seldom while millions of plain values are made: they hold no cycles, and looking for some costs time.
"""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (200_000, 20, 100)
M_ARENA_MAX = -8  # of mallopt(3), glibc


def few_arenas() -> None:
    """For a daemon, before it has threads. glibc would give each thread a heap of its own that keeps what it once held: a
    worker with its index writer holds 117 MB with two arenas, 196 MB without a limit, and is no quicker for it."""
    try:
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
    except (OSError, AttributeError):
        pass  # another C library, which has no arenas


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
