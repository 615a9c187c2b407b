"""Apple Mail's files: a length, the message, a property list; and the attachments it takes out of a .partial.emlx."""

import mimetypes
import re
from collections.abc import Iterable
from functools import partial

from archive.importers.readers.trees import Member, Tree
from archive.importers.readers.types import Detached

_LENGTH = re.compile(rb"(\d{1,12})[ \t]*\r?\n")
_PARTIAL = re.compile(r"((?:.*/)?)Messages/(\d{1,12})\.partial\.emlx", re.S)
_ATTACHMENT = re.compile(r"((?:.*/)?)Attachments/(\d{1,12})/(?:[^/]+/)*[^/]+", re.S)


def bare(raw: bytes) -> bytes:
    """The message without what Apple Mail puts around it; anything else as it is."""
    found = _LENGTH.match(raw)
    if found and int(found[1]) <= len(raw) - found.end():
        return raw[found.end() : found.end() + int(found[1])]
    return raw


def _is_partial(member: Member) -> bool:
    return member.path.endswith(".partial.emlx")


def attachments_of(letters: Iterable[Member], everything: Iterable[Member]) -> dict[str, list[Member]]:
    """Messages/17.partial.emlx among the letters -> the files below Attachments/17/ beside it."""
    matches = [_PARTIAL.fullmatch(member.path) for member in letters if _is_partial(member)]
    partials = {(match[1], match[2]): match[0] for match in matches if match}
    found: dict[str, list[Member]] = {}
    if partials:
        for member in everything:
            match = _ATTACHMENT.fullmatch(member.path)
            path = partials.get((match[1], match[2])) if match else None
            if path and not member.path.endswith("/.DS_Store"):
                found.setdefault(path, []).append(member)
    return found


def detached(tree: Tree, members: Iterable[Member]) -> tuple[Detached, ...]:
    return tuple(_detached(tree, member) for member in members)


def _detached(tree: Tree, member: Member) -> Detached:
    name = member.path.rpartition("/")[2]
    return Detached(
        name,
        mimetypes.guess_type(name)[0] or "application/octet-stream",
        member.size,
        partial(tree.open, member),
    )
