"""What list services note in the header of each message: threads, numbers, states of a topic."""

import binascii
import quopri
import re
from base64 import b64decode
from typing import NamedTuple

from archive.mboxrd import LARGEST_NUMBER

_HINT = re.compile(rb"(?im)^(X-GM-THRID|X-Groupsio-MsgNum|X-Gmail-Labels):[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)")
_ENCODED = re.compile(r"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[A-Za-z0-9-]*)?\?([BbQq])\?([^?\s]*)\?=")
_BETWEEN_ENCODED = re.compile(r"(\?=)\s+(=\?)")

# How Google words the state of a topic in its export, by language: only the stem is looked for.
PINNED = (
    "pinned", "fijad", "épingl", "fixad", "afixad", "angepinnt", "angeheftet", "fixiert", "in evidenza", "fissat",
    "vastgemaakt", "vastgezet", "przypięt", "закреп", "закріп", "fäst", "festet", "fastgjort", "kiinnitet", "připnut",
    "sabitlen", "ピン留め", "固定", "置顶", "置頂", "고정",
)  # fmt: skip
LOCKED = (
    "locked", "bloquead", "verrouill", "gesperrt", "blockiert", "bloccat", "vergrendeld", "geblokkeerd", "zablokowan",
    "заблок", "låst", "lukit", "uzamč", "zamknut", "kilitlen", "ロック", "锁定", "鎖定", "잠금", "잠김",
)  # fmt: skip

_PINNED, _LOCKED = (
    re.compile(r"(?<![a-z])(?:" + "|".join(stems) + ")") for stems in (PINNED, LOCKED)
)  # not "unlocked"


class Hints(NamedTuple):
    thread_key: str = ""
    legacy_number: int | None = None
    labels: tuple[str, ...] = ()


_NONE = Hints()


def read_hints(raw: bytes, body: int) -> Hints:
    """Look at raw[:body], the header."""
    if raw.find(b"X-G", 0, body) < 0 and raw.find(b"x-g", 0, body) < 0:
        return _NONE
    thread_key = ""
    number: int | None = None
    labels: tuple[str, ...] = ()
    for found in _HINT.finditer(raw, 0, body):
        name, value = found[1].lower(), found[2].strip()
        if name == b"x-gm-thrid" and value.isdigit() and len(value) <= 40:
            thread_key = f"gm:{value.decode()}"
        elif name == b"x-groupsio-msgnum" and value.isdigit():
            number = int(value[:18])
        elif name == b"x-gmail-labels":
            labels = read_labels(value)
    return Hints(thread_key, number if number and number <= LARGEST_NUMBER else None, labels)


def read_labels(value: bytes) -> tuple[str, ...]:
    """X-Gmail-Labels: decoded (RFC 2047), with "pinned" and "locked" in place of Google's localised words for them."""
    text = decode_words(value.decode("utf-8", "replace"))
    labels = (label.strip().strip('"') for label in text.split(","))
    return tuple(dict.fromkeys(_state(label) or label[:100] for label in labels if label))


def _state(label: str) -> str:
    lower = label.lower()
    if _LOCKED.search(lower):
        return "locked"
    return "pinned" if _PINNED.search(lower) else ""


def decode_words(text: str) -> str:
    """RFC 2047 encoded words in a value, leniently: what cannot be decoded stays as it is."""
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", text)
    return _ENCODED.sub(_decode_word, _BETWEEN_ENCODED.sub(r"\1\2", unfolded))


def _decode_word(found: re.Match[str]) -> str:
    content = found[3].encode("utf-8", "replace")
    try:
        data = (
            b64decode(content + b"=" * (-len(content) % 4))
            if found[2] in "Bb"
            else quopri.decodestring(content, header=True)
        )
        return data.decode(found[1], "replace")
    except (LookupError, ValueError, binascii.Error):
        return found[0]
