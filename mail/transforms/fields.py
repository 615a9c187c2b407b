"""The header of a letter as a list of fields, each byte for byte as it came until somebody replaces it."""

import re
from collections.abc import Callable, Iterable
from email.header import Header
from typing import Self

from archive.parsing.headers import leading_blank_lines, split_headers
from archive.parsing.words import decode_words

_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
_ENVELOPE = (b"From ", b">From ")
_FOLD = re.compile(r"\r\n(?=[ \t])")
CRLF = b"\r\n"


class Fields:
    """Fields in order; what the header held that is no field is left out, as every server on the way would."""

    def __init__(self, fields: list[tuple[str, bytes]]) -> None:
        self._fields = fields  # name in small letters, the whole field with its line ends

    @classmethod
    def read(cls, block: bytes) -> Self:
        fields: list[tuple[str, bytes]] = []
        for line in block.splitlines(keepends=True):
            found = _NAME.match(line)
            if line[:1] in (b" ", b"\t") and fields:
                if line.strip():  # a fold of blanks alone reads as the end of the header to some (RFC 5322 §3.2.2)
                    fields[-1] = (fields[-1][0], fields[-1][1] + line)
            elif found and not line.startswith(_ENVELOPE):
                fields.append((found[1].decode("ascii").lower(), line))
        return cls([(name, field.rstrip(CRLF) + CRLF) for name, field in fields])

    def __bytes__(self) -> bytes:
        return b"".join(field for _, field in self._fields)

    def __contains__(self, name: str) -> bool:
        return any(each == name for each, _ in self._fields)

    def raw(self, name: str) -> str:
        """The first field's value, unfolded, words not decoded; bytes beyond UTF-8 survive as surrogates."""
        field = next((field for each, field in self._fields if each == name), b"")
        return _unfolded(field)

    def all_raw(self, name: str) -> list[str]:
        return [_unfolded(field) for each, field in self._fields if each == name]

    def text(self, name: str) -> str:
        """The value as a person reads it."""
        return decode_words(self.raw(name).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))

    def set(self, name: str, value: str | bytes) -> None:
        """Replace every field of that name, in the first one's place; at the end where there is none."""
        place = next((at for at, (each, _) in enumerate(self._fields) if each == name.lower()), len(self._fields))
        self.remove({name.lower()})
        self._fields.insert(min(place, len(self._fields)), (name.lower(), field_of(name, value)))

    def add(self, name: str, value: str | bytes) -> None:
        self._fields.append((name.lower(), field_of(name, value)))

    def put_first(self, name: str, value: str | bytes) -> None:
        self._fields.insert(0, (name.lower(), field_of(name, value)))

    def remove(self, names: Iterable[str]) -> None:
        gone = frozenset(names)
        self.remove_where(lambda name, _: name in gone)

    def remove_where(self, is_gone: Callable[[str, bytes], bool]) -> None:
        self._fields = [(name, field) for name, field in self._fields if not is_gone(name, field)]

    def take(self, wanted: Callable[[str], bool]) -> list[bytes]:
        """Remove the fields whose names are wanted, and return them."""
        taken = [field for name, field in self._fields if wanted(name)]
        self._fields = [(name, field) for name, field in self._fields if not wanted(name)]
        return taken

    def only(self, names: Iterable[str]) -> "Fields":
        kept = frozenset(names)
        return Fields([(name, field) for name, field in self._fields if name in kept])

    def become(self, other: "Fields") -> None:
        self._fields = other._fields

    def snapshot(self) -> dict[str, list[bytes]]:
        kept: dict[str, list[bytes]] = {}
        for name, field in self._fields:
            kept.setdefault(name, []).append(field)
        return kept


def split(raw: bytes) -> tuple[Fields, bytes]:
    """Header and body of a letter with CRLF line ends."""
    start = leading_blank_lines(raw)
    body = split_headers(raw, start).body
    return Fields.read(raw[start:body]), raw[body:]


def field_of(name: str, value: str | bytes) -> bytes:
    data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
    return name.encode() + b": " + data + CRLF


def encoded(text: str, name: str = "", *, first: int = 0) -> str:
    """Text as a header takes it: plain where it can be, in words of RFC 2047 where it must, folded."""
    text = " ".join(text.split())
    if text.isascii() and text.isprintable() and "=?" not in text:
        return text
    return Header(text, "utf-8", maxlinelen=76, header_name=name or "x" * first).encode(linesep="\r\n")


def _unfolded(field: bytes) -> str:
    value = field.partition(b":")[2].decode("utf-8", "surrogateescape").rstrip("\r\n")
    return _FOLD.sub("", value).strip(" \t\r\n")
