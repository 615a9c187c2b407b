"""What the threader takes in and gives back: plain values, no models."""

from dataclasses import dataclass, field


@dataclass(slots=True)  # not frozen: an import makes one for every letter, and that would take four times as long
class Node:
    """One letter, as far as threading is concerned. Never changed.

    uid: the caller's handle (a row's key or a temporary number); it never influences the result.
    message_id: without angle brackets. references: oldest first, In-Reply-To included (ParsedMessage.references).
    date: seconds since the epoch, UTC. base_subject: RFC 5256 §2.1, case-folded, "" when there is none.
    is_reply: the subject said so (Re:, Fwd: and their like). thread_key: the thread an import knows it belongs to
    (Yahoo topicId, X-GM-THRID), "" when unknown. tie: tells letters of one date and Message-ID apart (a content hash).
    """

    uid: int
    message_id: str
    references: tuple[str, ...]
    date: float
    base_subject: str
    is_reply: bool
    thread_key: str = ""
    tie: bytes = b""


@dataclass(slots=True)
class Threads:
    """Who belongs together, and who answers whom.

    parent: uid -> uid of the nearest ancestor that exists, None for a root. thread: uid -> label of its thread, the uid of
    the canonically first letter in it. by_subject: uids whose parent was found by subject. ghosts: Message-ID that was
    mentioned and not seen -> label of the thread that owns it.
    claims: (handle, label) pairs for a store to keep, so that a later arrival finds every thread it can change
    (archive.threader.closure). A handle is a Message-ID or a text of the threader's own making: look it up, do not read it.
    """

    parent: dict[int, int | None] = field(default_factory=dict)
    thread: dict[int, int] = field(default_factory=dict)
    by_subject: set[int] = field(default_factory=set)
    ghosts: dict[str, int] = field(default_factory=dict)
    claims: set[tuple[str, int]] = field(default_factory=set)
