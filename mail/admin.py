"""What came in and went out, for the operators of the site: to read, and to try again what failed."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from common.doorbell import ring
from common.panel.lists import EditableAdmin, RowsAdmin
from mail.bounces import record
from mail.inbound import pipeline
from mail.models import (
    BounceEvent,
    Delivery,
    DeliveryState,
    Inbound,
    InboundState,
    Incident,
    Mailbox,
    Outgoing,
    Relay,
    Report,
    SeenDomain,
    SigningKey,
    Spooled,
)
from mail.outbox.queue import BELL


class SetAside(admin.SimpleListFilter):
    """By partial indexes: of the millions that were archived, nobody reads a list."""

    title = "state"
    parameter_name = "state"

    WHERE = {  # SQLite takes a partial index only where the state stands in the statement itself
        InboundState.FAILED: "mail_inbound.state = 'failed'",
        InboundState.RECEIVED: "mail_inbound.state = 'received'",
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in self.WHERE]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Inbound]") -> "QuerySet[Inbound]":
        where = self.WHERE.get(self.value() or "")  # type: ignore[call-overload]
        return queryset.extra(where=[where]) if where else queryset  # noqa: S610  words of ours


class OpenStates(admin.SimpleListFilter):
    """States that are indexed. Of the millions that were sent, nobody reads a list."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in OPEN]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Delivery]") -> "QuerySet[Delivery]":
        if self.value() not in OPEN:
            return queryset
        return queryset.filter(pk__in=_first_of(str(self.value())))


OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED)
MOST_OPEN = 1000  # of what waits, the earliest due; the queue command and the operations page count them all


IN_STATE = {
    DeliveryState.QUEUED: "mail_delivery.state IN ('queued', 'deferred') AND mail_delivery.state = 'queued'",
    DeliveryState.DEFERRED: "mail_delivery.state IN ('queued', 'deferred') AND mail_delivery.state = 'deferred'",
    DeliveryState.SENDING: "mail_delivery.state = 'sending'",
}


def _first_of(state: str) -> list[int]:
    """By the partial index of what is due, or of what is claimed."""
    first = "claimed_at" if state == DeliveryState.SENDING else "due_at"
    rows = Delivery.objects.extra(where=[IN_STATE[DeliveryState(state)]]).order_by(first, "pk")  # noqa: S610  words of ours
    return list(rows.values_list("pk", flat=True)[:MOST_OPEN])


@admin.register(Inbound)
class InboundAdmin(RowsAdmin):
    area, icon, order = "Mail", "move_to_inbox", 2
    title = "Letters in"
    list_display = ("id", "received_at", "recipient", "author", "subject", "state", "rule", "attempts")
    list_filter = (SetAside,)
    exact = ("author", "pk")
    search_help_text = "The whole address of an author, or the number of a row."
    list_select_related = ()
    actions = ("replay",)

    @admin.action(description="Try again what failed", permissions=["view"])
    def replay(self, request: HttpRequest, queryset: "QuerySet[Inbound]") -> None:
        count = pipeline.replay(queryset.values_list("pk", flat=True))
        messages.info(request, f"{count} letters are tried again.")


@admin.register(Spooled)
class SpooledAdmin(RowsAdmin):
    area, icon, order = "Mail", "inbox", 3
    title = "As they came"
    list_display = ("id", "received_at", "envelope_from", "door", "client", "size")
    exact = ("pk",)
    defers = hides = ("raw",)


@admin.register(Outgoing)
class OutgoingAdmin(RowsAdmin):
    area, icon, order = "Mail", "outgoing_mail", 4
    title = "Letters out"
    list_display = ("id", "made_at", "kind", "group", "subject", "size", "queued_at")
    list_select_related = ("group",)
    exact = ("pk", "group__slug")
    defers = hides = ("template",)


