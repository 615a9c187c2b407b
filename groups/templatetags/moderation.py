"""What every page shows to those who moderate."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from groups.access import Visit
from groups.models import Right
from groups.moderation import queue

register = template.Library()


@register.inclusion_tag("groups/moderation/_count.html")
def waiting_count(request: HttpRequest | None) -> dict[str, object]:
    """{% waiting_count request %}: the link to the queue with how many wait; nothing for those who moderate no group."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return {"count": None}
    count = queue.in_header(user)
    return {"count": count, "is_more": (count or 0) > queue.MOST_IN_HEADER, "most": queue.MOST_IN_HEADER}


@register.inclusion_tag("components/_tabs.html")
def moderation_tabs(visit: object, current: str) -> dict[str, Any]:
    """The shelves of the queue, and what belongs to it; without a group, those of the queue across groups."""
    if not isinstance(visit, Visit):
        found = [("waiting", "Waiting", reverse("moderation-all")), ("quiet", "Quarantine", "?shelf=quiet")]
    else:
        queue_url = reverse("moderation", args=[visit.group.slug])
        found = [("waiting", "Waiting", queue_url), ("quiet", "Quarantine", f"{queue_url}?shelf=quiet")]
        found.append(("answers", "Saved answers", reverse("answers", args=[visit.group.slug])))
        more = [("rules", "Rules", "rules", Right.RULES), ("log", "Log", "group-log", Right.LOG)]
        found += [
            (key, label, reverse(name, args=[visit.group.slug])) for key, label, name, right in more if visit.may(right)
        ]
    tabs = [{"label": label, "url": url, "current": key == current} for key, label, url in found]
    return {"tabs": tabs, "label": "The queue"}
