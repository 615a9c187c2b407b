"""How often somebody may do something. Counters live in the cache: they may be lost, and then the count begins again."""

import time
from dataclasses import dataclass
from hashlib import blake2b

from django.core.cache import cache


def allowed(what: str, who: object, *, limit: int, seconds: int) -> bool:
    """Count one more `what` by `who`; False once there were `limit` within `seconds` of the first."""
    key = "rate:" + blake2b(f"{what}\x1f{who}".encode(), digest_size=16).hexdigest()
    if cache.add(key, 1, seconds):
        return True
    try:
        return cache.incr(key) <= limit
    except ValueError:  # the window ended between the two calls
        cache.set(key, 1, seconds)
        return True


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a limit is used. `remaining` is never below 0; `resets_in`: seconds until it begins anew."""

    limit: int
    remaining: int
    resets_in: int
    is_over: bool


def use(what: str, who: object, *, limit: int, seconds: int) -> Use:
    """Count one more, in windows that begin at the same moments for everybody, and say how much is left."""
    window, into = divmod(int(time.time()), seconds)
    key = "rate:" + blake2b(f"{what}\x1f{who}\x1f{window}".encode(), digest_size=16).hexdigest()
    count = 1
    if not cache.add(key, 1, seconds):
        try:
            count = cache.incr(key)
        except ValueError:
            cache.set(key, 1, seconds)
    return Use(limit, max(0, limit - count), seconds - into, is_over=count > limit)
