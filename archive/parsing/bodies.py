"""Which leaves people read, and which they download (the ideas of RFC 8621 §4.1.4).

Text and HTML are read unless they say they are attachments, carry a name, or belong to an HTML page
(multipart/related). Other readable text (text/enriched, a part whose end is missing, Outlook's RTF) is read only if
there is nothing better. Everything else is an attachment; nothing is in neither place, except the wrapping of what was
unpacked (uuencode, winmail.dat).
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from archive.parsing import macintosh, smime
from archive.parsing.charsets import CHARSET_REPAIRED, clean, clean_line, decode, find_codec
from archive.parsing.detection import guess_charset
from archive.parsing.enriched import enriched_to_text, richtext_to_text
from archive.parsing.filenames import safe_filename, type_by_name
from archive.parsing.flowed import unflow
from archive.parsing.headers import by_name, split_headers
from archive.parsing.mime import Leaf, entity, read_leaves
from archive.parsing.parameters import ContentType
from archive.parsing.rtf import decompress_rtf, read_rtf
from archive.parsing.tnef import CONTENT_TYPES, Tnef, read_tnef
from archive.parsing.transfer import EmbeddedFile, Undone, decode_transfer, find_uuencoded
from archive.parsing.types import AttachmentPart, BodyPart
from archive.parsing.words import decode_unstructured
from archive.parsing.yenc import find_yencoded

TNEF_DAMAGED = "tnef-damaged"

_CONVERTERS: dict[str, Callable[[str], str]] = {"enriched": enriched_to_text, "richtext": richtext_to_text}
_READABLE = frozenset((*_CONVERTERS, "markdown", "x-markdown", "x-web-markdown", "x-plain", "ascii", "unknown"))
_META_CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s{0,3}=\s{0,3}[\"']?([\w.:-]{2,40})", re.IGNORECASE
)
_EUDORA_FLOWED = re.compile(r"\A\s*<x-flowed>\n?|\n?</x-flowed>(?=\s*(?:\Z|Attachment Converted: ))")
_DEFAULT_NAMES = {"application/pgp-signature": "signature.asc", "application/pgp-encrypted": "version.asc"}
_SHOWN_INLINE = ("image", "audio", "video")
_MAGIC = (
    b"\x89PNG\r\n",
    b"GIF8",
    b"\xff\xd8\xff",
    b"%PDF-",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"BZh9",
    b"\xd0\xcf\x11\xe0",
    b"7z\xbc\xaf",
)
_TEXT_BYTES = bytes({*range(32, 256), *b"\t\n\r\f\x1b"} - {127})
_MOST_UNPACKED = 1000
_MOST_SIGNATURES = 5  # one within the other


@dataclass(slots=True)
class File:
    """An attachment. Its content is in the message (leaf), or was unpacked from a part of it (data)."""

    part: AttachmentPart
    leaf: Leaf | None = None
    data: bytes = b""

    def content(self, raw: bytes) -> bytes:
        """The decoded bytes. They are not kept: a letter may carry a hundred megabytes."""
        return _undo(raw, self.leaf).data if self.leaf else self.data


@dataclass(slots=True)
class Reading:
    """What came out of the leaves."""

    bodies: list[BodyPart] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def read_bodies(raw: bytes, leaves: list[Leaf], *, hint: str = "", depth: int = 0) -> Reading:
    """Sort the leaves of a message into bodies and files. hint: charset that unlabelled text is likely in. depth: how many
    signatures it was wrapped in."""
    return _Sorter(raw, leaves, hint, depth).sort()


class _Sorter:
    def __init__(self, raw: bytes, leaves: list[Leaf], hint: str, depth: int) -> None:
        self.raw = raw
        self.depth = depth
        self.leaves = leaves
        self.hint = hint
        self.reading = Reading()
        self.unpacked = len(leaves)  # the index that the next unpacked file gets
        self._undone: dict[int, Undone] = {}  # by index, while needed

    def sort(self) -> Reading:
        first = self.leaves[0] if self.leaves else None
        if first and not first.parent and _is_shown(first) and first.content_type.sub != "calendar":
            self._sort_single(first)
        else:
            self._sort_several()
        return self.reading

    def _sort_single(self, leaf: Leaf) -> None:
        """Most letters: one text, and nothing to choose."""
        data = self._undo(0).data
        if _is_binary(data, leaf.content_type):
            self._add_file(0, leaf, data)
        elif data:
            self._add_body(0, leaf, data)

    def _sort_several(self) -> None:
        spare: list[int] = []
        for index, leaf in enumerate(self.leaves):
            is_shown = _is_shown(leaf)
            if is_shown and not _is_doubtful(leaf, self._undo(index)):
                self._add_shown(index, leaf, self._undo(index).data)
            elif not leaf.is_ambiguous and (is_shown or _is_readable(leaf) or _may_be_tnef(leaf)):
                spare.append(index)
        if not any(body.kind != "calendar" for body in self.reading.bodies):
            self._add_spare(spare)
        self._add_files()

    def _undo(self, index: int) -> Undone:
        if index not in self._undone:
            self._undone[index] = _undo(self.raw, self.leaves[index])
            self._add_defect(self._undone[index].defect)
        return self._undone[index]

    def _add_shown(self, index: int, leaf: Leaf, data: bytes) -> None:
        if data and not _is_binary(data, leaf.content_type):
            self._add_body(index, leaf, data)

    def _add_spare(self, spare: list[int]) -> None:
        """What is doubtful becomes the body of a message that has none; Outlook's wrapping comes last."""
        for index in spare:
            if not _may_be_tnef(self.leaves[index]):
                self._add_shown(index, self.leaves[index], self._undo(index).data)
        for index in spare if not self.reading.bodies else ():
            letter = read_tnef(self._undo(index).data) if _may_be_tnef(self.leaves[index]) else None
            if letter:
                self._add_tnef_body(index, letter)

    def _add_signed(self, index: int, data: bytes) -> None:
        """What opaque S/MIME wraps is read like the letter itself; the wrapping is kept as a file, for its signature."""
        inner = smime.signed_content(data) if self.depth < _MOST_SIGNATURES else b""
        if not inner:
            return
        block = split_headers(inner)
        leaves, defects = read_leaves(inner, entity(by_name(block.fields), block.body, len(inner)))
        reading = read_bodies(inner, leaves, hint=self.hint, depth=self.depth + 1)
        taken = max((leaf.alternative for leaf in self.leaves), default=0)
        for body in reading.bodies:
            body.index = index
            body.alternative += taken if body.alternative else 0
            self.reading.bodies.append(body)
        for file in reading.files[: self._room()]:
            self._add_unpacked(file.content(inner), file.part.filename, file.part.content_type, file.part.content_id)
        for defect in [*defects, *reading.defects]:
            self._add_defect(defect)

    def _add_files(self) -> None:
        used = {body.index for body in self.reading.bodies if body.kind != "calendar"}
        for index, leaf in enumerate(self.leaves):
            undone = self._undo(index)
            letter = read_tnef(undone.data) if _may_be_tnef(leaf) else None
            if letter is not None:
                self._add_tnef_files(letter)
            elif leaf.content_type.sub == "applefile" and (fork := macintosh.read_applesingle(undone.data)):
                name = safe_filename(decode(fork[0]).text) or _filename(leaf)
                self._add_unpacked(fork[1], name, type_by_name(name))
            elif index not in used and not _is_empty_text(leaf, undone):
                self._add_file(index, leaf, undone.data)
                if _may_be_signed(leaf):
                    self._add_signed(index, undone.data)
            del self._undone[index]
        self.reading.bodies.sort(key=lambda body: body.index)
        self.reading.files.sort(key=lambda file: file.part.index)

    def _add_body(self, index: int, leaf: Leaf, data: bytes) -> None:
        main, sub, parameters = leaf.content_type
        if sub not in ("html", "calendar") and (b"begin" in data or macintosh.ANNOUNCEMENT in data):
            data = self._unpack_embedded(data)
        text, charset = self._text(data, leaf.content_type)
        if sub == "plain" and "<x-flowed>" in text[:200]:
            text = _EUDORA_FLOWED.sub("", text)
        flowed = sub == "plain" and parameters.get("format", "").lower() == "flowed"
        if flowed:
            text = unflow(text, delsp=parameters.get("delsp", "").lower() == "yes")
        elif sub in _CONVERTERS:
            text = _CONVERTERS[sub](text)
        kind = sub if main == "text" and sub in ("html", "calendar") else "plain"
        self.reading.bodies.append(BodyPart(kind, text, index, flowed, charset, leaf.alternative))

    def _text(self, data: bytes, content_type: ContentType) -> tuple[str, str]:
        label = content_type.parameters.get("charset", "")
        if not label and content_type.sub in ("html", "xml"):
            meta = _META_CHARSET.search(data, 0, 2048)
            label = meta[1].decode("ascii", "ignore") if meta else ""
        decoded = decode(data, label, hint=self.hint)
        if decoded.defect:
            self._add_defect(decoded.defect)
        elif decoded.charset not in ("utf-8", "ascii") and not find_codec(label):
            self._add_defect(CHARSET_REPAIRED)
        text = decoded.text
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
        return text, decoded.charset

    def _unpack_embedded(self, data: bytes) -> bytes:
        """Cut the files out of a text, and keep them."""
        pieces, at = [], 0
        for found in _embedded_in(data)[: self._room()]:
            if found.start < at:
                continue
            if found.data:
                name = safe_filename(decode(found.name).text)
                self._add_unpacked(found.data, name, type_by_name(name))
            self._add_defect(found.defect)
            pieces.append(data[at : found.start])
            at = found.end
        return b"".join([*pieces, data[at:]]) if at else data

    def _room(self) -> int:
        return _MOST_UNPACKED - (self.unpacked - len(self.leaves))

    def _add_unpacked(self, data: bytes, name: str, content_type: str, content_id: str = "") -> None:
        part = _describe(self.unpacked, data, name, content_type, content_id, inline=bool(content_id))
        self.reading.files.append(File(part, data=data))
        self.unpacked += 1

    def _add_tnef_body(self, index: int, letter: Tnef) -> None:
        for content, kind in ((letter.html, "html"), (letter.text, "plain")):
            if content:
                text = content if isinstance(content, str) else decode(content, letter.codepage).text
                self.reading.bodies.append(BodyPart(kind, clean(text).replace("\r\n", "\n").replace("\r", "\n"), index))
                return
        spoken = read_rtf(decompress_rtf(letter.rtf))
        if spoken.text.strip():
            self.reading.bodies.append(BodyPart("html" if spoken.is_html else "plain", clean(spoken.text), index))

    def _add_tnef_files(self, letter: Tnef) -> None:
        if letter.damaged:
            self._add_defect(TNEF_DAMAGED)
        for attachment in letter.attachments[: self._room()]:
            name = safe_filename(attachment.name)
            self._add_unpacked(
                attachment.data, name, attachment.content_type or type_by_name(name), clean_line(attachment.content_id)
            )

    def _add_file(self, index: int, leaf: Leaf, data: bytes) -> None:
        name = _filename(leaf)
        kind = leaf.content_type.full
        if not name:
            name = (
                _name_of_message(data) if kind in ("message/rfc822", "message/global") else _DEFAULT_NAMES.get(kind, "")
            )
        content_id = clean_line(leaf.content_id).strip("<> ")[:250]
        inline = leaf.disposition.kind == "inline" or (
            leaf.disposition.kind == "" and (bool(content_id) or leaf.content_type.main in _SHOWN_INLINE)
        )
        self.reading.files.append(File(_describe(index, data, name, kind, content_id, inline=inline), leaf))

    def _add_defect(self, defect: str) -> None:
        if defect and defect not in self.reading.defects:
            self.reading.defects.append(defect)


