"""Thread keys from an import: letters of one key are one thread, letters of two keys never are, whatever they refer to.

A letter without a key belongs where its nearest reference is; where it refers to none (or only to ghosts), it belongs to
the canonically first keyed letter that refers to it.
"""

from archive.threader.references import Forest
from archive.threader.sets import Sets, top_down


def join_by_key(forest: Forest) -> None:
    """Cut what hangs across two keys, then cluster: by key, by parent, by everything else a letter vouches for."""
    shade = _shades(forest)
    for container, above in enumerate(forest.parent):
        if above >= 0 and shade[above] and shade[container] != shade[above]:
            forest.parent[container] = -1
    forest.clusters = Sets(len(forest.parent))
    forest.keyed = {}
    _join_same_key(forest)
    for container, above in enumerate(forest.parent):
        if above >= 0:
            _join(forest, container, above)
    for index, path in enumerate(forest.paths):
        nearer = index
        for container in path:
            _join(forest, nearer, container)
            nearer = container


def _shades(forest: Forest) -> list[str]:
    """The key each container falls to: its own, that of what it answers, or that of the first keyed answer to it."""
    shade = [letter.thread_key for letter in forest.letters] + [""] * len(forest.ghosts)
    crown = [-1] * len(shade)  # the root of the keyless top of a tree
    claimant: dict[int, int] = {}
    order = top_down(forest.parent)
    for container in order:
        above = forest.parent[container]
        if above < 0:
            crown[container] = container
        elif not shade[above]:
            crown[container] = crown[above]
            if shade[container]:
                claimant[crown[above]] = min(container, claimant.get(crown[above], container))
        elif not shade[container]:
            shade[container] = shade[above]
    for container in order:
        if not shade[container] and crown[container] in claimant:
            shade[container] = shade[claimant[crown[container]]]
    return shade


def _join_same_key(forest: Forest) -> None:
    holder: dict[str, int] = {}
    for index, letter in enumerate(forest.letters):
        if letter.thread_key:
            forest.clusters.join(holder.setdefault(letter.thread_key, index), index)
    forest.keyed = {forest.clusters.find(index): key for key, index in holder.items()}


def _join(forest: Forest, one: int, other: int) -> None:
    one, other = forest.clusters.find(one), forest.clusters.find(other)
    keys = forest.keyed.get(one, ""), forest.keyed.get(other, "")
    if one == other or (all(keys) and keys[0] != keys[1]):
        return
    joined = forest.clusters.join(one, other)
    if any(keys):
        forest.keyed[joined] = keys[0] or keys[1]
