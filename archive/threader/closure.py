"""Threads for letters that arrive (or go) while most of the archive stays as it is: the same result as threading all anew.

`settle` gathers S, the part of the archive that can change, threads it by the steps of `thread`, and returns what takes
the place of all that was noted about the letters of S. S starts with the newcomers and the threads that lost letters,
and grows by whole threads until nothing is missing:

1. *References.* The threads that hold the (first) letter of a Message-ID that a letter of S vouches for or waits for, or that a
   newcomer or lost letter has; the threads that claim (`Threads.claims`, kept by the store) a ghost of S or the Message-ID
   of a newcomer or lost letter. For a lost letter the same with all its references. Once a letter of S, or a lost one,
   has a thread key, the same with Message-ID and references of all letters of S: across a border between two keys
   each side claims what the other holds, and may hang by what the other vouched for until now.
2. *Keys.* The threads with a key of S.
3. *Subjects.* For a newcomer, the replies of its subject that it may be the new parent of: within the window after it and,
   if it is an original, SKEW before it. For each opening of S (a cluster that starts with a reply), letters that fit better
   than the best in S: so a cluster set free, when a late parent split its thread, finds its new place.

Why that is enough. A letter vouches for its references only up to the first that states its own ancestry. So what it says
is about its own thread (or, across keys, about what its thread claims), and changes only when one of these letters comes or
goes, which step 1 looks up: clusters outside S stay as they are. Which letter an opening is linked to depends on its own
cluster and on dates and subjects of single letters, not on their threads; outside S only newcomers change that, for an
opening whose letter is lost was in the same thread. And an opening that came into S unchanged finds nothing better than
it had, so step 3 does not run on through recurring subjects ("weekly report").
"""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from archive.threader.bulk import finish, plant
from archive.threader.references import Forest, address_handle, message_id_of, read_paths
from archive.threader.subjects import DAY, SKEW, elders, openings
from archive.threader.types import Node, Threads


class Kind(StrEnum):
    """Which letters of a subject a probe asks for."""

    ANY = "any"
    ORIGINAL = "original"  # no reply
    ROOT_REPLY = "root reply"  # a reply without a parent, or with one found by subject


class Probe(NamedTuple):
    """Letters with exactly this base subject, dated since..until (both included; seconds since the epoch)."""

    base_subject: str
    since: float
    until: float
    kind: Kind


class Store(Protocol):
    """What is stored of one group, before the arrival: lost letters are gone, newcomers not there yet. Labels are the store's own
    handles of threads. Answers may repeat labels and name threads asked for before; arguments are never empty."""

    def holding(self, message_ids: Collection[str]) -> Iterable[int]:
        """Threads of the canonically first letter of each of these Message-IDs. (To name those of the others is harmless, but
        costs: a hostile sender may repeat one Message-ID ten thousand times.)"""

    def claiming(self, handles: Collection[str]) -> Iterable[int]:
        """Threads with one of these handles among their claims."""

    def keyed(self, thread_keys: Collection[str]) -> Iterable[int]:
        """Threads with a letter of one of these thread keys."""

    def on_subject(self, probes: Sequence[Probe]) -> Iterable[int]:
        """Threads with a letter that one of the probes asks for."""

    def members(self, labels: Collection[int]) -> Iterable[Node]:
        """All letters of these threads."""


def settle(
    newcomers: Iterable[Node],
    store: Store,
    *,
    lost: Iterable[Node] = (),
    shaken: Iterable[int] = (),
    window_days: int = 30,
) -> Threads:
    """Thread what arrives, and all it can change.

    newcomers: letters not stored yet. lost: letters no longer stored; shaken: the labels of the threads they were in, or of
    any others to thread anew. (A letter whose date or subject was mended is both lost and a newcomer.) window_days: as in
    `thread`, the same for a whole archive.

    Returns parents, threads and claims of S. In the store they take the place of everything noted about the threads that
    letters of S were in, claims included; no other thread is affected.
    """
    arrived, gone = list(newcomers), list(lost)
    changed = {letter.message_id for letter in arrived}.union(*map(_all_mentions, gone))
    gathering = _Gathering(store, changed, borders=any(letter.thread_key for letter in gone))
    gathering.add(arrived)
    gathering.take_in(shaken)
    probes = set(_of_newcomers(arrived, window_days * DAY))
    while True:
        forest = gathering.close()
        probes.update(_of_openings(forest, window_days * DAY))
        if not gathering.ask_subjects(probes):
            return finish(forest, window_days)


