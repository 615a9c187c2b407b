"""Letters prepared in other processes, so that a second core is used and no letter can take the import down with it."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self

from archive.prepare import Failure, Hints, Letter, prepare_batch
from common.chunks import chunks
from common.memory import collect_seldom
from common.processes import die_with

Items = Sequence[tuple[bytes, Hints]]
Prepared = list[Letter | Failure]
Begun = Sequence[tuple[Items, "Future[Prepared] | None"]]
SLICE = 250  # letters that one process is given at a time
KILLED = "The process that read this letter broke down over it."


def begin(parent: int) -> None:
    """The first thing a helper process does."""
    die_with(parent)
    collect_seldom()


class Helpers:
    """A pool that survives its processes. They are started anew (spawn), and share neither connections nor locks with us."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self.pool = self._new_pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=begin,
            initargs=(os.getpid(),),
        )

    def submit(self, items: Items) -> Begun:
        """Begin; give what comes back to `result`. In slices: so all processes work on the first batch, and on the last."""
        return [(part, self._begin(part)) for part in chunks(items, SLICE)]

    def _begin(self, items: Items) -> "Future[Prepared] | None":
        """None where the pool broke down meanwhile."""
        try:
            return self.pool.submit(prepare_batch, list(items))
        except BrokenProcessPool:
            return None

    def result(self, begun: Begun) -> Prepared:
        """Wait for what was begun. If a process broke down (killed for want of memory, or by a letter that hits a bug in a
        library written in C), find that letter by halving, and make it a Failure; all others are prepared."""
        return [letter for items, future in begun for letter in self._finished(items, future)]

    def _finished(self, items: Items, begun: "Future[Prepared] | None") -> Prepared:
        try:
            if begun is not None:
                return begun.result()
        except BrokenProcessPool:
            pass
        return self._without_the_killer(items)

    def _without_the_killer(self, items: Items) -> Prepared:
        prepared: Prepared = []
        waiting = [items]
        while waiting:
            part = waiting.pop()
            done = self._try(part)
            if done is not None:
                prepared += done
            elif len(part) == 1:
                prepared.append(Failure(KILLED))
            else:
                half = len(part) // 2
                waiting += [part[half:], part[:half]]
        return prepared

    def _try(self, items: Items) -> Prepared | None:
        for _ in range(2):  # the pool may be broken from before
            try:
                return self.pool.submit(prepare_batch, list(items)).result()
            except BrokenProcessPool:
                self.pool.shutdown(wait=False, cancel_futures=True)
                self.pool = self._new_pool()
                if not self._starts():
                    return prepare_batch(list(items))  # this machine gives us no process: do it here
        return None

    def _starts(self) -> bool:
        try:
            return self.pool.submit(prepare_batch, []).result() == []
        except BrokenProcessPool:
            return False
