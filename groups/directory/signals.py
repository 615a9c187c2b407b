"""What changes the directory at once: a group saved or deleted, a member who comes or goes, the tree of categories."""

from typing import Any

from django.db import router
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from groups.directory import keeping, tree
from groups.directory.models import Category, Listing, Shelf
from groups.models import Group, Membership


def furnish(using: str, **_: Any) -> None:
    if router.allow_migrate_model(using, Category):
        tree.furnish_if_empty()


def group_saved(instance: Group, raw: bool = False, **_: Any) -> None:
    if not raw:
        keeping.refresh([instance.pk])


def group_gone(instance: Group, **_: Any) -> None:
    keeping.forget(instance.pk)


def member_came(instance: Membership, created: bool, raw: bool = False, **_: Any) -> None:
    if created and not raw:
        _count(instance, 1)


def member_went(instance: Membership, **_: Any) -> None:
    _count(instance, -1)


def _count(membership: Membership, step: int) -> None:
    """Their number at once; the band it falls into with the next sweep."""
    members = Greatest(F("members") + step, 0)
    rows = Listing.objects.filter(group=membership.group_id)
    rows.update(members=members, stale=True, changed_at=timezone.now())


def tree_changed(instance: Category, **_: Any) -> None:
    """Groups below it may stand elsewhere now; the sweep puts them there."""
    tree.changed()
    within = Shelf.objects.filter(category=instance.pk).values("group")
    Listing.objects.filter(group__in=within).update(stale=True)
