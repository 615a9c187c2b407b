"""The web process looks for troubles, too: a worker that is dead tells nobody."""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mail.operations import troubles

logger = logging.getLogger(__name__)
EVERY = 60.0  # seconds; between processes troubles.look_if_due decides


class WatchMiddleware:
    """At most once a minute, beside the request and not in it. Without any request nobody looks: docs/operations.md says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._next = time.monotonic() + EVERY / 2  # a process that has just begun leaves the others time to
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.WATCH_FROM_WEB and self._is_due():
            threading.Thread(target=look, name="watch", daemon=True).start()
        return self.get_response(request)

    def _is_due(self) -> bool:
        if time.monotonic() < self._next:
            return False
        with self._lock:
            due = time.monotonic() >= self._next
            if due:
                self._next = time.monotonic() + EVERY
        return due


def look() -> None:
    try:
        troubles.look_if_due()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("Could not look for troubles: %s", error)
    finally:
        connection.close()
