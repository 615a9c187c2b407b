"""How many new topics an import will bring, before anything is stored."""

from collections.abc import Iterable


class Topics:
    """Letters that refer to each other, directly or through letters nobody has, are one topic: sets of keys, united as letters
    come by. Near enough for a forecast: subjects are not compared."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}
        self._new: set[int] = set()
        self._stored: set[int] = set()

    def add(self, own: int, others: Iterable[int], *, is_stored: bool) -> None:
        """A letter by its key, and what it belongs together with."""
        (self._stored if is_stored else self._new).add(own)
        root = self._root(own)
        for other in others:
            self._parent[self._root(other)] = root

    def note_stored(self, keys: Iterable[int]) -> None:
        """Letters with these keys are in the group already."""
        self._stored.update(keys)

    def count(self) -> int:
        """Topics in which no letter is stored yet."""
        return len({self._root(key) for key in self._new} - {self._root(key) for key in self._stored})

    def _root(self, key: int) -> int:
        parent = self._parent
        above = parent.setdefault(key, key)
        while above != key:
            parent[key] = parent[above]
            key, above = parent[key], parent[parent[key]]
        return key
