"""The groups a person may find: the directory, and the groups that are theirs."""

from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from groups.domains.sites import Site
from groups.models import Group, GroupQuerySet, Membership

WORDS_SOUGHT = 8


def listed(wanted: str = "", site: Site | None = None) -> GroupQuerySet:
    """Groups of the directory of this site, else of all, of which every word of `wanted` stands in the name, the sentence or
    the description."""
    groups = Group.objects.listed() if site is None else Group.objects.listed().on_site(site)
    for word in wanted.split()[:WORDS_SOUGHT]:
        groups = groups.filter(
            Q(name__icontains=word)
            | Q(summary__icontains=word)
            | Q(description__icontains=word)
            | Q(slug__icontains=word)
        )
    return groups


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


def version() -> tuple[tuple[object, ...], datetime | None]:
    """What the directory is made from, in one query: a tuple that changes with it, and the moment of the last change."""
    now = Group.objects.listed().aggregate(
        groups=Count("pk"),
        letters=Sum("archive__version"),
        written=Max("archive__changed_at"),
        changed=Max("changed_at"),
    )
    members = Membership.objects.aggregate(count=Count("pk"), latest=Max("pk"))
    moments = [moment for moment in (now["written"], now["changed"]) if moment is not None]
    month = timezone.now().strftime("%Y-%m")  # the sparklines end in the present
    return (*now.values(), *members.values(), month), max(moments, default=None)
