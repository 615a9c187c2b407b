"""Who a message is: Message-IDs, References, List-Id, and the hash by which the same letter is known again in another
archive."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from archive.parsing.charsets import clean_line

_BRACKETED = re.compile(r"<([^<>]*)>")
_COMMENT = re.compile(r"\([^()]*+\)|\"[^\"]*+\"")
_BARE = re.compile(r"[^\s<>\"'(),;:@]+@[^\s<>\"'(),;@]+")
_SENDERS_ADDRESS = re.compile(
    r"(?i)\b(?:message|mail|note) from [^<>]{0,200}<[^<>]{0,200}>(?=[^<>]{0,200}<)"
)  # Message from Joe <joe@x> of "Mon" <id>
_FROM_LINE = re.compile(rb"^>+From ", re.MULTILINE)
_MOST_REFERENCES = 1000
_LONGEST = 200_000
_CHUNK = 1 << 20
MISSING_DOMAIN = "missing.posthouse.invalid"


def message_ids(value: str) -> tuple[str, ...]:
    """Every Message-ID in an unfolded Message-ID, In-Reply-To or References value, in order, without angle brackets or
    white space.

    Takes what is in angle brackets; without any, words with an "@", if nothing but ids seems to stand there.
    """
    value = value[:_LONGEST]
    if "<" in value:
        if " " in value and _SENDERS_ADDRESS.search(value):
            value = _SENDERS_ADDRESS.sub("", value)
        found = _BRACKETED.findall(value)
        ids = [mid for inner in found if (mid := _tidy(inner))]
        if ids:
            return tuple(ids)
        value = value.replace("<", " ").replace(">", " ") if not found else ""
    words = _COMMENT.sub(" ", value).replace(">", " ").replace(",", " ").split()
    if words and all(_BARE.fullmatch(word) for word in words):
        return tuple(clean_line(word) for word in words)
    return ()


def _tidy(inner: str) -> str:
    if inner.isascii() and inner.isprintable() and " " not in inner:
        return inner
    return clean_line("".join(inner.split()))


def own_message_id(value: str) -> str:
    """The Message-ID of a message from its header value; "" where there is nothing to go by. Odd ones without "@" or
    brackets count."""
    ids = message_ids(value)
    if ids:
        return ids[0]
    text = clean_line("".join(value.split())).replace("<", "").replace(">", "")
    bare = _BARE.search(value)
    return bare[0] if bare else text[:998]


def references_of(references: Iterable[str], in_reply_to: Iterable[str], own_id: str) -> tuple[str, ...]:
    """RFC 5256 §3: the ids of References, oldest first, then those of In-Reply-To not yet among them; never the message
    itself."""
    ids = [mid for value in references for mid in message_ids(value)]
    known = dict.fromkeys(ids)
    for value in in_reply_to:
        for mid in message_ids(value):
            known.setdefault(mid)
    known.pop(own_id, None)
    if len(known) > _MOST_REFERENCES:
        ids = list(known)
        return (ids[0], *ids[1 - _MOST_REFERENCES :])
    return tuple(known)


def synthetic_id(digest: bytes) -> str:
    """A Message-ID for a message without one, from its content_hash: the same each time the same letter is read."""
    return f"{digest.hex()[:32]}@{MISSING_DOMAIN}"


def list_id_of(value: str) -> str:
    """RFC 2919: "A list <a.example.org>" is a.example.org; without brackets the last word with a dot."""
    found = _BRACKETED.search(value)
    text = found[1] if found else next((word for word in reversed(value.split()) if "." in word), value.strip())
    return clean_line("".join(text.split()).strip("<>\"'")).lower()


def content_hash(raw: bytes, *, body: int, identity: Sequence[bytes]) -> bytes:
    """32 bytes by which the same letter is known again, whichever archive it comes from.

    identity: the From, Date and Subject values as they stood (unfolded, not decoded); white space in them is collapsed.
    body: offset of the body. What differs between archives is left out: other headers, line ends, white space at the
    very end, and the ">" that mbox dialects put before "From ".
    """
    head = b"\n".join([b" ".join(value.split()) for value in identity])
    digest = hashlib.sha256(head + b"\n\n")
    for piece in _without_traces(raw, body):
        digest.update(piece)
    return digest.digest()


def _without_traces(raw: bytes, at: int) -> Iterator[bytes]:
    """The body without the marks archives leave on it, in pieces of whole lines: a letter may be a hundred megabytes."""
    held = b""
    while at < len(raw):
        end = len(raw) if len(raw) - at <= _CHUNK else raw.find(b"\n", at + _CHUNK) + 1 or len(raw)
        text = raw[at:end]
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b">From " in text:
            text = _FROM_LINE.sub(b"From ", text)
        stripped = text.rstrip()
        if stripped:
            yield held + stripped
            held = text[len(stripped) :]
        else:
            held += text
        at = end
