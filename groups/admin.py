"""Groups and memberships, for the operators of the site."""

from django.contrib import admin

from groups.models import Group, Membership


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
