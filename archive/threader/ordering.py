"""Orders to show letters in: RFC 5256 ORDEREDSUBJECT, and a thread as a tree."""

from collections.abc import Iterable, Mapping
from typing import Any

from archive.threader.references import canonical
from archive.threader.types import Node


def ordered_subject(nodes: Iterable[Node]) -> list[list[int]]:
    """RFC 5256 §3 ORDEREDSUBJECT: one list of uids a base subject, by date; the first is the parent of the others.

    The lists come in the order of their first letters. Letters without a subject are together.
    """
    found: dict[str, list[int]] = {}
    for node in canonical(nodes):
        found.setdefault(node.base_subject, []).append(node.uid)
    return list(found.values())


def tree_order(parent: Mapping[int, int | None], rank: Mapping[int, Any]) -> list[tuple[int, int]]:
    """A thread (or several) as a page shows it, depth first: (uid, depth), depth 0 for roots.

    parent: as in Threads, any part of it; a parent that is not among the keys (a hidden letter) makes a root. rank: what
    siblings are sorted by, usually (date, message_id). Every uid comes exactly once, even if the parents were a loop.
    """
    children: dict[int | None, list[int]] = {}
    for uid in sorted(parent, key=rank.__getitem__):
        above = parent[uid]
        children.setdefault(above if above in parent else None, []).append(uid)
    shown: dict[int, int] = {}
    _descend(children.get(None, []), children, shown)
    if len(shown) < len(parent):
        for uid in sorted(parent, key=rank.__getitem__):
            _descend([uid], children, shown)
    return list(shown.items())


def _descend(roots: list[int], children: Mapping[int | None, list[int]], shown: dict[int, int]) -> None:
    stack = [(uid, 0) for uid in reversed(roots)]
    while stack:
        uid, depth = stack.pop()
        if uid not in shown:
            shown[uid] = depth
            stack.extend((child, depth + 1) for child in reversed(children.get(uid, [])))
