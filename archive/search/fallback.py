"""Searching without an index: the newest letters one chunk after another, until there are enough or the time is up.

Used while the index is missing or damaged. No ranking, no other forms of words, no facets; permissions are the same.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from archive.models import Attachment, Message
from archive.search.engine import Between, Everything, Found, HasAttachment, OneOf, Scope, Seen
from archive.search.language import And, Not, Or, Text, fold_tree
from archive.search.plan import Planner
from groups.models import Group

CHUNK = 2000  # letters looked at by one query
TIME = 1.0  # seconds
ENOUGH = 1000  # hits
MOST_MARKS = 200

PARTS = {
    "from": ("from_name", "from_address"),
    "subject": ("subject",),
    "body": ("content__text",),
    "quoted": ("content__text",),
    "list-id": ("list_id",),
    "": ("subject", "from_name", "from_address", "content__text"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TextPlanner(Planner):
    """Leaves words as they were typed: the database compares letters, not words."""

    def _text(self, leaf: Text) -> Any:
        return leaf


def search_database(
    node: Any,
    user: User | None,
    group: Group | None,
    scope: Scope,
    *,
    oldest: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Found:
    """Letters that match, newest (or oldest) first: as many as were found in time; `count` is what was found."""
    condition = fold_tree(node, _condition, _join)
    letters = _visible(user, group, scope)
    found = Found()
    deadline = clock() + TIME
    last: Any = None
    while clock() < deadline and len(found.hits) < ENOUGH:
        chunk = _chunk(letters, group, last, oldest=oldest)
        if not chunk:
            break
        last = chunk[-1]
        order = ("sent_at", "pk") if oldest else ("-sent_at", "-pk")
        matching = Message.objects.filter(condition, pk__in=[pk for pk, _ in chunk]).order_by(*order)
        found.hits += [(pk, thread, 0.0) for pk, thread in matching.values_list("pk", "thread_id")]
    found.count = len(found.hits)
    return found


def _visible(user: User | None, group: Group | None, scope: Scope) -> QuerySet[Message]:
    letters = Message.objects.filter(hidden_at__isnull=True)
    if group is not None:
        letters = letters.filter(group__in=scope.groups)
    else:
        letters = letters.filter(group__in=Group.objects.readable_by(user))
    if scope.hidden_transfers:
        letters = letters.filter(Q(transfer__isnull=True) | ~Q(transfer__in=scope.hidden_transfers))
    return letters


def _chunk(
    letters: QuerySet[Message], group: Group | None, last: tuple[int, datetime] | None, *, oldest: bool
) -> list[tuple[int, datetime]]:
    """The next letters by date in one group, by age in the house over all of them: both walk along an index."""
    keys = ("sent_at", "pk") if group is not None else ("pk",)
    if last is not None:
        side = "gt" if oldest else "lt"
        beyond = Q(**{f"pk__{side}": last[0]})
        if group is not None:
            beyond = Q(**{f"sent_at__{side}": last[1]}) | Q(beyond, sent_at=last[1])
        letters = letters.filter(beyond)
    ordered = letters.order_by(*(key if oldest else f"-{key}" for key in keys))
    return list(ordered.values_list("pk", "sent_at")[:CHUNK])


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
        return Q(**{f"{leaf.what}__in": leaf.keys})
    if isinstance(leaf, Seen):
        return _seen(leaf)
    return Q() if isinstance(leaf, Everything) else _NEVER


def _text(leaf: Text) -> Q:
    if leaf.field == "filename":
        return Q(Exists(Attachment.objects.filter(message=OuterRef("pk"), filename__icontains=leaf.text)))
    found = _NEVER
    for name in PARTS.get(leaf.field, ()):
        found |= Q(**{f"{name}__icontains": leaf.text})
    return found


def _seen(leaf: Seen) -> Q:
    read = _NEVER
    for key, last in leaf.groups[:MOST_MARKS]:
        read |= Q(group=key, number__lte=last)
    for key, last in leaf.threads[:MOST_MARKS]:
        read |= Q(thread=key, number__lte=last)
    return read
