"""Groups and what belongs to them, for those who run the site. Rows are read here and changed by the product's own actions; bans
of the whole site are made here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import User
from common.panel.lists import EditableAdmin, RowsAdmin
from groups.actions.log import note
from groups.models import Action, Ban, Batch, Group, Invitation, JoinRequest, LogEntry, Membership, PastMember, Waiting


class TakenDown(admin.SimpleListFilter):
    title = "taken down"
    parameter_name = "down"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Taken down")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(taken_down_at__isnull=False) if self.value() == "yes" else queryset


@admin.register(Group)
class GroupAdmin(EditableAdmin):
    """Names, words and access may be mended here; the owners' own pages have the rest."""

    area, icon, order = "Groups", "groups", 1
    list_display = ("slug", "name", "visibility", "archive_access", "state", "taken_down_at", "created_at")
    list_filter = (TakenDown,)
    prefix = ("slug",)
    search_help_text = "The beginning of its name in addresses."
    fields = (
        "slug", "name", "summary", "description", "language", "visibility", "archive_access", "created_at",
        "taken_down_at", "taken_down_because",
    )  # fmt: skip
    change_form_before_template = "panel/group_links.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> Any:
        """Its name in addresses is changed on its settings page, which keeps the old one as a way in."""
        return ("created_at", "taken_down_at", "taken_down_because", *(("slug",) if obj is not None else ()))


@admin.register(Membership)
class MembershipAdmin(RowsAdmin):
    area, icon, order = "Groups", "badge", 2
    list_display = ("group", "user", "role", "delivery", "posting", "paused_at", "joined_at")
    list_select_related = ("group", "user")
    reads = (*list_display, "group__name", "user__name", "user__email")
    exact = ("user__email", "group__slug", "address")
    search_help_text = "A whole address, or the name of a group in addresses."


@admin.register(PastMember)
class PastMemberAdmin(RowsAdmin):
    area, icon, order = "Groups", "history", 3
    list_display = ("group", "user", "how", "by", "left_at", "returned_at")
    list_select_related = ("group", "user", "by")
    exact = ("user__email", "group__slug")


@admin.register(Invitation)
class InvitationAdmin(RowsAdmin):
    area, icon, order = "Groups", "mail", 4
    list_display = ("group", "address", "state", "by_name", "sent_at")
    list_select_related = ("group",)
    exact = ("address", "group__slug")


@admin.register(JoinRequest)
class JoinRequestAdmin(RowsAdmin):
    area, icon, order = "Groups", "person_add", 5
    list_display = ("group", "address", "state", "made_at", "decided_at")
    list_select_related = ("group",)
    exact = ("address", "group__slug")


@admin.register(Batch)
class BatchAdmin(RowsAdmin):
    area, icon, order = "Groups", "upload_file", 6
    title = "Members from files"
    list_display = ("group", "by", "state", "made_at")
    list_select_related = ("group", "by")
    exact = ("group__slug",)


@admin.register(Waiting)
class WaitingAdmin(RowsAdmin):
    """What waits for moderators in all groups."""

    area, icon, order = "Groups", "hourglass_top", 7
    title = "What waits"
    list_display = ("group", "kind", "title", "who", "state", "since", "settled_at", "outcome")
    list_select_related = ("group",)
    exact = ("person__email",)
    search_help_text = "The whole address of a person, or the name of a group in addresses: what is open there."

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        group = Group.objects.filter(slug=search_term.strip().lower().replace("\0", "")).first()
        if group is None:
            return super().get_search_results(request, queryset, search_term)  # type: ignore[no-any-return]
        return queryset.extra(where=["groups_waiting.state = 'open'"]).filter(group=group), False


@admin.register(LogEntry)
class LogEntryAdmin(RowsAdmin):
    """The logs of all groups."""

    area, icon, order = "Groups", "receipt_long", 8
    title = "Logs of groups"
    list_display = ("at", "group", "by_name", "action", "about_name", "reason")
    list_select_related = ("group",)
    exact = ("group__slug", "about__email")


@admin.register(Ban)
class BanAdmin(EditableAdmin):
    """Bans of the whole site have no group; groups make their own on their pages."""

    area, icon, order = "Abuse", "block", 5
    list_display = ("value", "kind", "group", "reason", "made_by", "made_at")
    exact = ("value", "group__slug")
    raw_id_fields = ("group",)
    fields = ("kind", "value", "group", "reason")
    list_select_related = ("group", "made_by")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting a ban is lifting it."""
        return request.user.has_perm("groups.delete_ban")

    def save_model(self, request: HttpRequest, obj: Ban, form: Any, change: bool) -> None:
        if not change and request.user.is_authenticated:
            obj.made_by = request.user
        super().save_model(request, obj, form, change)
        note(Action.BANNED, group=obj.group, by=obj.made_by, about=obj.value, reason=obj.reason)

    def delete_model(self, request: HttpRequest, obj: Ban) -> None:
        by = request.user if isinstance(request.user, User) else None
        note(Action.UNBANNED, group=obj.group, by=by, about=obj.value)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for ban in queryset:
            self.delete_model(request, ban)
