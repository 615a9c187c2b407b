"""What was brought into archives, and what could not be read, for those who run the site."""

from django.contrib import admin

from archive.models import Archive, Message, Quarantined, Transfer
from common.panel.lists import RowsAdmin


@admin.register(Message)
class MessageAdmin(RowsAdmin):
    """Letters are hidden, edited and destroyed on their own pages, where it is logged."""

    area, icon, order = "Archive", "drafts", 1
    title = "Letters"
    list_display = ("id", "group", "number", "subject", "from_name", "sent_at", "hidden_at")
    list_select_related = ("group",)
    exact = ("pk",)
    search_help_text = "The key of a letter; letters are found by words in the site’s own search."


@admin.register(Archive)
class ArchiveAdmin(RowsAdmin):
    area, icon, order = "Archive", "inventory_2", 2
    keyset_field = "group_id"
    list_display = ("group", "message_count", "thread_count", "first_at", "last_at")
    list_select_related = ("group",)
    exact = ("group__slug",)


@admin.register(Transfer)
class TransferAdmin(RowsAdmin):
    area, icon, order = "Archive", "move_to_inbox", 3
    title = "Imports"
    list_display = ("id", "group", "name", "state", "imported", "duplicates", "quarantined", "created_at")
    list_select_related = ("group",)
    exact = ("group__slug",)


@admin.register(Quarantined)
class QuarantinedAdmin(RowsAdmin):
    area, icon, order = "Archive", "coronavirus", 4
    title = "Quarantine"
    list_display = ("id", "group", "reason", "state")
    list_select_related = ("group",)
    exact = ("group__slug",)
    defers = hides = ("raw",)
