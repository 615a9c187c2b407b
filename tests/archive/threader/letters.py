"""Letters for tests, by short names: `letter("b", "a", subject="Re: tea")` answers letter a. Results come back in names."""

from collections.abc import Iterable

from archive.threader import Node, Threads, thread

DAY = 86400.0


def letter(
    name: str, *references: str, day: float | None = None, subject: str = "", key: str = "", message_id: str = ""
) -> Node:
    """Dated by its name (a on day 0, b on day 1, …) unless told otherwise. A reference with an @ stands as it is."""
    if day is None:
        day = ord(name[0]) - ord("a")
    return Node(
        uid=int.from_bytes(name.encode()),
        message_id=message_id or id_of(name),
        references=tuple(reference if "@" in reference else id_of(reference) for reference in references),
        date=day * DAY,
        base_subject=subject.removeprefix("Re: "),
        is_reply=subject.startswith("Re: "),
        thread_key=key,
        tie=name.encode(),
    )


def id_of(name: str) -> str:
    return f"{name}.1@letters.example"


def name_of(uid: int) -> str:
    return uid.to_bytes((uid.bit_length() + 7) // 8).decode()


def parents(letters: Iterable[Node], *, window_days: int = 30) -> dict[str, str | None]:
    """Name -> name of the parent."""
    found = thread(letters, window_days=window_days).parent
    return {name_of(uid): None if above is None else name_of(above) for uid, above in found.items()}


def groups(letters: Iterable[Node], *, window_days: int = 30) -> list[str]:
    """The names in each thread, in a row, sorted: ["abc", "d"]."""
    return partition(thread(letters, window_days=window_days))


def partition(threads: Threads) -> list[str]:
    found: dict[int, list[str]] = {}
    for uid, label in threads.thread.items():
        found.setdefault(label, []).append(name_of(uid))
    return sorted("".join(sorted(names)) for names in found.values())
