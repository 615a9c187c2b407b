"""How often somebody may do something. Counters live in the cache: they may be lost, and then the count begins again."""

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
