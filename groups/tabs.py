"""The tabs of a group: what stands in its house and who sees the door."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from groups.access import Visit
from groups.models import Right
from groups.moderation.registry import kinds_seen_by

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: "StrOrPromise"
    url_name: str
    shown: Callable[[Visit], bool]


def _reads(visit: Visit) -> bool:
    return visit.can_read_archive


def _moderates(visit: Visit) -> bool:
    return bool(kinds_seen_by(visit.standing)) or visit.may(Right.RULES) or visit.may(Right.LOG)


TABS = (
    Tab("topics", _("Topics"), "topics", _reads),
    Tab("months", _("Months"), "months", _reads),
    Tab("authors", _("Authors"), "authors", _reads),
    Tab("attachments", _("Attachments"), "attachments", _reads),
    Tab("polls", _("Polls"), "polls", _reads),
    Tab("search", _("Search"), "group-search", _reads),
    Tab("members", _("Members"), "group-members", lambda visit: visit.can_see_members),
    Tab("membership", _("Your mail"), "membership", lambda visit: visit.standing.role is not None),
    Tab("moderation", _("Moderation"), "moderation", _moderates),
    Tab("import", _("Import"), "import", lambda visit: visit.can_import),
    Tab(
        "settings", _("Settings"), "group-settings", lambda visit: visit.may(Right.SETTINGS) or visit.may(Right.NOTICES)
    ),
)


@dataclass(frozen=True, slots=True)
class ShownTab:
    label: "StrOrPromise"
    url: str
    current: bool


def tabs_of(visit: Visit, current: str) -> list[ShownTab]:
    """The tabs this person may open, in order."""
    shown = ((tab, _url(tab.url_name, visit.group.slug)) for tab in TABS if tab.shown(visit))
    return [ShownTab(tab.label, url, tab.key == current) for tab, url in shown if url]


@lru_cache(maxsize=2000)
def _url(name: str, slug: str) -> str:
    """ "" where the part that would answer is not installed."""
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return ""
