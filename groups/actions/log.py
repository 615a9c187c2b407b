"""Writing the log of a group."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.models import User
from groups.events import OF_ACTIONS, Happening, happened
from groups.models import Action, Group, LogEntry


def note(
    action: Action,
    *,
    group: Group | None,
    by: User | None = None,
    about: User | str | None = None,
    url: str = "",
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> LogEntry:
    """Write one line, in the caller's transaction. `by`: None where the house itself did it. `about`: the person, or the
    name of the letter, topic or address it is about. `details` must be JSON."""
    person = about if isinstance(about, User) else None
    entry = LogEntry.objects.create(
        group=group,
        action=action,
        by=by,
        by_name=str(by)[:200] if by else "",
        about=person,
        about_name=str(about)[:320] if about else "",
        url=url[:300],
        reason=reason.strip()[:2000],
        details=dict(details or {}),
    )
    if action in OF_ACTIONS:
        happened(Happening(OF_ACTIONS[action], group, _told(entry)))
    return entry


def _told(entry: LogEntry) -> dict[str, Any]:
    """What the log says, for those who listen."""
    return {
        "action": entry.action,
        "by": entry.by_name or None,
        "about": entry.about_name or None,
        "url": settings.SITE_URL + entry.url if entry.url else None,
        "reason": entry.reason or None,
        "details": entry.details,
    }
