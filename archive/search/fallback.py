"""Searching without an index: the newest letters one chunk after another, until there are enough or the time is up.

Used while the index is missing or damaged. No ranking, no other forms of words, no facets; permissions are the same.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from archive.models import Attachment, GroupMark, Message, ThreadMark
from archive.search.engine import Between, Everything, Found, HasAttachment, OneOf, Scope
from archive.search.language import And, Not, Or, Text, fold_tree
from archive.search.plan import Planner
from groups.models import Group, Membership

CHUNK = 2000  # letters looked at by one query
TIME = 1.0  # seconds
ENOUGH = 1000  # hits

PARTS = {
    "from": ("from_name", "from_address"),
    "subject": ("subject",),
    "body": ("content__text",),
    "quoted": ("content__text",),
    "list-id": ("list_id",),
    "": ("subject", "from_name", "from_address", "content__text"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReadBy:
    """Letters that this person has read."""

    user: User


class TextPlanner(Planner):
    """Leaves words as they were typed: the database compares letters, not words. Marks it can look at itself."""

    def _text(self, leaf: Text) -> Any:
        return leaf

    def _read(self, user: User) -> Any:
        return ReadBy(user)


def search_database(
    node: Any,
    group: Group | None,
    scope: Scope,
    *,
    oldest: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Found:
    """Letters that match, newest (or oldest) first: as many as were found in time; `count` is what was found."""
    condition = fold_tree(node, _condition, _join)
    order = ("sent_at", "pk") if oldest else ("-sent_at", "-pk")
    found = Found()
    deadline = clock() + TIME
    last: Row | None = None
    while clock() < deadline and len(found.hits) < ENOUGH:
        chunk = _chunk(group, last, oldest=oldest)
        if not chunk:
            break
        last = chunk[-1]
        keys = [pk for pk, _, its_group, transfer in chunk if _may_read(scope, its_group, transfer)]
        matching = Message.objects.filter(condition, pk__in=keys).order_by(*order) if keys else Message.objects.none()
        found.hits += [(pk, thread, 0.0) for pk, thread in matching.values_list("pk", "thread_id")]
    found.count = len(found.hits)
    return found


Row = tuple[int, datetime, int, int | None]  # letter, date, group, transfer


def _may_read(scope: Scope, group: int, transfer: int | None) -> bool:
    return group in scope.groups and transfer not in scope.hidden_transfers


def _chunk(group: Group | None, last: Row | None, *, oldest: bool) -> list[Row]:
    """The next letters by date in one group, by age in the house over all of them: both walk along an index. (Whose
    they are is looked at afterwards: SQLite would rather sort a million letters than walk and leave some out.)"""
    letters = Message.objects.filter(hidden_at__isnull=True)
    keys = ("pk",) if group is None else ("sent_at", "pk")
    if group is not None:
        letters = letters.filter(group=group)
    if last is not None:
        side = "gt" if oldest else "lt"
        beyond = Q(**{f"pk__{side}": last[0]})
        if group is not None:
            beyond = Q(**{f"sent_at__{side}": last[1]}) | Q(beyond, sent_at=last[1])
        letters = letters.filter(beyond)
    ordered = letters.order_by(*(key if oldest else f"-{key}" for key in keys))
    return list(ordered.values_list("pk", "sent_at", "group_id", "transfer_id")[:CHUNK])


def keys_in_database(node: Any, group: Group | None, scope: Scope, after: int) -> tuple[list[int], int | None]:
    """Keys of matching letters among the next CHUNK ones above `after`, and where to go on; None at the end."""
    letters = Message.objects.filter(pk__gt=after, hidden_at__isnull=True)
    if group is not None:
        letters = letters.filter(group=group)
    chunk = list(letters.order_by("pk").values_list("pk", "group_id", "transfer_id")[:CHUNK])
    keys = [pk for pk, its_group, transfer in chunk if _may_read(scope, its_group, transfer)]
    condition = fold_tree(node, _condition, _join)
    matching = Message.objects.filter(condition, pk__in=keys).order_by("pk").values_list("pk", flat=True)
    return list(matching) if keys else [], chunk[-1][0] if len(chunk) == CHUNK else None


def _join(node: Not | And | Or, parts: list[Q]) -> Q:
    if isinstance(node, Not):
        return ~parts[0]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined & part if isinstance(node, And) else joined | part
    return joined


_NEVER = Q(pk__in=[])


def _condition(leaf: Any) -> Q:
    if isinstance(leaf, Text):
        return _text(leaf)
    if isinstance(leaf, Between):
        since = Q() if leaf.since is None else Q(sent_at__gte=_EPOCH + timedelta(seconds=leaf.since))
        return since if leaf.until is None else since & Q(sent_at__lt=_EPOCH + timedelta(seconds=leaf.until))
    if isinstance(leaf, HasAttachment):
        return Q(attachment_count__gt=0)
    if isinstance(leaf, OneOf):
        return Q(**{f"{'pk' if leaf.what == 'message' else leaf.what}__in": leaf.keys})
    if isinstance(leaf, ReadBy):
        return _read_by(leaf.user)
    return Q() if isinstance(leaf, Everything) else _NEVER


def _text(leaf: Text) -> Q:
    if leaf.field == "filename":
        return Q(Exists(Attachment.objects.filter(message=OuterRef("pk"), filename__icontains=leaf.text)))
    found = Q(message_id=leaf.text) if not leaf.field and "@" in leaf.text else _NEVER
    for name in PARTS.get(leaf.field, ()):
        found |= Q(**{f"{name}__icontains": leaf.text})
    return found


def _read_by(user: User) -> Q:
    """As archive.search.marks has it."""
    floor = GroupMark.objects.filter(user=user, group=OuterRef("group"), number__gte=OuterRef("number"))
    mark = ThreadMark.objects.filter(user=user, thread=OuterRef("thread"), number__gte=OuterRef("number"))
    joined = Membership.objects.filter(user=user, group=OuterRef("group"))
    joined_later = joined.filter(joined_at__gt=OuterRef("sent_at"))
    elsewhere = Q(~Exists(joined), sent_at__lt=user.date_joined)
    return Q(Exists(floor)) | Q(Exists(mark)) | Q(Exists(joined_later)) | elsewhere
