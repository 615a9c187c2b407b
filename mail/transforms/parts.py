"""The MIME tree of a letter as places in its bytes, so that one part can be changed and all others stay as they are.

Stricter than the archive's reader: where a delimiter is missing or doubtful the multipart counts as one part that nobody
touches. Deeper than DEEPEST nothing is taken apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from archive.parsing.headers import by_name, split_headers
from archive.parsing.mime import Leaf, entity

DEEPEST = 12
MOST = 1000
_SIGNED_OR_SECRET = frozenset(
    {
        "multipart/signed", "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime",
        "application/pgp-encrypted", "application/pgp",
    }
)  # fmt: skip


@dataclass(slots=True)
class Part:
    """raw[head:body] is its header with the blank line, raw[body:end] its content."""

    head: int
    body: int
    end: int
    about: Leaf
    parts: list["Part"] = field(default_factory=list)
    closing: int = -1  # of a multipart taken apart: where the line end before its last delimiter is
    boundary: bytes = b""

    @property
    def kind(self) -> str:
        return self.about.content_type.full

    @property
    def is_multipart(self) -> bool:
        return self.closing >= 0

    @property
    def is_sealed(self) -> bool:
        """Signed or encrypted: not a byte of it may change (RFC 1847, 8551, 3156)."""
        return self.kind in _SIGNED_OR_SECRET

    @property
    def is_attachment(self) -> bool:
        return self.about.disposition.kind == "attachment"

    def leaves(self) -> Iterator["Part"]:
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


def read(raw: bytes) -> Part:
    """The letter's tree; raw has CRLF line ends."""
    return _read(raw, 0, len(raw), 0)


def _read(raw: bytes, start: int, end: int, depth: int) -> Part:
    block = split_headers(raw, start, end)
    about = entity(by_name(block.fields), block.body, end)
    part = Part(start, min(block.body, end), end, about)
    if about.content_type.main == "multipart" and not part.is_sealed and depth < DEEPEST:
        _take_apart(raw, part, depth)
    return part


def _take_apart(raw: bytes, part: Part, depth: int) -> None:
    boundary = part.about.content_type.parameters.get("boundary", "").strip().encode("utf-8", "replace")
    places = _delimiters(raw, part, boundary) if boundary else []
    if len(places) < 2 or not places[-1][2] or any(is_last for _, _, is_last in places[:-1]) or len(places) > MOST:
        return
    part.boundary, part.closing = boundary, places[-1][0]
    for (_, after, _), (before, _, _) in pairwise(places):
        part.parts.append(_read(raw, after, max(after, before), depth + 1))


def _delimiters(raw: bytes, part: Part, boundary: bytes) -> list[tuple[int, int, bool]]:
    """(where the line end before it is, where the line behind it begins, whether it is the last)."""
    found = []
    line = re.compile(rb"(?:^|(?<=\r\n))--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r\n|\Z)")
    at = part.body
    for match in line.finditer(raw, part.body, part.end):
        if match.start() != part.body and raw[match.start() - 2 : match.start()] != b"\r\n":
            continue
        before = max(at, match.start() - 2)
        found.append((before, match.end(), match[1] is not None))
        at = match.end()
        if match[1] is not None:
            break
    return found


def texts_of(part: Part) -> list[Part] | None:
    """The parts a reader sees first, that a footer belongs to: one, or each version of it. None: there is none that may be
    changed."""
    if part.is_sealed or part.is_attachment:
        return None
    kind = part.about.content_type
    if kind.main == "text" and kind.sub in ("plain", "html"):
        return [part]
    if not part.is_multipart or not part.parts:
        return None
    if kind.sub == "alternative":
        versions = [texts_of(each) for each in part.parts]
        found = [text for texts in versions if texts for text in texts]
        return found or None
    return texts_of(part.parts[0]) if kind.sub in ("mixed", "related", "report") else None
