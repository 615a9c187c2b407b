"""Milliseconds of each search as a page runs it (permissions, hits, passages, threads), without the page around it."""

import time
from typing import Any

from archive.search import search
from archive.search.engine import Sort
from groups.models import Group

WARM_UP = 20
SORTS: tuple[Sort, ...] = ("relevance", "date")


def answer(asked: dict[str, Any]) -> dict[str, list[float]]:
    group = Group.objects.get(slug=asked["group"])
    return {sort: _timed(group, asked["words"], sort) for sort in SORTS}


def _timed(group: Group, words: list[str], sort: Sort) -> list[float]:
    for text in words[:WARM_UP]:
        search(text, user=None, group=group, sort=sort)
    timed = []
    for text in words:
        started = time.perf_counter()
        results = search(text, user=None, group=group, sort=sort)
        timed.append((time.perf_counter() - started) * 1000)
        if results.degraded:
            raise SystemExit("The index did not answer.")
    return timed
