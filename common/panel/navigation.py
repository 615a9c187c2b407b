"""The sidebar of the panel, by area: pages that apps registered, and lists of rows."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from common.panel.pages import AREAS, PAGES, PanelPage

Item = dict[str, Any]


def sidebar(request: HttpRequest) -> list[Item]:
    """As unfold wants it (UNFOLD["SIDEBAR"]["navigation"])."""
    areas: dict[str, list[tuple[int, str, Item]]] = {area: [] for area in AREAS}
    for page in PAGES.values():
        if page.area and page.may(request):
            areas[page.area].append((page.order, page.title, _entry_of(page, request)))
    for model, model_admin in admin.site._registry.items():
        area = getattr(model_admin, "area", "System")
        if area and model_admin.has_view_permission(request):
            title = getattr(model_admin, "title", "") or str(model._meta.verbose_name_plural).capitalize()
            where = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            entry = {"title": title, "icon": getattr(model_admin, "icon", "table_rows"), "link": reverse(where)}
            areas[area].append((getattr(model_admin, "order", 100), title, entry))
    shown = ((area, sorted(entries, key=itemgetter(0, 1))) for area, entries in areas.items() if entries)
    groups = [{"title": area, "separator": True, "items": [entry for *_, entry in entries]} for area, entries in shown]
    if groups:
        groups[0]["separator"] = False
    return groups


def _entry_of(page: PanelPage, request: HttpRequest) -> Item:
    entry: Item = {"title": page.title, "icon": page.icon, "link": reverse(f"admin:{page.name}")}
    entry["active"] = _is_active(entry["link"])
    said = page.badge(request) if page.badge else ""
    return {**entry, "badge": said} if said else entry


def _is_active(link: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.path == link or (request.path.startswith(link) and link != reverse("admin:index"))
