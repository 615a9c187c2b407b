"""When to try again: a pure function of what the relay said, how often it was tried, and how old the copy is.

RFC 5321 §4.5.4.1 wants at least half an hour between tries that fail, except soon after the first, and four to five days
before giving up.
"""

import re
from datetime import timedelta

GIVE_UP = timedelta(days=5)
QUICK = tuple(timedelta(minutes=minutes) for minutes in (1, 3, 5, 10, 15, 30))
SLOW = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240))
NO_ANSWER = 0  # the connection failed before anything was said about this copy

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)\s*")

# RFC 5321 §4.5.3.1.10 and §4.2.3: 552 was once "too many recipients" and is "mailbox full" at many: both pass.
# 421 and 450-452 are the temporary ones by right. 550 5.2.2 is a full mailbox by another name.
_TEMPORARY_AFTER_ALL = frozenset({"5.2.2", "5.4.5", "5.3.1"})
# "Message too big for system" (5.3.4) and for the mailbox (5.2.3) stay true tomorrow, whatever the code.
_PERMANENT_AFTER_ALL = frozenset({"5.3.4", "5.2.3", "5.1.1"})
# Rate limits (Gmail 4.2.1, 4.7.28; Yahoo 4.7.0 TSS; Microsoft 4.7.500 …): trying quickly makes it worse.
_SLOW_DOWN = re.compile(r"^4\.(7\.\d+|2\.1|3\.2|4\.5)$")
_GREYLISTED = re.compile(r"gr[ae]y-?list|try again (?:later|in)", re.IGNORECASE)


def split_status(text: str) -> tuple[str, str]:
    """("5.1.1", "no such user") of "5.1.1 no such user" (RFC 2034)."""
    found = _ENHANCED.match(text)
    return (found[1], text[found.end() :]) if found else ("", text.strip())


def is_permanent(code: int, status: str = "") -> bool:
    """Whether the refusal is final."""
    if code < 500:
        return False
    if status in _TEMPORARY_AFTER_ALL:
        return False
    if code == 552:
        return status in _PERMANENT_AFTER_ALL
    return not status.startswith("4.")  # "550 4.…": the status is the more precise of the two (RFC 2034 §4)


def next_try(code: int, attempts: int, age: timedelta, status: str = "", text: str = "") -> timedelta | None:
    """How long to wait after so many attempts (the one that just failed among them); None: give up."""
    if is_permanent(code, status) or age >= GIVE_UP:
        return None
    quick = (code in (NO_ANSWER, 421, 450, 451) or _GREYLISTED.search(text)) and not _SLOW_DOWN.match(status)
    steps = QUICK if quick else SLOW
    wait = steps[min(max(attempts, 1), len(steps)) - 1]
    if attempts > len(steps):
        wait = min(steps[-1] * 2 ** min(attempts - len(steps), 5), timedelta(hours=4))
    left = GIVE_UP - age
    return max(min(wait, left), timedelta(seconds=30))  # one last try when the five days end
