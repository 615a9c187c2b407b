"""Cutting a stream into lists."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def chunks(values: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of at most `size` values, in order, holding one list at a time."""
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
