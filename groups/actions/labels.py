"""Keeping Membership.label, by which members are found and stand in order."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from common import bulk
from groups.models import Membership, label_of
from groups.models.words import write_words


def relabel(memberships: "QuerySet[Membership]") -> None:
    """After their people or their addresses were changed by an UPDATE."""
    rows = memberships.values_list("pk", "group_id", "user__name", "user__email", "address")
    labels = [(pk, group, label_of(*words)) for pk, group, *words in rows]
    bulk.update_many(Membership, ["label"], [(pk, label) for pk, _, label in labels])
    write_words(labels)


@transaction.atomic
def move_mail(memberships: "QuerySet[Membership]", address: str) -> int:
    """Send these groups' mail to the address, which must be the person's ("": the one they sign in with). How many changed."""
    moved = [*memberships.exclude(address=address).values_list("pk", flat=True)]
    changed = Membership.objects.filter(pk__in=moved)
    changed.update(address=address)
    relabel(changed)
    return len(moved)


def address_gone(user: User, email_address: EmailAddress, **_: Any) -> None:
    """An address is theirs no more (told by django-allauth): mail of groups that went there goes to the one they sign in
    with."""
    move_mail(Membership.objects.filter(user=user, address__iexact=email_address.email), "")


def person_saved(instance: User, created: bool, update_fields: Any, **_: Any) -> None:
    """Accounts stand below groups and know nothing of them: this is told by the post_save signal."""
    changed = update_fields is None or {"name", "email"} & set(update_fields)
    if changed and not created:
        relabel(Membership.objects.filter(user=instance))
