"""All at once: the steps of threading in their order."""

from collections.abc import Iterable

from archive.threader.keys import join_by_key
from archive.threader.references import Forest, join_all, link, message_id_of, read_paths
from archive.threader.subjects import DAY, elders, link_by_subject
from archive.threader.types import Node, Threads


def thread(nodes: Iterable[Node], *, window_days: int = 30) -> Threads:
    """Thread a set of letters. window_days: how far back a reply may be linked by its subject (0: only the same instant)."""
    forest = read_paths(nodes)
    return finish(plant(forest), window_days)


def plant(forest: Forest) -> Forest:
    """Link and cluster by reference and key."""
    link(forest)
    if any(letter.thread_key for letter in forest.letters):
        join_by_key(forest)
    else:
        join_all(forest)
    return forest


def finish(forest: Forest, window_days: int) -> Threads:
    """Link by subject and write down the result."""
    elder = elders(forest)
    linked = link_by_subject(forest, elder, window_days * DAY)
    letters = forest.letters
    uids = [letter.uid for letter in letters]
    labels = [uids[forest.clusters.find(index)] for index in range(len(uids))]
    threads = Threads(
        parent={uid: uids[above] if above >= 0 else None for uid, above in zip(uids, elder, strict=True)},
        thread=dict(zip(uids, labels, strict=True)),
        by_subject={uids[index] for index in linked},
    )
    _note_claims(forest, labels, threads)
    return threads


def _note_claims(forest: Forest, labels: list[int], threads: Threads) -> None:
    count = len(labels)
    for number, handle in enumerate(forest.ghosts):
        cluster = forest.clusters.find(count + number)
        threads.ghosts.setdefault(message_id_of(handle), labels[cluster])
    for index, path in enumerate(forest.paths):
        for container in path:
            if container >= count or labels[container] != labels[index]:
                threads.claims.add((forest.handle(container), labels[index]))
    for index, waits in forest.waits.items():
        threads.claims.update((reference, labels[index]) for reference in waits)
