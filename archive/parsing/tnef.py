"""winmail.dat: Outlook's envelope round a letter's body and attachments (MS-OXTNEF, properties as in MS-OXCDATA).

A stream of attributes; two of them carry MAPI properties. Only what a reader wants is taken out: bodies and
attachments. Every length is checked against what is there, so a cut or hostile stream yields what came before the
damage.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.parsing.charsets import decode
from archive.parsing.rtf import decompress_rtf

_CONTENT_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+_-]{1,60}")
SIGNATURE = b"\x78\x9f\x3e\x22"
CONTENT_TYPES = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))

_ATT_BODY = 0x2800C
_ATT_ATTACHMENT_DATA = 0x6800F
_ATT_ATTACHMENT_TITLE = 0x18010
_ATT_RENDERING = 0x69002  # begins an attachment
_ATT_MAPI_PROPERTIES = 0x69003
_ATT_ATTACHMENT_PROPERTIES = 0x69005
_ATT_CODEPAGE = 0x69007

_BODY, _RTF_COMPRESSED, _BODY_HTML, _INTERNET_CODEPAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_DATA, _SHORT_NAME, _LONG_NAME, _MIME_TAG, _CONTENT_ID, _DISPLAY_NAME = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001

_FIXED_SIZES = {1: 0, 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}  # padded to four bytes
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_VARIABLE = frozenset((_STRING8, _UNICODE, _OBJECT, _BINARY))
_MULTIPLE = 0x1000
_DEEPEST = 5  # letters within letters
_MOST = 10_000  # attributes, properties, values: more than any program writes


@dataclass(slots=True)
class TnefAttachment:
    """name: as written. content_type: "" where not given."""

    name: str = ""
    data: bytes = b""
    content_type: str = ""
    content_id: str = ""


@dataclass(slots=True)
class Tnef:
    """text and html: bytes with their charset label. rtf: still compressed (MS-OXRTFCP)."""

    codepage: str = "cp1252"
    text: bytes | str = b""
    html: bytes | str = b""
    rtf: bytes = b""
    attachments: list[TnefAttachment] = field(default_factory=list)
    damaged: bool = False


def read_tnef(data: bytes) -> Tnef | None:
    """Read a winmail.dat; None where it is none. Letters within it come as their text and their attachments. Never raises."""
    letter = _read_level(data)
    if letter and any(attachment.data.startswith(SIGNATURE) for attachment in letter.attachments):
        letter.attachments = list(_flattened(letter.attachments))
    return letter


def _flattened(attachments: list[TnefAttachment]) -> Iterator[TnefAttachment]:
    waiting = [(attachment, 0) for attachment in reversed(attachments)]
    while waiting:
        attachment, depth = waiting.pop()
        letter = _read_level(attachment.data) if depth < _DEEPEST else None
        if letter is None:
            yield attachment
            continue
        yield from _text_of(letter, attachment.name)
        waiting += [(inner, depth + 1) for inner in reversed(letter.attachments)]


def _text_of(letter: Tnef, title: str) -> Iterator[TnefAttachment]:
    """The text of a letter within a letter, as a file in UTF-8."""
    for content, kind, extension in ((letter.html, "html", "html"), (letter.text, "plain", "txt")):
        if content:
            text = content if isinstance(content, str) else decode(content, letter.codepage).text
            yield TnefAttachment(f"{title or 'message'}.{extension}", text.encode("utf-8", "replace"), f"text/{kind}")
            return
    if rtf := decompress_rtf(letter.rtf):
        yield TnefAttachment(f"{title or 'message'}.rtf", rtf, "application/rtf")


def _read_level(data: bytes) -> Tnef | None:
    if not data.startswith(SIGNATURE):
        return None
    letter = Tnef()
    at = 6  # signature and key
    for _ in range(_MOST):
        if at + 9 > len(data):
            break
        _level, identifier, length = struct.unpack_from("<BII", data, at)
        value = data[at + 9 : at + 9 + length]
        if len(value) < length:
            letter.damaged = True
        _take_attribute(letter, identifier, value)
        at += 9 + length + 2  # and a checksum
    letter.damaged |= at != len(data)
    letter.attachments = [attachment for attachment in letter.attachments if attachment.name or attachment.data]
    return letter


def _take_attribute(letter: Tnef, identifier: int, value: bytes) -> None:
    if identifier == _ATT_RENDERING:
        letter.attachments.append(TnefAttachment())
    elif identifier == _ATT_CODEPAGE and len(value) >= 4:
        letter.codepage = f"cp{struct.unpack_from('<I', value)[0]}"
    elif identifier == _ATT_BODY and not letter.text:
        letter.text = value.rstrip(b"\0")
    elif identifier == _ATT_MAPI_PROPERTIES:
        _take_message_properties(letter, value)
    elif letter.attachments:
        _take_attachment_attribute(letter, letter.attachments[-1], identifier, value)


def _take_attachment_attribute(letter: Tnef, attachment: TnefAttachment, identifier: int, value: bytes) -> None:
    if identifier == _ATT_ATTACHMENT_DATA:
        attachment.data = value
    elif identifier == _ATT_ATTACHMENT_TITLE and not attachment.name:
        attachment.name = _text(value, letter.codepage)
    elif identifier == _ATT_ATTACHMENT_PROPERTIES:
        _take_attachment_properties(letter, attachment, value)


def _take_message_properties(letter: Tnef, value: bytes) -> None:
    for identifier, kind, content in _properties(value):
        if identifier == _BODY and kind in (_STRING8, _UNICODE):
            letter.text = _wide(content) if kind == _UNICODE else content.rstrip(b"\0")
        elif identifier == _BODY_HTML:
            letter.html = _wide(content) if kind == _UNICODE else content.rstrip(b"\0")
        elif identifier == _RTF_COMPRESSED:
            letter.rtf = content
        elif identifier == _INTERNET_CODEPAGE and len(content) >= 4:
            letter.codepage = _codepage(struct.unpack_from("<I", content)[0])


def _codepage(number: int) -> str:
    return {65001: "utf-8", 28591: "iso-8859-1", 20127: "us-ascii", 20866: "koi8-r", 50220: "iso-2022-jp"}.get(
        number, f"cp{number}"
    )


def _take_attachment_properties(letter: Tnef, attachment: TnefAttachment, value: bytes) -> None:
    names: dict[int, str] = {}
    for identifier, kind, content in _properties(value):
        if identifier in (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME, _MIME_TAG, _CONTENT_ID):
            names[identifier] = _wide(content) if kind == _UNICODE else _text(content, letter.codepage)
        elif identifier == _DATA and content and not attachment.data:
            attachment.data = (
                content[16:] if kind == _OBJECT else content
            )  # an object's bytes begin with its interface id
    attachment.name = names.get(_LONG_NAME) or attachment.name or names.get(_SHORT_NAME) or names.get(_DISPLAY_NAME, "")
    content_type = names.get(_MIME_TAG, "").strip().lower()
    attachment.content_type = content_type if _CONTENT_TYPE.fullmatch(content_type) else ""
    attachment.content_id = names.get(_CONTENT_ID, "").strip("<> ")


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Identifier, type and (first) value of each property of a MAPI property list."""
    if len(data) < 4:
        return
    at = 4
    for _ in range(min(struct.unpack_from("<I", data)[0], _MOST)):
        if at + 4 > len(data):
            return
        kind, identifier = struct.unpack_from("<HH", data, at)
        at += 4
        if identifier >= 0x8000:
            at = _behind_name(data, at)
        first, at = _values(data, at, kind)
        if at < 0:
            return
        yield identifier, kind & ~_MULTIPLE, first


