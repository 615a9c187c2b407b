"""Keeping Membership.label, by which members are found and stand in order."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from common import bulk
from groups.models import Membership, label_of


def relabel(memberships: "QuerySet[Membership]") -> None:
    """After their people or their addresses were changed by an UPDATE."""
    rows = memberships.values_list("pk", "user__name", "user__email", "address")
    bulk.update_many(Membership, ["label"], [(pk, label_of(*words)) for pk, *words in rows])


def person_saved(instance: User, created: bool, update_fields: Any, **_: Any) -> None:
    """Accounts stand below groups and know nothing of them: this is told by the post_save signal."""
    changed = update_fields is None or {"name", "email"} & set(update_fields)
    if changed and not created:
        relabel(Membership.objects.filter(user=instance))
