"""Pages of the panel that are no list of rows. The app that owns one registers it in the ready() of its apps.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import shortcuts
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from common.caching import private

# In the order of the sidebar.
AREAS = ("Groups", "People", "Mail", "Archive", "Abuse", "System")


def is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


@dataclass(frozen=True, slots=True)
class PanelPage:
    """`path` below /admin/, as "operations/" or "people/<int:pk>/"; `name` is reversed as "admin:<name>". Pages without an
    `area` stand in no sidebar. `may` is asked before the view; `badge` may give a word beside the entry, as a count of what
    waits: it is asked on every page of the panel, so it must be one cheap query at most."""

    path: str
    name: str
    title: str
    view: Callable[..., HttpResponseBase]
    area: str = ""
    icon: str = "article"  # a name of Material Symbols
    order: int = 100  # in its area; lists of rows stand at 100
    may: Callable[[HttpRequest], bool] = is_superuser
    badge: Callable[[HttpRequest], str] | None = None


PAGES: dict[str, PanelPage] = {}


@dataclass(frozen=True, slots=True)
class Section:
    """More about a person, below everything else on the page "Where is this address?": a heading and lines."""

    title: str
    lines: Sequence[str]


ABOUT_PEOPLE: list[
    Callable[[Any], Sequence[Section]]
] = []  # (person) -> sections; filled by the apps.py of those who know


def register(page: PanelPage) -> None:
    if page.area and page.area not in AREAS:
        raise ValueError(f"There is no area {page.area} in the panel.")
    PAGES[page.name] = page


def render(
    request: HttpRequest, template: str, title: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> TemplateResponse:
    """A page in the frame of the panel: `template` extends "panel/page.html" and fills the block `page`."""
    request.current_app = admin.site.name  # type: ignore[attr-defined]
    whole = {**admin.site.each_context(request), "title": title, **(context or {})}
    return TemplateResponse(request, template, whole, status=status)


def render_outside(request: HttpRequest, template: str) -> HttpResponseBase:
    """A page about the panel for somebody who is not let in: in the frame of the site, and nothing of the panel in it."""
    context = {"EMBEDDED": settings.EMBEDDED, "MAIL_FOLDER": settings.EMAIL_FILE_PATH}
    return private(shortcuts.render(request, template, context))
