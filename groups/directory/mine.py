"""The groups that are one person's."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from groups.models import Group, GroupQuerySet, Membership


def with_activity(groups: GroupQuerySet) -> QuerySet[Any]:
    """Each with its archive, `member_count`, and `active_at`: the last letter, or the group's own beginning."""
    members = Membership.objects.filter(group=OuterRef("pk")).order_by().values("group")
    counted = members.annotate(count=Count("pk")).values("count")
    return groups.select_related("archive").annotate(
        member_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        active_at=Coalesce("archive__last_at", "created_at"),
    )


def of_person(user: User) -> QuerySet[Any]:
    """The groups this person is in, those with the latest letters first."""
    mine = Group.objects.filter(pk__in=user.memberships.values("group"))
    return with_activity(mine).order_by("-active_at", "-pk")
