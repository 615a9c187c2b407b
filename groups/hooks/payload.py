"""What a webhook says: JSON, version 1. Made when it is sent, so that it never tells what was destroyed meanwhile."""

import json
from typing import Any

from django.conf import settings

from groups.events import content_of
from groups.hooks.models import Event, Hook

VERSION = 1


def payload_of(event: Event, hook: Hook) -> dict[str, Any]:
    group = event.group
    payload: dict[str, Any] = {
        "type": event.name,
        "version": VERSION,
        "id": event.uid,
        "timestamp": event.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "site": settings.SITE_URL,
        "group": None,
        "data": dict(event.data),
    }
    if group is not None:
        url = settings.SITE_URL + group.get_absolute_url()
        payload["group"] = {"slug": group.slug, "name": group.name, "address": group.address, "url": url}
    if event.content:
        payload["data"]["content"] = content_of(event.content, with_text=hook.with_text)
    return payload


def body_of(event: Event, hook: Hook) -> bytes:
    return json.dumps(payload_of(event, hook), ensure_ascii=False, separators=(",", ":")).encode()
