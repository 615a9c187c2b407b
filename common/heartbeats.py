"""Signs of life: every process that works beside the web says a few times a minute that it is there, in a row of its own.

    with Heartbeat("lmtp"):
        serve()

The row is named after the process (common.processes.signature), so that one that was killed is known at once on its machine.
"""

import logging
import socket
import threading
from types import TracebackType
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from common import processes

logger = logging.getLogger(__name__)
EVERY = 20.0  # seconds


class Heartbeat:
    """A thread that keeps one row fresh. Never raises and holds nobody up: a database that is away is asked again later."""

    def __init__(self, kind: str) -> None:
        self.kind, self.holder = kind, processes.signature()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heartbeat-{kind}", daemon=True)

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Say that the process ends as it should; waits a little for the row to be written."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        self._write(begin)
        while not self._stopping.wait(EVERY):
            self._write(beat)
        self._write(end)

    def _write(self, what: Any) -> None:
        try:
            what(self.kind, self.holder)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The %s could not say that it lives: %s", self.kind, error)
        finally:
            connection.close()


def _rows() -> Any:
    """By name, for `common` stands below every app."""
    return apps.get_model("operations", "Process").objects


def begin(kind: str, holder: str) -> None:
    """The first sign; rows of processes of the kind that died here are replaced by this one."""
    host = socket.gethostname()[:64]
    earlier = _rows().filter(kind=kind, host=host)
    dead = [pk for pk, other in earlier.values_list("pk", "holder") if processes.is_gone(other)]
    earlier.filter(pk__in=dead).delete()
    now = timezone.now()
    _rows().create(kind=kind, host=host, holder=holder, started_at=now, seen_at=now, version=settings.VERSION)


def beat(kind: str, holder: str) -> None:
    if not _rows().filter(holder=holder).update(seen_at=timezone.now()):
        begin(kind, holder)


def end(kind: str, holder: str) -> None:
    now = timezone.now()
    _rows().filter(holder=holder).update(seen_at=now, stopped_at=now)
