"""The tree of categories, for operators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from common.panel.lists import EditableAdmin
from groups.directory.models import Category


@admin.register(Category)
class CategoryAdmin(EditableAdmin):
    area, icon, order = "Groups", "category", 9
    list_display = ("name", "parent", "position", "count")
    list_select_related = ("parent",)
    exact = ("slug",)
    fields = ("name", "slug", "parent", "position")
    search_help_text = "Its short name."

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj is not None else ()  # groups name it, and links lead to it

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """With its groups, and those of the categories below, it would take away what their owners said."""
        is_empty = obj is not None and not obj.shelves.exists() and not obj.children.exists()
        return is_empty and bool(ModelAdmin.has_delete_permission(self, request, obj))
