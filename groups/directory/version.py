"""From what the pages of the directory are made: one query that looks at three rows, however many groups there are."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Subquery
from django.utils import timezone

from common.prepared import Prepared
from groups.directory.models import Listing, Stamp
from groups.models import Group


def _query() -> QuerySet[Any]:
    rows, groups = Listing.objects.order_by("-changed_at"), Group.objects.order_by("-changed_at")
    latest = Stamp.objects.annotate(
        row=Subquery(rows.values("changed_at")[:1]), group=Subquery(groups.values("changed_at")[:1])
    )
    return latest.filter(pk=1).values_list("number", "row", "group")


_state = Prepared(_query)


def version() -> tuple[int, tuple[object, ...], datetime | None]:
    """The number of the tree, a tuple that changes with every page of the directory, and the moment of the last change."""
    number, row, group = _state.first() or (0, None, None)
    moments = [moment for moment in (row, group) if moment is not None]
    today = timezone.now().date()  # the last thirty days end in the present, and so do the sparklines
    return number, (number, row, group, today), max(moments, default=None)
