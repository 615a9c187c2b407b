"""How a letter stands in an mbox of ours: mboxrd quoting, and header lines that say its number and thread. Pure.

    From sender Www Mmm dd hh:mm:ss yyyy
    X-Posthouse-Number: 17          the letter's number in its group, if known
    X-Posthouse-Thread: 12 slug     the number of its thread's first letter, and of which group, if known
    X-Posthouse-Author: key name    who wrote it where the letter itself does not say (percent-encoded UTF-8)
    X-Posthouse-Trailing: none      the letter does not end in a line end; one was added
    X-Posthouse-Raw: follows        there if nothing else would be, and if the letter itself begins like one of these
    …the letter, mboxrd-quoted…
    (empty line)

So every program that reads mbox reads it, and our own reader gives the very bytes back, whatever they are.
"""

import re
from typing import NamedTuple
from urllib.parse import quote as percent_encoded
from urllib.parse import unquote as percent_decoded

OWN_MARK = b"X-Posthouse-"
LARGEST_NUMBER = 2**31 - 1  # what a letter's number may be in the database

_TO_QUOTE = re.compile(rb"(?m)^(?=>*From )")
_QUOTED = re.compile(rb"(?m)^>(?=>*From )")
_OWN_LINES = re.compile(
    rb"(?:X-Posthouse-Number: (\d{1,18})\r?\n)?(?:X-Posthouse-Thread: (\d{1,18}(?: [a-z0-9._-]{1,63})?)\r?\n)?"
    rb"(?:X-Posthouse-Author: ([!-~]{1,8000}) ([!-~]{0,8000})\r?\n)?"
    rb"(?P<trailing>X-Posthouse-Trailing: none\r?\n)?(?:X-Posthouse-Raw: follows\r?\n)?"
)


class Author(NamedTuple):
    """Who wrote a letter in which the address was cut: the key they are known by, as "yahoo:1234", and their name."""

    key: str
    name: str


class Own(NamedTuple):
    """A letter of our own export: its raw bytes, its number, and its thread: the number of the thread's first letter, and
    behind a space the group, so that exports of two groups can be brought into one."""

    raw: bytes
    number: int | None
    thread: str
    author: Author | None


def quote(raw: bytes) -> bytes:
    """Every line that begins with any number of ">" and then "From " gets one ">" more."""
    if raw.startswith(b"From ") or b"\nFrom " in raw or b">From " in raw:
        return _TO_QUOTE.sub(b">", raw)
    return raw


def unquote(raw: bytes) -> bytes:
    """The inverse of quote()."""
    return _QUOTED.sub(b"", raw) if b">From " in raw else raw


def own_lines(
    raw: bytes, number: int | None, thread: int | None, group: str = "", author: Author | None = None
) -> bytes:
    """The header lines that go before `raw`."""
    lines = [b"X-Posthouse-Number: %d\n" % number] if number is not None else []
    if thread is not None:
        lines.append(f"X-Posthouse-Thread: {thread} {group}".rstrip().encode("ascii") + b"\n")
    if author is not None:
        key, name = (percent_encoded(word, safe=":", errors="replace") for word in author)
        lines.append(f"X-Posthouse-Author: {key} {name}\n".encode("ascii"))
    if not raw.endswith(b"\n"):
        lines.append(b"X-Posthouse-Trailing: none\n")
    if not lines or raw.startswith(OWN_MARK):
        lines.append(b"X-Posthouse-Raw: follows\n")
    return b"".join(lines)


def wrap(raw: bytes, number: int | None, thread: int | None, group: str = "", author: Author | None = None) -> bytes:
    """All that stands in the file behind the "From " line."""
    return own_lines(raw, number, thread, group, author) + quote(raw) + (b"\n" if raw.endswith(b"\n") else b"\n\n")


def unwrap(content: bytes) -> Own:
    """The inverse of wrap(): content from behind the "From " line up to the next one."""
    found = _OWN_LINES.match(content)
    assert found is not None  # every part of the pattern is optional
    raw = content[found.end() :].removesuffix(b"\n")
    if found["trailing"]:
        raw = raw.removesuffix(b"\n")
    author = Author(_word(found[3]), _word(found[4])) if found[3] else None
    return Own(unquote(raw), _number(found[1]), (found[2] or b"").decode("ascii"), author)


def _word(text: bytes) -> str:
    return percent_decoded(text.decode("ascii"), errors="replace").replace("\0", "")


def _number(text: bytes | None) -> int | None:
    number = int(text) if text else 0
    return number if 0 < number <= LARGEST_NUMBER else None
