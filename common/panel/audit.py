"""Where the panel tells what somebody of the staff did. The app that keeps the log registers itself as a recorder, for this
module may not know it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest

# recorder(request, what, about, details): "about" is a row or a word, "details" JSON
Recorder = Callable[[HttpRequest, str, Any, Mapping[str, Any]], None]
RECORDERS: list[Recorder] = []


def record(request: HttpRequest, what: str, about: Any, details: Mapping[str, Any] | None = None) -> None:
    """In the caller's transaction. `what`: a verb in the past ("changed", "suspended"); `details`: {"column": [old, new]}."""
    for recorder in RECORDERS:
        recorder(request, what, about, details or {})
