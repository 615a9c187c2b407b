"""What was reported to the site, as rows; the queue itself is a page of the panel (groups.abuse.panel)."""

from django.contrib import admin

from common.panel.lists import RowsAdmin
from groups.abuse.models import AbuseReport, Case


@admin.register(Case)
class CaseAdmin(RowsAdmin):
    area, icon, order = "Abuse", "folder_open", 2
    title = "All cases"
    list_display = ("id", "kind", "title", "state", "reports_made", "last_at", "outcome", "settled_by")
    list_select_related = ("settled_by",)
    exact = ("pk",)


@admin.register(AbuseReport)
class AbuseReportAdmin(RowsAdmin):
    area = ""  # seen with its case
    list_display = ("id", "case", "what", "by", "at")
    list_select_related = ("case", "by")
