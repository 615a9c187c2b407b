"""People of whom nothing is left but a row: made for an import of members that was taken back."""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.db.models.fields.reverse_related import ForeignObjectRel

from accounts.models import User
from groups.models import Batch


def forget_people(candidates: Collection[int], batch: Batch) -> int:
    """Of these, forget whom nobody knew before the batch, who never signed in, and to whom nothing in any app points. Returns
    how many. Call it in a transaction."""
    people = User.objects.filter(pk__in=candidates, date_joined__gte=batch.made_at, last_login__isnull=True)
    people = people.filter(is_staff=False, is_superuser=False, password__startswith="!")  # noqa: S106 - none is usable
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.field.concrete and not relation.many_to_many:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            people = people.filter(~Exists(rows))
    keys = list(people.values_list("pk", flat=True))
    try:
        with transaction.atomic():  # something may point to one of them since
            User.objects.filter(pk__in=keys)._raw_delete("default")  # type: ignore[attr-defined]
    except IntegrityError:
        return 0
    return len(keys)
