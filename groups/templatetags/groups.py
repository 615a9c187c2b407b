"""What pages of a group share."""

from typing import Any

from django import template

from groups.access import Visit
from groups.tabs import tabs_of

register = template.Library()


@register.inclusion_tag("components/_tabs.html")
def group_tabs(visit: Visit, current: str = "") -> dict[str, Any]:
    """The group's tabs; `current` is the key of the one we are on (see groups/tabs.py)."""
    return {"tabs": tabs_of(visit, current), "label": "Group"}
