"""Whose letters a person may find: asked from the database at every search, whatever the index believes.

At most three small queries. The groups' keys come as one string of the database's own making, so that a hundred thousand of
them cost milliseconds, and the same string again costs nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Aggregate, CharField, F, TextField
from django.db.models.functions import Cast

from accounts.models import User
from archive.models import Archive
from archive.search.engine import Scope
from groups.models import Group


class _Keys(Aggregate):
    """All values of an integer column as one text: "1,2,3"."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s)"
    output_field = TextField()

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        return self.as_sql(
            compiler, connection, function="STRING_AGG", template="%(function)s(%(expressions)s, ',')", **context
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """What a person may find (`scope`), and in which groups they may see whole addresses (None: in all)."""

    scope: Scope
    insider_of: frozenset[int] | None = frozenset()

    def sees_addresses(self, group_id: int) -> bool:
        return self.insider_of is None or group_id in self.insider_of

    def may_read(self, group_id: int, transfer_id: int | None) -> bool:
        return group_id in self.scope.groups and transfer_id not in self.scope.hidden_transfers


def reader_of(user: object, group: Group | None) -> Reader:
    """The scope of one search, in one group or in all that the person may read."""
    person = user if isinstance(user, User) and user.is_active else None
    groups = Group.objects.readable_by(person)
    if group is not None:
        groups = groups.filter(pk=group.pk)
        archives = Archive.objects.filter(group=group)
    else:
        archives = Archive.objects.filter(group__transfers__staged=True)
    keys = groups.aggregate(keys=_Keys(Cast(F("pk"), CharField())))["keys"]
    scope = Scope(_numbers(keys or ""), _staged(archives.values_list("staging", flat=True).distinct()))
    return Reader(scope, _insider_of(person))


def reader_within(group: Group, archive: Archive, *, sees_addresses: bool) -> Reader:
    """For a visit to one group that was let in just now (archive.reading): no query."""
    only = frozenset([group.pk])
    return Reader(Scope(only, frozenset(archive.staging)), only if sees_addresses else frozenset())


@lru_cache(maxsize=16)
def _numbers(keys: str) -> frozenset[int]:
    return frozenset(map(int, keys.split(","))) if keys else frozenset()


def _staged(lists: Iterable[list[int]]) -> frozenset[int]:
    return frozenset(transfer for staging in lists for transfer in staging)


def _insider_of(person: User | None) -> frozenset[int] | None:
    if person is None:
        return frozenset()
    if person.is_superuser:
        return None
    return frozenset(person.memberships.values_list("group_id", flat=True))
