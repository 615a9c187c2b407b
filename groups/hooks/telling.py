"""Mail about hooks."""

from django.conf import settings
from django.urls import reverse

from common import notices
from groups.hooks.models import Hook
from groups.models import Role


def tell_it_is_off(hook: Hook, why: str) -> None:
    """To the owners of its group; for all groups, to whoever made it."""
    group = hook.group
    url = reverse("group-hook", args=[group.slug, hook.pk]) if group else reverse("site-hook", args=[hook.pk])
    context = {"group": group, "hook": hook, "why": why, "link": settings.SITE_URL + url}
    for address in _whom(hook):
        notices.send("hook_off", address, context)


def _whom(hook: Hook) -> list[str]:
    if hook.group is None:
        return [hook.made_by.email] if hook.made_by is not None else []
    owners = hook.group.memberships.filter(role=Role.OWNER, user__is_active=True)
    return list(owners.values_list("user__email", flat=True))
