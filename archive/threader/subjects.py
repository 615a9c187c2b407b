"""Threads by subject, the last resort: a cluster that opens with a reply to nothing we have joins the subject it names.

Who may be linked to what depends on dates, subjects and clusters only, never on links made before: so each link can be
found again from its own neighbourhood, and disappears when the true parent arrives.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf

from archive.threader.references import Forest, is_message_id
from archive.threader.sets import summits
from archive.threader.types import Node

DAY = 86400.0
SKEW = DAY  # how far the clock of someone who answered may run behind that of the author


@dataclass(slots=True, frozen=True)
class Opening:
    """A cluster that opens with a reply. head: its first root. named: it names parents, all unseen, so it belongs to
    an original or nowhere; another reply to something unseen is no kin. earlier, later: the letters of that subject to
    link it to (the latest before it, or else the first original within SKEW after it), -1 where there is none."""

    head: int
    named: bool
    earlier: int
    later: int

    @property
    def target(self) -> int:
        return self.earlier if self.earlier >= 0 else self.later


def elders(forest: Forest) -> list[int]:
    """For each letter the nearest ancestor that exists, through ghosts, or -1."""
    count = len(forest.letters)
    above_ghosts = [parent if container >= count else -1 for container, parent in enumerate(forest.parent)]
    # Cut above the letters, every run of ghosts ends at its topmost ghost or at a letter.
    summit = summits(above_ghosts)
    found = []
    for parent in forest.parent[:count]:
        top = summit[parent] if parent >= 0 else -1
        found.append(top if top < count else -1)
    return found


def openings(forest: Forest, elder: list[int], window: float) -> Iterator[Opening]:
    """Every cluster that may be linked by subject, in canonical order. window: seconds."""
    everything, originals = _by_subject(forest)
    clusters = [forest.clusters.find(index) for index in range(len(forest.letters))]
    seen: set[int] = set()
    for index, letter in enumerate(forest.letters):
        cluster = clusters[index]
        if elder[index] >= 0 or cluster in seen:
            continue
        seen.add(cluster)
        if not letter.is_reply or not letter.base_subject or cluster in forest.keyed:
            continue
        first = originals.get(letter.base_subject, [])
        named = _names_a_parent(forest, index)
        same = first if named else everything[letter.base_subject]
        earlier = _latest_before(forest.letters, index, same, clusters, window)
        later = _first_after(forest.letters, index, first, clusters) if earlier < 0 else -1
        yield Opening(index, named, earlier, later)


def openings_within_keys(forest: Forest, elder: list[int], summit: list[int]) -> Iterator[Opening]:
    """Trees of one key that open with a reply, in canonical order. That they belong to a thread is known, so no time is too
    long; the subject says only what they answer in it."""
    letters = forest.letters
    everything: dict[tuple[int, str], list[int]] = defaultdict(list)
    originals: dict[tuple[int, str], list[int]] = defaultdict(list)
    heads: dict[int, int] = {}
    for index, letter in enumerate(letters):
        cluster = forest.clusters.find(index)
        if cluster not in forest.keyed or not letter.base_subject:
            continue
        everything[cluster, letter.base_subject].append(index)
        if not letter.is_reply:
            originals[cluster, letter.base_subject].append(index)
        if elder[index] < 0:
            heads.setdefault(summit[index], index)
    for head in heads.values():
        if letters[head].is_reply:
            kin = forest.clusters.find(head), letters[head].base_subject
            named = _names_a_parent(forest, head)
            earlier = _latest_before(letters, head, (originals if named else everything)[kin], summit, inf)
            later = _first_after(letters, head, originals[kin], summit) if earlier < 0 else -1
            yield Opening(head, named, earlier, later)


def _by_subject(forest: Forest) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """All letters, and the originals (no replies), by base subject."""
    everything: dict[str, list[int]] = {}
    originals: dict[str, list[int]] = {}
    for index, letter in enumerate(forest.letters):
        if letter.base_subject:
            everything.setdefault(letter.base_subject, []).append(index)
            if not letter.is_reply:
                originals.setdefault(letter.base_subject, []).append(index)
    return everything, originals


def _names_a_parent(forest: Forest, index: int) -> bool:
    return any(is_message_id(forest.handle(container)) for container in forest.paths[index])


def _latest_before(letters: Sequence[Node], head: int, same: list[int], part: Sequence[int], window: float) -> int:
    """The latest of them before the head, within the window and outside its part (cluster or tree), or -1."""
    for place in range(bisect_left(same, head) - 1, -1, -1):
        other = same[place]
        if letters[head].date - letters[other].date > window:
            break
        if part[other] != part[head]:  # a part asks once, so skipping its own letters stays linear
            return other
    return -1


def _first_after(letters: Sequence[Node], head: int, originals: list[int], part: Sequence[int]) -> int:
    for place in range(bisect_right(originals, head), len(originals)):
        other = originals[place]
        if letters[other].date - letters[head].date > SKEW:
            break
        if part[other] != part[head]:
            return other
    return -1


def link_by_subject(forest: Forest, elder: list[int], window: float) -> set[int]:
    """Join the openings to their subjects: clusters and elder change. Returns the letters that got a parent so."""
    summit = summits(forest.parent)
    tops = summits(elder)
    lead: dict[int, int] = {}  # root of a linked tree -> the letter at the top of the tree it joined
    above: dict[int, int] = {}  # the same, kept as it was when the link was made
    joins = []
    for opening in chain(openings(forest, elder, window), openings_within_keys(forest, elder, summit)):
        if opening.target < 0:
            continue
        joins.append((opening.head, opening.target))
        top = _top_of_all(tops[opening.target], summit, lead)
        tree = summit[opening.head]
        if summit[top] != tree:
            above[tree] = lead[tree] = top
    for head, target in joins:
        forest.clusters.join(head, target)
    linked = {index for index, parent in enumerate(elder) if parent < 0 and summit[index] in above}
    for index in linked:
        elder[index] = above[summit[index]]
    return linked


def _top_of_all(top: int, summit: list[int], lead: dict[int, int]) -> int:
    """Follow the links already made to the letter that has no parent any more, and remember the way."""
    trail = []
    while summit[top] in lead:
        trail.append(summit[top])
        top = lead[summit[top]]
    for tree in trail:
        lead[tree] = top
    return top