def _embedded_in(text: bytes) -> list[EmbeddedFile]:
    """Files that stand in a text, in order."""
    found = find_yencoded(text) if b"=ybegin " in text else []
    if macintosh.ANNOUNCEMENT in text:
        found += macintosh.find_binhexed(text)
    found += find_uuencoded(text)
    return sorted(found, key=lambda file: file.start)


def _undo(raw: bytes, leaf: Leaf) -> Undone:
    return decode_transfer(raw[leaf.start : leaf.end], leaf.encoding, is_text=leaf.content_type.main == "text")


def _is_shown(leaf: Leaf) -> bool:
    """Plain text and HTML that does not ask to be an attachment; calendars are shown as well as kept."""
    main, sub, parameters = leaf.content_type
    if main != "text":
        return False
    if sub == "calendar":
        return leaf.disposition.kind != "attachment"
    if sub not in ("plain", "html"):
        return False
    if not leaf.parent or leaf.parent == "alternative":
        return not leaf.parent or leaf.disposition.kind != "attachment"
    if leaf.disposition.kind == "attachment":
        return False
    return leaf.is_first or (leaf.parent != "related" and "name" not in parameters)


def _is_doubtful(leaf: Leaf, undone: Undone) -> bool:
    """A text part whose end is missing may be anything, and so may one that cannot be decoded.

    (Ambiguous on top of it, where an outer boundary is the beginning of an inner one, it is never taken for the text.)
    """
    return bool(leaf.parent) and (undone.hopeless or (leaf.is_cut and leaf.parent != "alternative"))


