"""Threads by reference: RFC 5256 §3 REFERENCES steps 1 and 2 (after Jamie Zawinski), over containers, without recursion.

Containers are small integers: letter i in canonical order is container i, ghosts (Message-IDs nobody has seen) follow.
Where several letters carry one Message-ID, the canonically first owns it; the others are containers nobody refers to.

Each letter vouches for a *path*: its references from the nearest to the first letter that states its own ancestry.
What lies beyond is for that letter to say. RFC 5256 comes to the same parents (a letter's own References replace every
guess), and this way a letter's word stays within the thread it is in, which makes arrival one by one exact (closure.py).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.threader.sets import Sets
from archive.threader.types import Node

# Z-Mail, exmh and others wrote `In-Reply-To: Jane Doe <jane.doe@example.org> "the subject"`. Taken for a Message-ID, an
# address welds everything ever said to Jane into one thread, and so do "<no.id>" and "<->". True Message-IDs hold digits or
# long random runs.
_ADDRESS_LIKE = re.compile(r"[A-Za-z]{2,15}(?:[._-][A-Za-z]{1,15})*@|[^@0-9]*\Z")


@dataclass(slots=True)
class Forest:
    """letters: in canonical order. paths: what each letter vouches for, nearest first. ghosts: handles of the ghosts.
    waits: Message-IDs a letter mentions without being joined by them; they count once such a letter arrives.
    parent: container above, or -1. clusters: which containers belong together. keyed: keys by cluster."""

    letters: list[Node]
    paths: list[list[int]]
    ghosts: list[str]
    waits: dict[int, list[str]]
    parent: list[int] = field(default_factory=list)
    clusters: Sets = field(default_factory=lambda: Sets(0))
    keyed: dict[int, str] = field(default_factory=dict)

    def handle(self, container: int) -> str:
        """The Message-ID of a letter, or the handle of a ghost."""
        count = len(self.letters)
        return self.letters[container].message_id if container < count else self.ghosts[container - count]


def canonical(nodes: Iterable[Node]) -> list[Node]:
    """Letters in the order everything is decided in: date, Message-ID, tie. (uid only keeps twins apart.)"""
    return sorted(nodes, key=lambda node: (node.date, node.message_id, node.tie, node.references, node.uid))


def address_handle(reference: str, base_subject: str) -> str:
    """The handle of a ghost that looks like an address: one ghost a subject."""
    return f"{reference}\n{base_subject}"


def is_message_id(handle: str) -> bool:
    """False for the handle of a ghost that looks like an address."""
    return "\n" not in handle


def message_id_of(handle: str) -> str:
    return handle.partition("\n")[0]


def read_paths(nodes: Iterable[Node]) -> Forest:
    """Number the containers and note what each letter vouches for; nothing is linked yet."""
    reader = _Reader(canonical(nodes))
    forest = Forest(reader.letters, [], [], {})
    for index in range(len(reader.letters)):
        path, waits = reader.path(index)
        forest.paths.append(path)
        if waits:
            forest.waits[index] = waits
    forest.ghosts = list(reader.ghosts)
    return forest


class _Reader:
    """What is known while references are read: who owns a Message-ID, who states its own ancestry, ghosts so far."""

    def __init__(self, letters: list[Node]) -> None:
        self.letters = letters
        self.owner: dict[str, int] = {}
        for index, letter in enumerate(letters):
            if letter.message_id:
                self.owner.setdefault(letter.message_id, index)
        self.stating = [self._states_ancestry(letter) for letter in letters]
        self.ghosts: dict[str, int] = {}

    def _states_ancestry(self, letter: Node) -> bool:
        """Whether the letter refers to one that exists. If not, others may know more about where it belongs."""
        for reference in reversed(letter.references):
            found = self.owner.get(reference)
            if found is not None and reference != letter.message_id:
                key = self.letters[found].thread_key
                if not key or not letter.thread_key or key == letter.thread_key:
                    return True
        return False

    def path(self, index: int) -> tuple[list[int], list[str]]:
        """Containers the letter vouches for, nearest first, and the Message-IDs it waits for."""
        letter = self.letters[index]
        path: list[int] = []
        waits: list[str] = []
        key = letter.thread_key
        addresses_only = all(map(_ADDRESS_LIKE.match, letter.references))
        for reference in reversed(letter.references):
            if not reference or reference == letter.message_id:
                continue
            found = self.owner.get(reference)
            if found is None:
                if not _ADDRESS_LIKE.match(reference):
                    path.append(self._ghost(reference))
                    continue
                waits.append(reference)
                if addresses_only:
                    path.append(self._ghost(address_handle(reference, letter.base_subject)))
                continue
            other = self.letters[found].thread_key
            if key and other and key != other:
                waits.append(reference)
                continue
            key = key or other
            path.append(found)
            if self.stating[found]:
                break
        return path, waits

    def _ghost(self, handle: str) -> int:
        return self.ghosts.setdefault(handle, len(self.letters) + len(self.ghosts))


def link(forest: Forest) -> None:
    """Hang every container under its parent, letters in canonical order; a link that would close a loop is not made."""
    count = len(forest.letters)
    paths = forest.paths
    parent = [-1] * (count + len(forest.ghosts))
    trees = Trees(parent)
    for index, path in enumerate(paths):
        for step in range(len(path) - 1, 0, -1):
            child = path[step - 1]
            if child < count and paths[child]:
                child = paths[child][-1]  # it named parents, all unseen: they go below what we know
            trees.hang(child, path[step])
        if path:
            trees.hang(index, path[0])
    forest.parent = parent


class Trees:
    """Links under construction. Children are hung once and never moved, so path halving finds roots almost at once."""

    __slots__ = ("parent", "up")

    def __init__(self, parent: list[int]) -> None:
        self.parent = parent
        self.up = list(range(len(parent)))

    def root(self, member: int) -> int:
        up = self.up
        while up[member] != member:
            up[member] = up[up[member]]
            member = up[member]
        return member

    def hang(self, child: int, parent: int) -> None:
        if self.parent[child] < 0:
            root = self.root(parent)
            if root != child:
                self.parent[child] = parent
                self.up[child] = root


def join_all(forest: Forest) -> None:
    """Put everything a letter vouches for into the letter's cluster."""
    forest.clusters = clusters = Sets(len(forest.parent))
    for index, path in enumerate(forest.paths):
        for container in path:
            clusters.join(index, container)
