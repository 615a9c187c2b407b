"""Every letter that matches, however many, for exports: chunk by chunk in constant memory, in the order they were stored.

What the person may read is asked anew for each chunk: who leaves a group while a file is being made gets no more of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import User
from archive.models import Message
from archive.search.engine import EngineError
from archive.search.engines import engine as current_engine
from archive.search.fallback import TextPlanner, keys_in_database
from archive.search.health import report_failure
from archive.search.language import Query, parse
from archive.search.plan import Planner, languages_of
from archive.search.scope import Reader, reader_of
from common.chunks import chunks
from groups.models import Group

KEYS_AT_ONCE = 20_000  # of one pass of the engine
LETTERS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Chunk:
    """Keys of letters, ascending, that the person may read now; in `masked` those whose addresses are not for them."""

    keys: list[int]
    masked: frozenset[int]


def matching(text: str, *, user: User | None, group: Group | None = None) -> Iterator[Chunk]:
    """All letters that a search finds. Never raises, whatever was typed and in whatever state the index is."""
    query = parse(text)
    after: int | None = 0 if query.node is not None else None
    while after is not None:
        keys, after = _keys_after(after, query, user, group)
        for some in chunks(keys, LETTERS_AT_ONCE):
            chunk = _readable(some, reader_of(user, group))
            if chunk.keys:
                yield chunk


def _keys_after(after: int, query: Query, user: User | None, group: Group | None) -> tuple[list[int], int | None]:
    """The next keys, and where to go on; None where that was all."""
    engine, scope = current_engine(), reader_of(user, group).scope
    try:
        plan = Planner(user, group, scope, engine, languages_of(group)).plan(query)
        keys = engine.keys(plan.node, scope, after, KEYS_AT_ONCE)
        return keys, keys[-1] if len(keys) == KEYS_AT_ONCE else None
    except EngineError as error:
        report_failure(engine, error)
        plan = TextPlanner(user, group, scope).plan(query)
        return keys_in_database(plan.node, group, scope, after)


def _readable(keys: list[int], reader: Reader) -> Chunk:
    """The index may lag behind the database: each letter is looked at once more."""
    rows = Message.objects.filter(pk__in=keys, hidden_at__isnull=True).order_by("pk")
    seen = [
        (pk, group_id)
        for pk, group_id, transfer_id in rows.values_list("pk", "group_id", "transfer_id")
        if reader.may_read(group_id, transfer_id)
    ]
    masked = frozenset(pk for pk, group_id in seen if not reader.sees_addresses(group_id))
    return Chunk([pk for pk, _ in seen], masked)
