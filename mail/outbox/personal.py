"""What each copy gets of its own: marks in a template, and filling them in.

A mark is a name between two NUL bytes. No letter may hold a NUL (RFC 5322 §4 forbids making them), so a mark is never the
author's text, and a template is split at them once for all copies. Between the marks `[` and `]` stands text that is
base64 in the letter: it is filled in first and encoded for each copy.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

NUL = b"\0"
LEAVE = "leave"  # token of the one-click way out
MUTE = "mute"  # token that mutes this topic
ADDRESS = "address"  # where this copy goes
VOTE = "vote."  # and a poll's key, a point, its edition: token of the reader's ballot in it
SEALED = "sealed."  # and a token: words that nobody reads in the database
_OPEN, _CLOSE = b"[", b"]"
_LINE_END = re.compile(rb"\r+\n|\r|\n")
BASE64_LINE = 57  # bytes in a line of 76 characters (RFC 2045 §6.8)

Values = Mapping[str, str]


def mark(name: str) -> str:
    """What stands in a template for the value of that name."""
    return f"\0{name}\0"


def base64_region(text: bytes) -> bytes:
    """Text with marks that is base64 in the letter. It must begin on a line of its own."""
    return b"\0[\0" + text + b"\0]\0"


def with_crlf(letter: bytes) -> bytes:
    """Every line end CRLF: a bare CR or LF in DATA lets strangers smuggle a second letter past the next server."""
    if letter.count(b"\n") == letter.count(b"\r") == letter.count(b"\r\n"):
        return letter
    return _LINE_END.sub(b"\r\n", letter)


def without_nuls(raw: bytes) -> bytes:
    return raw.replace(NUL, b"") if NUL in raw else raw


class Template:
    """A letter taken apart at its marks."""

    __slots__ = ("names", "pieces", "regions")

    def __init__(self, template: bytes) -> None:
        """Pieces and marks in turn; a region of base64 becomes one mark with a template of its own."""
        parts = template.split(NUL)
        self.pieces: list[bytes] = [parts[0]]
        self.names: list[str] = []
        self.regions: dict[str, Template] = {}
        at = 1
        while at < len(parts):
            if parts[at] == _OPEN:
                end = parts.index(_CLOSE, at)
                name = f"[{at}]"
                self.regions[name] = Template(NUL.join(parts[at + 1 : end]))
                at = end
            else:
                name = parts[at].decode("ascii", "replace")
            self.names.append(name)
            self.pieces.append(parts[at + 1] if at + 1 < len(parts) else b"")
            at += 2

    @property
    def is_personal(self) -> bool:
        return bool(self.names)

    def asks_for(self, name: str) -> bool:
        return name in self.asked

    @property
    def asked(self) -> set[str]:
        """Every name, also within the regions."""
        return set(self.names).union(*(region.asked for region in self.regions.values()))

    def fill(self, values: Values) -> bytes:
        """One copy. A value that is not given leaves nothing."""
        if not self.names:
            return self.pieces[0]
        filled = [self.pieces[0]]
        for name, piece in zip(self.names, self.pieces[1:], strict=True):
            filled.append(self._value(name, values))
            filled.append(piece)
        return b"".join(filled)

    def _value(self, name: str, values: Values) -> bytes:
        region = self.regions.get(name)
        return values.get(name, "").encode() if region is None else base64_lines(region.fill(values))


def base64_lines(text: bytes) -> bytes:
    """Encoded in lines of 76 characters with CRLF between them, and none behind the last."""
    if len(text) <= BASE64_LINE:
        return binascii.b2a_base64(text, newline=False)
    encoded = base64.b64encode(text)
    return b"\r\n".join([encoded[at : at + 76] for at in range(0, len(encoded), 76)])


@lru_cache(maxsize=16)
def _template(template: bytes) -> Template:
    return Template(template)


def copy(template: bytes, values: Values) -> bytes:
    """One recipient's copy of a template."""
    return _template(template).fill(values)


def plain(template: bytes, names: Iterable[str] = ()) -> bytes:
    """The template as a person may look at it, without anybody's tokens."""
    return copy(template, dict.fromkeys(names, ""))
