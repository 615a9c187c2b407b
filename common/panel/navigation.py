"""The sidebar of the panel, by area: pages that apps registered, and lists of rows."""

from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from common.panel.pages import AREAS, PAGES

Item = dict[str, Any]


def sidebar(request: HttpRequest) -> list[Item]:
    """[{title, separator, items}]; each item has title, icon, link, badge ("" for none), and whether the reader is there."""
    areas: dict[str, list[tuple[int, str, Item]]] = {area: [] for area in AREAS}
    for page in PAGES.values():
        if page.area and page.may(request):
            said = page.badge(request) if page.badge else ""
            areas[page.area].append((page.order, page.title, _item(request, page.name, page.title, page.icon, said)))
    for model, model_admin in admin.site._registry.items():
        area = getattr(model_admin, "area", "System")
        if area and model_admin.has_view_permission(request):
            title = title_of(model_admin)
            name = f"{model._meta.app_label}_{model._meta.model_name}_changelist"
            item = _item(request, name, title, getattr(model_admin, "icon", "table_rows"))
            areas[area].append((getattr(model_admin, "order", 100), title, item))
    shown = ((area, sorted(entries, key=itemgetter(0, 1))) for area, entries in areas.items() if entries)
    groups = [{"title": area, "separator": True, "items": [entry for *_, entry in entries]} for area, entries in shown]
    if groups:
        groups[0]["separator"] = False
    return groups


def title_of(model_admin: Any) -> str:
    """What a list is called, wherever it is named."""
    return getattr(model_admin, "title", "") or str(model_admin.opts.verbose_name_plural).capitalize()


def _item(request: HttpRequest, name: str, title: str, icon: str, badge: str = "") -> Item:
    link, index = (_address(each, get_script_prefix()) for each in (name, "index"))
    active = request.path == link or (request.path.startswith(link) and link != index)
    return {"title": title, "icon": icon, "link": link, "badge": badge, "active": active}


@lru_cache(maxsize=200)
def _address(name: str, script_prefix: str) -> str:
    return reverse(f"admin:{name}")
