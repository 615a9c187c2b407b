"""How many copies a minute a destination takes, where the operator set a limit."""

import time
from collections.abc import Callable, Iterable, Mapping

MINUTE = 60.0


class BadLimit(ValueError):
    """A limit that makes no sense; the sentence says which."""


def read_limits(words: Iterable[str]) -> dict[str, int]:
    """{"example.com": 600} of ["example.com:600"]."""
    limits = {}
    for word in words:
        domain, _, number = word.partition(":")
        if not domain or not number.isdecimal() or not int(number):
            raise BadLimit(f"SEND_PER_DOMAIN wants domain:copies-a-minute, not {word!r}")
        limits[domain.strip().lower()] = int(number)
    return limits


class Throttle:
    """Lets copies through at the pace of their domain, up to a second's worth at once. Those that must wait are told when to
    come back, one after the other, so that ten thousand for one domain are not asked for again and again."""

    def __init__(self, limits: Mapping[str, int], clock: Callable[[], float] = time.time) -> None:
        self.limits = limits
        self._clock = clock
        self._free: dict[str, float] = {}  # when the next copy may leave
        self._behind: dict[str, float] = {}  # when the last of those that wait was told to come back

    def wait(self, domain: str) -> float:
        """Seconds until a copy to this domain should be tried again; 0: now."""
        limit = self.limits.get(domain)
        if not limit:
            return 0.0
        now, pace = self._clock(), MINUTE / limit
        free = max(self._free.get(domain, 0.0), now - 1.0)
        if free <= now:
            self._free[domain] = free + pace
            return 0.0
        self._behind[domain] = max(self._behind.get(domain, 0.0), free) + pace
        return self._behind[domain] - now
