"""What a person has read, as a condition of a search: exactly what archive.unread does not call new.

A letter is read when it is numbered up to the person's mark in its group or in its thread, or was sent before they came.
"""

from collections import defaultdict
from datetime import datetime
from math import ceil
from typing import Any

from django.db.models import F

from accounts.models import User
from archive.models import GroupMark, ThreadMark
from archive.search.engine import Between, OneOf, Seen
from archive.search.language import And, Not, Or
from groups.models import Group


def read_by(user: User, group: Group | None) -> Any:
    """Letters of the group (None: of any) that this person has read. Four queries."""
    return Or((*_up_to_marks(user, group), *_before_they_came(user, group)))


def _up_to_marks(user: User, group: Group | None) -> list[Any]:
    """Most threads were read to their end: those are one set of keys, which costs an engine far less than numbers do."""
    floors = GroupMark.objects.filter(user=user, number__gt=0)
    marks = ThreadMark.objects.filter(user=user, number__gt=0)
    if group is not None:
        floors, marks = floors.filter(group=group), marks.filter(thread__group=group)
    whole = marks.filter(number__gte=F("thread__last_number")).values_list("thread_id", flat=True)
    partly = marks.filter(number__lt=F("thread__last_number")).values_list("thread_id", "number")
    seen = Seen(tuple(floors.values_list("group_id", "number")), tuple(partly))
    return [seen, OneOf("thread", frozenset(whole))]


def _before_they_came(user: User, group: Group | None) -> list[Any]:
    joined = user.memberships.all() if group is None else user.memberships.filter(group=group)
    groups_since: dict[datetime, set[int]] = defaultdict(set)
    for key, moment in joined.values_list("group_id", "joined_at"):
        groups_since[moment].add(key)
    conditions = [And((OneOf("group", frozenset(keys)), before(moment))) for moment, keys in groups_since.items()]
    member_of = frozenset(key for keys in groups_since.values() for key in keys)
    return [*conditions, And((Not(OneOf("group", member_of)), before(user.date_joined)))]


def before(moment: datetime) -> Between:
    """Letters are dated in whole seconds: one sent in the very second of `moment`, but before it, counts."""
    return Between(None, ceil(moment.timestamp()))
