"""Groups and memberships, for the operators of the site."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import User
from groups.actions.log import note
from groups.models import Action, Ban, Group, Membership


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("slug", "name", "visibility", "archive_access", "created_at")
    list_filter = ("visibility", "archive_access")
    search_fields = ("slug", "name", "summary")


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("group", "user", "role", "joined_at")
    list_filter = ("role",)
    search_fields = ("group__slug", "user__email", "user__name")
    autocomplete_fields = ("group", "user")
    list_select_related = ("group", "user")


@admin.register(Ban)
class BanAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Bans of the whole site have no group; groups make their own on their pages."""

    list_display = ("value", "kind", "group", "reason", "made_by", "made_at")
    list_filter = ("kind", ("group", admin.EmptyFieldListFilter))
    search_fields = ("value", "reason")
    autocomplete_fields = ("group",)
    fields = ("kind", "value", "group", "reason")
    list_select_related = ("group", "made_by")

    def save_model(self, request: HttpRequest, obj: Ban, form: Any, change: bool) -> None:
        if not change and request.user.is_authenticated:
            obj.made_by = request.user
        super().save_model(request, obj, form, change)
        note(Action.BANNED, group=obj.group, by=obj.made_by, about=obj.value, reason=obj.reason)

    def delete_model(self, request: HttpRequest, obj: Ban) -> None:
        by = request.user if isinstance(request.user, User) else None
        note(Action.UNBANNED, group=obj.group, by=by, about=obj.value)
        super().delete_model(request, obj)