def _of_newcomers(newcomers: Iterable[Node], window: float) -> Iterable[Probe]:
    for letter in newcomers:
        if letter.base_subject:
            since = letter.date if letter.is_reply else letter.date - SKEW
            yield Probe(letter.base_subject, since, letter.date + window, Kind.ROOT_REPLY)


def _of_openings(forest: Forest, window: float) -> Iterable[Probe]:
    letters = forest.letters
    for opening in openings(forest, elders(forest), window):
        subject, date = letters[opening.head].base_subject, letters[opening.head].date
        since = letters[opening.earlier].date if opening.earlier >= 0 else date - window
        yield Probe(subject, since, date, Kind.ORIGINAL if opening.named else Kind.ANY)
        if opening.earlier < 0:
            until = letters[opening.later].date if opening.later >= 0 else date + SKEW
            yield Probe(subject, date, until, Kind.ORIGINAL)


class _Gathering:
    """S as it grows; nothing is asked twice."""

    def __init__(self, store: Store, changed: set[str], *, borders: bool) -> None:
        self.store = store
        self.changed = changed  # Message-IDs that come or go, and what lost letters vouched for
        self.borders = borders  # a border between keys may run through S though no letter in it has a key any more
        self.letters: dict[int, Node] = {}
        self.labels: set[int] = set()
        self.asked_ids: set[str] = set()
        self.asked_claims: set[str] = set()
        self.asked_keys: set[str] = set()
        self.asked_probes: set[Probe] = set()

    def add(self, letters: Iterable[Node]) -> None:
        self.letters.update((letter.uid, letter) for letter in letters)

    def take_in(self, labels: Iterable[int]) -> bool:
        """Add whole threads; False if all of them were there."""
        fresh = set(labels) - self.labels
        if fresh:
            self.labels |= fresh
            self.add(self.store.members(fresh))
        return bool(fresh)

    def close(self) -> Forest:
        """Grow by references and keys until nothing is missing (steps 1 and 2), and link what is there."""
        while True:
            forest = read_paths(self.letters.values())
            held, claimed = _mentions(forest)
            held |= self.changed
            claimed |= self.changed
            keys = {letter.thread_key for letter in forest.letters} - {""}
            if keys or self.borders:
                everything = {mention for letter in forest.letters for mention in _all_mentions(letter)}
                held |= everything
                claimed |= everything
            if not (self._ask_held(held) | self._ask_claims(claimed) | self._ask_keys(keys)):
                return plant(forest)

    def ask_subjects(self, probes: Collection[Probe]) -> bool:
        fresh = [probe for probe in probes if probe not in self.asked_probes]
        self.asked_probes.update(fresh)
        return bool(fresh) and self.take_in(self.store.on_subject(fresh))

    def _ask_held(self, message_ids: set[str]) -> bool:
        fresh = message_ids - self.asked_ids - {""}
        self.asked_ids |= fresh
        return bool(fresh) and self.take_in(self.store.holding(fresh))

    def _ask_claims(self, handles: set[str]) -> bool:
        fresh = handles - self.asked_claims - {""}
        self.asked_claims |= fresh
        return bool(fresh) and self.take_in(self.store.claiming(fresh))

    def _ask_keys(self, keys: set[str]) -> bool:
        fresh = keys - self.asked_keys
        self.asked_keys |= fresh
        return bool(fresh) and self.take_in(self.store.keyed(fresh))


def _all_mentions(letter: Node) -> Iterable[str]:
    """The letter's Message-ID, and every handle it may have vouched for."""
    yield letter.message_id
    for reference in letter.references:
        yield reference
        yield address_handle(reference, letter.base_subject)


def _mentions(forest: Forest) -> tuple[set[str], set[str]]:
    """Message-IDs that the letters vouch for or wait for, and the handles of their ghosts."""
    count = len(forest.letters)
    held = {forest.letters[container].message_id for path in forest.paths for container in path if container < count}
    held.update(map(message_id_of, forest.ghosts))
    held.update(reference for waits in forest.waits.values() for reference in waits)
    return held, set(forest.ghosts)