def _behind_name(data: bytes, at: int) -> int:
    """Named properties carry a GUID and a number or a string."""
    if at + 24 > len(data):
        return len(data)
    kind, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (_padded(length) if kind == 1 else 0)


def _values(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """The first value, and the offset behind all of them; -1 where the list cannot be followed any further."""
    plain = kind & ~_MULTIPLE
    count = 1
    if kind & _MULTIPLE or plain in _VARIABLE:
        if at + 4 > len(data):
            return b"", -1
        count = struct.unpack_from("<I", data, at)[0]
        at += 4
    if count > _MOST or (plain not in _VARIABLE and plain not in _FIXED_SIZES):
        return b"", -1
    first = b""
    for position in range(count):
        size = _FIXED_SIZES.get(plain, 0)
        if plain in _VARIABLE:
            if at + 4 > len(data):
                return b"", -1
            size = struct.unpack_from("<I", data, at)[0]
            at += 4
        if position == 0:
            first = data[at : at + size]
        at += _padded(size)
        if at > len(data) + 3:
            return first, len(data) + 4 if position == 0 and first else -1
    return first, at


def _padded(size: int) -> int:
    return (size + 3) & ~3


def _wide(content: bytes) -> str:
    return content[: len(content) & ~1].decode("utf-16-le", "replace").rstrip("\0")


def _text(content: bytes, codepage: str) -> str:
    content = content.split(b"\0", 1)[0]
    try:
        return content.decode(codepage)
    except (LookupError, UnicodeError):
        return content.decode("cp1252", "replace")