@admin.register(Delivery)
class DeliveryAdmin(RowsAdmin):
    """Found by whole address or by letter; the states that wait are indexed."""

    list_display = ("id", "address", "state", "attempts", "due_at", "sent_at", "code", "status", "reply")
    area, icon, order = "Mail", "local_post_office", 1
    title = "Deliveries"
    list_filter = (OpenStates,)
    exact = ("address", "outgoing_id")
    search_help_text = "A whole address, or the number of an outgoing letter."
    list_select_related = ()
    actions = ("send_now",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Delivery]":
        rows: QuerySet[Delivery] = super().get_queryset(request)
        one = request.resolver_match is not None and "object_id" in request.resolver_match.kwargs
        return rows.select_related("outgoing", "user").defer("outgoing__template") if one else rows

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
class MailboxAdmin(RowsAdmin):
    list_display = ("address", "state", "score", "last_at", "suspended_at", "probes", "healed_at")
    area, icon, order = "Mail", "markunread_mailbox", 5
    exact = ("address",)
    actions = ("heal",)

    @admin.action(description="It works again: send to it", permissions=["operate"])
    def heal(self, request: HttpRequest, queryset: "QuerySet[Mailbox]") -> None:
        count = sum(record.heal(mailbox.address) for mailbox in queryset)
        messages.info(request, f"{count} mailboxes are normal again.")


@admin.register(BounceEvent)
class BounceEventAdmin(RowsAdmin):
    list_display = ("id", "at", "address", "category", "status", "diagnostic", "weight")
    area, icon, order = "Mail", "undo", 6
    title = "Bounces"
    exact = ("address",)


@admin.register(Incident)
class IncidentAdmin(RowsAdmin):
    list_display = ("id", "began_at", "domain", "category", "failures", "diagnostic", "closed_at")
    area, icon, order = "Mail", "report", 7
    exact = ("domain",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Incident]":
        return super().get_queryset(request).select_related("outgoing").defer("outgoing__template")


@admin.register(Relay)
class RelayAdmin(RowsAdmin):
    area, icon, order = "Mail", "lan", 8
    list_display = ("name", "paused_until", "paused_because", "failures", "changed_at")
    actions = ("go_on",)

    @admin.action(description="Try it again now", permissions=["operate"])
    def go_on(self, request: HttpRequest, queryset: "QuerySet[Relay]") -> None:
        count = queryset.update(paused_until=None, paused_because="", failures=0, changed_at=timezone.now())
        ring(BELL)
        messages.info(request, f"{count} relays are tried again.")


@admin.register(SigningKey)
class SigningKeyAdmin(RowsAdmin):
    """Made by make_dkim_key; the private part is shown to nobody."""

    area, icon, order = "Mail", "vpn_key", 9
    list_display = ("domain", "selector", "active", "made_at")
    defers = hides = ("private_pem",)
    actions = ("switch_off", "switch_on")

    @admin.action(description="Sign with it no more", permissions=["operate"])
    def switch_off(self, request: HttpRequest, queryset: "QuerySet[SigningKey]") -> None:
        queryset.update(active=False)

    @admin.action(description="Sign with it", permissions=["operate"])
    def switch_on(self, request: HttpRequest, queryset: "QuerySet[SigningKey]") -> None:
        queryset.update(active=True)


@admin.register(SeenDomain)
class SeenDomainAdmin(EditableAdmin):
    """Domains whose authors' addresses are replaced in copies; may be mended by hand."""

    area, icon, order = "Mail", "domain", 10
    list_display = ("domain", "diagnostic", "at")
    prefix = ("domain",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("mail.delete_seendomain")


@admin.register(Report)
class ReportAdmin(RowsAdmin):
    """Letters that members reported to their own moderators."""

    area, icon, order = "Abuse", "outlined_flag", 3
    title = "Reports to moderators"
    list_display = ("id", "group", "letter_id", "by", "why", "at", "settled")
    list_select_related = ("group", "by")
    exact = ("group__slug",)
    fields = ("group", "by", "why", "words", "at", "settled", "hid_it")
