"""What came in and went out, for the operators of the site: to read, and to try again what failed. Lists never count rows, of
which there may be millions, beyond the first thousand."""

from functools import cached_property
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from common.doorbell import ring
from mail.bounces import record
from mail.inbound import pipeline
from mail.models import (
    BounceEvent,
    Delivery,
    DeliveryState,
    Inbound,
    Incident,
    Mailbox,
    Outgoing,
    Relay,
    SeenDomain,
    SigningKey,
    Spooled,
)
from mail.outbox.queue import BELL

MOST_COUNTED = 1000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts to MOST_COUNTED and no further; what is older is found by searching."""

    @cached_property
    def count(self) -> int:
        return self.object_list[:MOST_COUNTED].count()  # type: ignore[attr-defined,no-any-return]


class OpenStates(admin.SimpleListFilter):
    """States that are indexed. Of the millions that were sent, nobody reads a list."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in OPEN]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Delivery]") -> "QuerySet[Delivery]":
        return queryset.filter(state=self.value()) if self.value() in OPEN else queryset


OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    show_full_result_count = False
    list_per_page = 50
    paginator = CappedPaginator

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Reading is one thing; an action changes what the site does."""
        return bool(request.user.is_superuser)


@admin.register(Inbound)
class InboundAdmin(ReadOnlyAdmin):
    list_display = ("id", "received_at", "recipient", "author", "subject", "state", "rule", "attempts")
    list_filter = ("state", "rule")
    search_fields = ("message_id", "author", "recipient")
    list_select_related = ("group",)
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

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Spooled]":
        return super().get_queryset(request).defer("raw")


@admin.register(Outgoing)
class OutgoingAdmin(ReadOnlyAdmin):
    list_display = ("id", "made_at", "kind", "group", "subject", "size", "queued_at")
    list_filter = ("kind",)
    search_fields = ("=message_id",)
    list_select_related = ("group",)
    exclude = ("template",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Outgoing]":
        return super().get_queryset(request).defer("template")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Found by whole address or by letter; the states that wait are indexed."""

    list_display = ("id", "address", "state", "attempts", "due_at", "sent_at", "code", "status", "reply")
    list_filter = (OpenStates,)
    search_fields = ("=address", "=outgoing__id")
    search_help_text = "A whole address, or the number of an outgoing letter."
    raw_id_fields = ("outgoing", "membership", "user")
    list_select_related = ()
    ordering = ("-id",)
    actions = ("send_now",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Delivery]":
        return super().get_queryset(request).select_related("outgoing", "user").defer("outgoing__template")

    @admin.action(description="Try again now", permissions=["operate"])
    def send_now(self, request: HttpRequest, queryset: "QuerySet[Delivery]") -> None:
        """Copies that wait for their next try; what was refused for good stays refused."""
        waiting = Delivery.objects.filter(
            pk__in=list(queryset.values_list("pk", flat=True)), state=DeliveryState.DEFERRED
        )
        count = waiting.update(due_at=timezone.now())
        ring(BELL)
        messages.info(request, f"{count} copies are tried now.")


@admin.register(Mailbox)
class MailboxAdmin(ReadOnlyAdmin):
    list_display = ("address", "state", "score", "last_at", "suspended_at", "probes", "healed_at")
    list_filter = ("state",)
    search_fields = ("=address",)
    actions = ("heal",)

    @admin.action(description="It works again: send to it", permissions=["operate"])
    def heal(self, request: HttpRequest, queryset: "QuerySet[Mailbox]") -> None:
        count = sum(record.heal(mailbox.address) for mailbox in queryset)
        messages.info(request, f"{count} mailboxes are normal again.")


@admin.register(BounceEvent)
class BounceEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "at", "address", "category", "status", "diagnostic", "weight")
    list_filter = ("category",)
    search_fields = ("=address",)
    ordering = ("-id",)


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = ("id", "began_at", "domain", "category", "failures", "diagnostic", "closed_at")
    list_filter = ("category",)
    search_fields = ("=domain",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Incident]":
        return super().get_queryset(request).select_related("outgoing").defer("outgoing__template")


@admin.register(Relay)
class RelayAdmin(ReadOnlyAdmin):
    list_display = ("name", "paused_until", "paused_because", "failures", "changed_at")
    actions = ("go_on",)

    @admin.action(description="Try it again now", permissions=["operate"])
    def go_on(self, request: HttpRequest, queryset: "QuerySet[Relay]") -> None:
        count = queryset.update(paused_until=None, paused_because="", failures=0, changed_at=timezone.now())
        ring(BELL)
        messages.info(request, f"{count} relays are tried again.")


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    """Made by make_dkim_key; the private part is shown to nobody."""

    list_display = ("domain", "selector", "active", "made_at")
    exclude = ("private_pem",)
    actions = ("switch_off", "switch_on")

    @admin.action(description="Sign with it no more", permissions=["operate"])
    def switch_off(self, request: HttpRequest, queryset: "QuerySet[SigningKey]") -> None:
        queryset.update(active=False)

    @admin.action(description="Sign with it", permissions=["operate"])
    def switch_on(self, request: HttpRequest, queryset: "QuerySet[SigningKey]") -> None:
        queryset.update(active=True)


@admin.register(SeenDomain)
class SeenDomainAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Domains whose authors' addresses are replaced in copies; may be mended by hand."""

    list_display = ("domain", "diagnostic", "at")
    search_fields = ("domain",)
