"""Threads of a worker that serve hooks, beside those that serve mail: no task of Celery waits for a receiver.

Two lanes. Whoever was slow is served in the second, so that many who hang take no thread from those who answer at once.
"""

import logging
import threading

from django.conf import settings
from django.db import connections

from accounts import switches
from groups.hooks.sending import serve_one

logger = logging.getLogger(__name__)


class Lane:
    def __init__(self, *, slow: bool) -> None:
        self.slow = slow
        self._lock = threading.Lock()
        self._running = 0
        self._rung = False

    def wake(self, most: int) -> None:
        """One more thread, up to so many; each goes on until nothing is due."""
        with self._lock:
            self._rung = True
            if self._running >= most:
                return
            self._running += 1
        threading.Thread(target=self._run, name=f"webhooks-{'slow' if self.slow else 'quick'}", daemon=True).start()

    def _run(self) -> None:
        try:
            while self._may_go_on():
                while switches.on("webhooks") and serve_one(slow=self.slow):
                    self.wake(settings.WEBHOOK_THREADS)  # there may be work for another
        except Exception:
            logger.exception("A thread for webhooks ended.")  # beat starts another
            with self._lock:
                self._running -= 1
        finally:
            connections.close_all()

    def _may_go_on(self) -> bool:
        """Once more where the bell rang meanwhile; a ring that comes after this starts a new thread."""
        with self._lock:
            again, self._rung = self._rung, False
            if not again:
                self._running -= 1
            return again


QUICK, SLOW = Lane(slow=False), Lane(slow=True)


def wake() -> None:
    if settings.WEBHOOK_THREADS > 0 and switches.on("webhooks"):
        for lane in (QUICK, SLOW):
            lane.wake(settings.WEBHOOK_THREADS)
