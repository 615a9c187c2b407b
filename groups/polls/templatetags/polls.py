"""Open polls on a group's home."""

from typing import Any

from django import template
from django.template import Context

from groups.access import Visit
from groups.polls.models import Poll

register = template.Library()
MOST = 3


@register.inclusion_tag("polls/_open.html", takes_context=True)
def open_polls(context: Context, visit: Visit) -> dict[str, Any]:
    """For members: one query. Strangers' pages are kept as they were made, and a poll would come too late there."""
    if not visit.standing.is_member:
        return {"polls": []}
    found = list(Poll.objects.open().filter(group=visit.group).order_by("-number")[: MOST + 1])
    return {"polls": found[:MOST], "is_more": len(found) > MOST, "visit": visit}
