"""What is it? Told from the first bytes of a file, unpacked if they were packed."""

import re
import tarfile
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.importers.readers.from_line import begins_message, is_header, read_from_line
from archive.importers.readers.separated import style_of
from archive.importers.readers.streams import Broken, ByteStream, codec_of

HEAD = 64 << 10
_SEPARATOR = re.compile(rb"\n\r?\n(?=From )")
_UUCP = re.compile(rb"(?:>From [^\r\n]*\r?\n)+")
_EMLX = re.compile(rb"\d{1,12}[ \t]*\r?\n")

# What people do bring, and we say the name of, though we cannot read it.
_FOREIGN = (
    (b"!BDN", gettext_lazy("an Outlook data file (.pst)")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", gettext_lazy("an Outlook message (.msg) or an old Office document")),
    (b"7z\xbc\xaf\x27\x1c", gettext_lazy("a 7-Zip archive")),
    (b"Rar!\x1a\x07", gettext_lazy("a RAR archive")),
    (b"\x1f\x9d", gettext_lazy("a file packed with compress (.Z)")),
    (b"*mbx*\r\n", gettext_lazy("a c-client mailbox (.mbx)")),
    (b"BABYL OPTIONS:", gettext_lazy("an Emacs Rmail file (Babyl)")),
    (b"\x01\x01\x01\x01\n", gettext_lazy("an MMDF mailbox")),
    (b"SQLite format 3", gettext_lazy("an SQLite database")),
    (b"%PDF-", gettext_lazy("a PDF document")),
    (b"WARC/", gettext_lazy("a WARC web archive")),
    (b"\x89PNG", gettext_lazy("a picture")),
    (b"\xff\xd8\xff", gettext_lazy("a picture")),
    (b"GIF8", gettext_lazy("a picture")),
)


def head_of(stream: BinaryIO, size: int = HEAD) -> tuple[bytes, str]:
    """The first unpacked bytes, and the codec; what can be read of a broken file."""
    reading = ByteStream(stream)
    try:
        return reading.read(size), reading.codec
    except Broken:
        return b"", reading.codec
    finally:
        reading.close()


def damage_of(stream: BinaryIO) -> str:
    """Why not one byte can be unpacked, as a sentence; "" where one can, or where there is none."""
    reading = ByteStream(stream)
    try:
        reading.read(1)
        return ""
    except Broken as error:
        return str(error)
    finally:
        reading.close()


def kind_of(head: bytes) -> str:
    """ "zip", "tar", "packed" (once more), "mbox", "separated" (LISTSERV, MMDF), "message", "jsonl", "json", "empty" or
    "other"."""
    if codec_of(head):
        return "packed"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if _is_tar(head):
        return "tar"
    if style_of(head):
        return "separated"
    if any(head.startswith(magic) for magic, _ in _FOREIGN):
        return "other"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\0")
    if not text:
        return "empty"
    if text.startswith(b"{"):
        return _json_kind(text)
    if text.startswith(b"From "):
        return _from_kind(text)
    emlx = _EMLX.match(text)
    if is_header(_UUCP.sub(b"", text) if text.startswith(b">From ") else text[emlx.end() if emlx else 0 :]):
        return "mbox" if _has_separator(text) else "message"
    return "mbox" if _has_separator(text) else "other"


def describe(head: bytes) -> str:
    """The kind of a file that cannot be read, in words."""
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            return str(name)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _("text in UTF-16, in which no mail travels; save it in UTF-8")
    text = head.lstrip()[:200].lower()
    if text.startswith((b"<!doctype html", b"<html", b"<?xml")):
        return _("a web page or XML")
    if not head.strip(b"\0 \t\r\n"):
        return _("empty")
    return _("something else") if b"\0" in head[:4096] else _("text that is not mail")


def _from_kind(text: bytes) -> str:
    """Prose may begin with "From ", too."""
    line = read_from_line(text, 0)
    if begins_message(text, 0, line, True) or line.asctime or _has_separator(text):
        return "mbox"
    return "mbox" if is_header(text[line.end :]) else "other"


def _has_separator(text: bytes) -> bool:
    return any(
        begins_message(text, found.end(), read_from_line(text, found.end()), True)
        for found in _SEPARATOR.finditer(text)
    )


def _json_kind(text: bytes) -> str:
    """Yahoo's messages, a line each or a file each."""
    if not re.search(rb'"(?:rawEmail|messageBody|ygData|ygPerms|msgSnippet|topicId)"', text):
        return "other"
    first = text.split(b"\n", 1)[0].rstrip()
    return "jsonl" if len(first) == len(text) == HEAD or (first.endswith(b"}") and len(first) > 2) else "json"


def _is_tar(head: bytes) -> bool:
    if len(head) < 512 or not head[0]:
        return False
    try:
        tarfile.TarInfo.frombuf(head[:512], "utf-8", "surrogateescape")  # checks the sum of the header
    except tarfile.HeaderError:
        return False
    return True
