"""When a webhook is tried again: pure functions of what was tried. docs/webhooks.md has the table."""

from datetime import timedelta

_M, _H = timedelta(minutes=1), timedelta(hours=1)
STEPS = (timedelta(seconds=5), timedelta(seconds=30), 2 * _M, 10 * _M, 30 * _M, _H, 2 * _H, 4 * _H, 8 * _H) + (
    12 * _H,
) * 5
JITTER = 0.2
LONGEST_WISH = 12 * _H  # of a receiver's Retry-After
FAILS_AT_MOST = timedelta(days=5)
LONGEST_REST = 10 * _M


def next_try(attempts: int, chance: float, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after so many attempts; None: give up. `chance`, from 0 to 1, spreads those that failed together.
    `asked`: what the receiver wants (Retry-After, RFC 9110 §10.2.3), never less than our own wait."""
    if attempts > len(STEPS):
        return None
    wait = STEPS[max(attempts, 1) - 1] * (1 - JITTER + 2 * JITTER * chance)
    return max(wait, min(asked, LONGEST_WISH)) if asked is not None else wait


def rest(failures: int) -> timedelta:
    """How long a receiver that failed so often in a row is left alone, whatever else waits for it."""
    return min(timedelta(seconds=5) * 2 ** (min(failures, 20) - 1), LONGEST_REST) if failures > 1 else timedelta()
