"""What every page shows to those who moderate."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from groups.access import Visit
from groups.models import Right
from groups.moderation import queue
from groups.queue_rows import Row, Rows

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
        found = [("waiting", _("Waiting"), reverse("moderation-all")), ("quiet", _("Quarantine"), "?shelf=quiet")]
    else:
        queue_url = reverse("moderation", args=[visit.group.slug])
        found = [("waiting", _("Waiting"), queue_url), ("quiet", _("Quarantine"), f"{queue_url}?shelf=quiet")]
        found.append(("answers", _("Saved answers"), reverse("answers", args=[visit.group.slug])))
        more = [("rules", _("Rules"), "rules", Right.RULES), ("log", _("Log"), "group-log", Right.LOG)]
        found += [
            (key, label, reverse(name, args=[visit.group.slug])) for key, label, name, right in more if visit.may(right)
        ]
    tabs = [{"label": label, "url": url, "current": key == current} for key, label, url in found]
    return {"tabs": tabs, "label": _("The queue")}


@register.simple_tag
def queue_heading(count: int, is_more: bool, quiet: bool, across: bool = False) -> str:
    """{% queue_heading count is_more filters.quiet %}: how many wait. `across`: in all groups that the reader moderates."""
    where = "quiet" if quiet else "mine" if across else "here"
    if not count:
        none = {
            "quiet": _("Nothing waits in quarantine"),
            "mine": _("Nothing waits for you"),
            "here": _("Nothing waits"),
        }
        return none[where]
    if is_more:
        more = {
            "quiet": _("More than %(count)s wait in quarantine"),
            "mine": _("More than %(count)s wait for you"),
            "here": _("More than %(count)s wait"),
        }
        return more[where] % {"count": intcomma(count)}
    some = {
        "quiet": ngettext("%(count)s waits in quarantine", "%(count)s wait in quarantine", count),
        "mine": ngettext("%(count)s waits for you", "%(count)s wait for you", count),
        "here": ngettext("%(count)s waits", "%(count)s wait", count),
    }
    return some[where] % {"count": intcomma(count)}


@register.simple_tag
def queue_rows(rows: Iterable[Row], here: str, token: object, parts: object) -> SafeString:
    """{% queue_rows rows here csrf_token parts %}; `parts`: there where the list is of several groups."""
    return Rows(here, str(token), names_groups=bool(parts)).write(rows)


@register.filter
def change(value: object) -> str:
    """What the log kept of one thing: [old, new] as `old → new`; lists and conditions in words."""
    if isinstance(value, list) and len(value) == 2 and not isinstance(value[0], dict):
        return f"{_said(value[0])} → {_said(value[1])}"
    return _said(value)


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_said, value)) or _("nothing")
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("nothing") if value in (None, "") else str(value)