def _is_binary(data: bytes, content_type: ContentType) -> bool:
    """A picture or an archive that calls itself text."""
    if data.startswith(_MAGIC):
        return True
    if b"\0" not in data or "charset" in content_type.parameters:
        return False
    sample = data[:4096]
    return len(sample.translate(None, _TEXT_BYTES)) * 10 > len(sample) and not guess_charset(sample).startswith(
        "utf-16"
    )


def _is_readable(leaf: Leaf) -> bool:
    main, sub, _parameters = leaf.content_type
    return (
        main == "text"
        and leaf.disposition.kind != "attachment"
        and leaf.parent != "alternative"
        and (sub in _READABLE or not leaf.parent)
    )


def _is_empty_text(leaf: Leaf, undone: Undone) -> bool:
    return (
        not undone.data
        and leaf.content_type.main == "text"
        and not _filename(leaf)
        and leaf.disposition.kind != "attachment"
    )


def _may_be_tnef(leaf: Leaf) -> bool:
    return leaf.content_type.full in CONTENT_TYPES or (
        leaf.content_type.full == "application/octet-stream" and _filename(leaf).lower() == "winmail.dat"
    )


def _may_be_signed(leaf: Leaf) -> bool:
    return leaf.content_type.full in smime.CONTENT_TYPES or (
        leaf.content_type.full == "application/octet-stream" and _filename(leaf).lower() == "smime.p7m"
    )


def _filename(leaf: Leaf) -> str:
    name = leaf.disposition.parameters.get("filename") or leaf.content_type.parameters.get("name", "")
    return safe_filename(name) if name else ""


def _name_of_message(data: bytes) -> str:
    """A message inside the message is named after its subject."""
    block = split_headers(data[:65536])
    subject = next(block.values("subject"), "")
    return safe_filename(decode_unstructured(block.readable(subject))[:100] + ".eml") if subject else "message.eml"


def _describe(
    index: int, data: bytes, name: str, content_type: str, content_id: str, *, inline: bool
) -> AttachmentPart:
    digest = hashlib.sha256(data).hexdigest()
    return AttachmentPart(index, name, content_type[:127], len(data), digest, content_id, inline)
