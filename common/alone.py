"""Work that one thread of a process does at a time."""

import threading
from collections.abc import Callable


class Alone:
    """Who comes second does not wait: they have the first look once more, and go.

    So a hundred bells for one kind of work keep one thread busy, and the others are there for other work."""

    def __init__(self, work: Callable[..., int]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._again = threading.Event()

    def __call__(self, *words: object) -> int:
        done = 0
        self._again.set()
        while self._again.is_set():
            if not self._lock.acquire(blocking=False):
                return done
            try:
                self._again.clear()
                done += self._work(*words)
            finally:
                self._lock.release()
        return done
