"""An archive of one group as plain dictionaries: what a database does for `settle`, in the fewest lines."""

from collections.abc import Collection, Iterable, Sequence

from archive.threader import Node, Threads
from archive.threader.closure import Kind, Probe, settle
from archive.threader.references import canonical


class Archive:
    def __init__(self, window_days: int = 30) -> None:
        self.window_days = window_days
        self.letters: dict[int, Node] = {}
        self.result = Threads()
        self.loaded = 0

    def take(self, newcomers: Collection[Node], lost: Collection[int] = ()) -> None:
        shaken = {self.result.thread[uid] for uid in lost}
        gone = [self.letters.pop(uid) for uid in lost]
        self.loaded = 0
        self._replace(settle(newcomers, self, lost=gone, shaken=shaken, window_days=self.window_days), shaken, gone)
        self.letters.update((letter.uid, letter) for letter in newcomers)

    def _replace(self, fresh: Threads, shaken: set[int], gone: list[Node]) -> None:
        kept = self.result
        stale = shaken | {kept.thread[uid] for uid in fresh.thread if uid in kept.thread}
        for letter in gone:
            del kept.parent[letter.uid], kept.thread[letter.uid]
            kept.by_subject.discard(letter.uid)
        kept.claims = {(handle, label) for handle, label in kept.claims if label not in stale} | fresh.claims
        kept.parent |= fresh.parent
        kept.thread |= fresh.thread
        kept.by_subject = (kept.by_subject - fresh.parent.keys()) | fresh.by_subject

    def _labels(self, letters: Iterable[Node]) -> set[int]:
        return {self.result.thread[letter.uid] for letter in letters}

    def holding(self, message_ids: Collection[str]) -> set[int]:
        first = {letter.message_id: letter for letter in reversed(canonical(self.letters.values()))}
        return self._labels(first[message_id] for message_id in message_ids if message_id in first)

    def claiming(self, handles: Collection[str]) -> set[int]:
        return {label for handle, label in self.result.claims if handle in handles}

    def keyed(self, thread_keys: Collection[str]) -> set[int]:
        return self._labels(letter for letter in self.letters.values() if letter.thread_key in thread_keys)

    def on_subject(self, probes: Sequence[Probe]) -> set[int]:
        return self._labels(
            letter for letter in self.letters.values() if any(self._meets(letter, probe) for probe in probes)
        )

    def _meets(self, letter: Node, probe: Probe) -> bool:
        if letter.base_subject != probe.base_subject or not probe.since <= letter.date <= probe.until:
            return False
        if probe.kind is Kind.ROOT_REPLY:
            root = self.result.parent[letter.uid] is None or letter.uid in self.result.by_subject
            return letter.is_reply and root
        return probe.kind is Kind.ANY or not letter.is_reply

    def members(self, labels: Collection[int]) -> list[Node]:
        found = [letter for letter in self.letters.values() if self.result.thread[letter.uid] in labels]
        self.loaded += len(found)
        return found
