"""Files that lie beside mail, and are no letters of their own though they may look like it: told by their place."""

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePosixPath

from archive.importers.readers.emlx import attachments_of
from archive.importers.readers.pipermail import period_of
from archive.importers.readers.trees import Member

_PACKED = re.compile(r"\.(?:gz|bz2|xz|zst|lzma)$", re.I)
_MONTH = re.compile(r"\.txt(?:\.gz)?$", re.I)
_LIST_MBOX = re.compile(r"((?:.*/)?)([^/]+)\.mbox/\2\.mbox", re.S)


def apart(members: Sequence[Member]) -> tuple[list[Member], list[Member]]:
    """(what may be mail, what is not): twins of mail that is read already, and attachments that stand in their folders."""
    paths = {member.path for member in members}
    apple = {member.path for found in attachments_of(members, members).values() for member in found}
    boxes = [member.path for member in members if member.size and member.path.endswith(".mbox")]
    lists = {match[1] + match[2] for path in boxes if (match := _LIST_MBOX.fullmatch(path))}
    stores = set(_stores(paths))
    mail: list[Member] = []
    other: list[Member] = []
    for member in members:
        is_other = (
            member.path in apple
            or _is_twin(member.path, paths)
            or _is_month_of(member.path, lists)
            or (stores and any(str(parent) in stores for parent in PurePosixPath(member.path).parents))
        )
        (other if is_other else mail).append(member)
    return mail, other


def _is_twin(path: str, paths: Collection[str]) -> bool:
    """Pipermail offers each month plain and packed; a copy of its site has both. The plain one is read."""
    plain = _PACKED.sub("", path)
    return plain != path and plain in paths


def _is_month_of(path: str, lists: Collection[str]) -> bool:
    """Mailman 2 keeps gardeners.mbox/gardeners.mbox, and makes gardeners/2004-May.txt from it, with disguised addresses: every
    letter would come twice."""
    folder, _, name = path.rpartition("/")
    return folder in lists and _MONTH.search(name) is not None and period_of(name) is not None


def _stores(paths: Collection[str]) -> Iterator[str]:
    """Folders of attachments and shared files: Pipermail's attachments/ beside the months, groups.io's files/ beside
    messages.mbox; and mlmmj's text/, what that program says to people. A letter that somebody attached or put there was not
    sent to the list."""
    for path in paths:
        folder, slash, name = path.rpartition("/")
        if path.endswith("control/listaddress"):
            yield path.removesuffix("control/listaddress") + "text"
        if name.lower() == "messages.mbox":
            yield f"{folder}{slash}files"
        if name.lower().endswith(".mbox") or (_MONTH.search(name) and period_of(name)):
            yield f"{folder}{slash}attachments"
