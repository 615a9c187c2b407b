"""What came in, for the operators of the site: to read, and to try again what failed."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from mail.inbound import pipeline
from mail.models import Inbound, Spooled


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Inbound)
class InboundAdmin(ReadOnlyAdmin):
    list_display = ("id", "received_at", "recipient", "author", "subject", "state", "rule", "attempts")
    list_filter = ("state", "rule")
    search_fields = ("message_id", "author", "recipient")
    list_select_related = ("group",)
    show_full_result_count = False
    actions = ("replay",)

    @admin.action(description="Try again what failed", permissions=["view"])
    def replay(self, request: HttpRequest, queryset: "QuerySet[Inbound]") -> None:
        count = pipeline.replay(queryset.values_list("pk", flat=True))
        messages.info(request, f"{count} letters are tried again.")


@admin.register(Spooled)
class SpooledAdmin(ReadOnlyAdmin):
    list_display = ("id", "received_at", "envelope_from", "door", "client", "size")
    list_filter = ("door",)
    search_fields = ("envelope_from", "client")
    exclude = ("raw",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Spooled]":
        return super().get_queryset(request).defer("raw")
