"""What pages of a group share."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from groups.access import Visit
from groups.models import Group
from groups.tabs import tabs_of

register = template.Library()


@register.inclusion_tag("components/_tabs.html")
def group_tabs(visit: Visit, current: str = "") -> dict[str, Any]:
    """The group's tabs; `current` is the key of the one we are on (see groups/tabs.py)."""
    return {"tabs": tabs_of(visit, current), "label": _("Group")}


@register.simple_tag
def group_icon(group: Group, width: int = 48) -> SafeString:
    """The icon, or nothing; the name stands beside it, so it is not read aloud. Twice as many points for fine screens."""
    if not group.icon:
        return SafeString()
    shown, fine = (_picture(group, "icon", each) for each in (width, {48: 96, 96: 256}.get(width, width)))
    return format_html(
        '<img class="group-icon" src="{}" srcset="{} 2x" width="{}" height="{}" alt="">', shown, fine, width, width
    )


@register.simple_tag
def group_cover(group: Group) -> SafeString:
    """The cover picture, or nothing; it is for the eye alone."""
    if not group.cover:
        return SafeString()
    small, large = _picture(group, "cover", 800), _picture(group, "cover", 1600)
    return format_html(
        '<img class="group-cover" src="{}" srcset="{} 800w, {} 1600w" width="1600" height="400" alt="">',
        *(large, small, large),
    )


@register.simple_tag
def group_picture_url(group: Group, kind: str, width: int) -> str:
    return _picture(group, kind, width)


def _picture(group: Group, kind: str, width: int) -> str:
    return reverse("group-picture", args=[group.slug, kind, getattr(group, kind), width])
