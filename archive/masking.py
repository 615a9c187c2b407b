"""The source of a letter for strangers: the same letter, with the mailboxes in it shortened to "name@...".

Shortened are addresses in header fields and in the lines of text, also where a text part is base64 or quoted-printable.
Message-ID, References, In-Reply-To and the like stay: they are identifiers (RFC 5322 section 3.6.4), and threads are made
of them. Other attachments stay as they are. Pure: bytes in, bytes out, whatever the bytes.
"""

import base64
import binascii
import re

_LOCAL = rb"[A-Za-z0-9.\"!#$%&'*+/=?^_`{|}~\x80-\xff-]"
_DOMAIN = rb"[A-Za-z0-9\x80-\xff][A-Za-z0-9.\x80-\xff-]*"
_ADDRESS = re.compile(rb"(?<=" + _LOCAL + rb")@" + _DOMAIN)
_AT = rb"(?:@|%40|&#0*64;|&#x0*40;|&commat;)"  # in text, URLs and HTML, where elements may stand behind it
_TAGS = rb"(?:<[^<>]{0,200}>){0,5}"
_ENCODED = re.compile(rb"(?i)(?<=" + _LOCAL + rb")" + _AT + _TAGS + _DOMAIN)
_OCTET = rb"=[89A-F][0-9A-F]"
_DOMAIN_IN_QP = rb"(?:[A-Za-z0-9\x80-\xff]|" + _OCTET + rb")(?:[A-Za-z0-9.\x80-\xff-]|" + _OCTET + rb")*"
_ADDRESS_IN_QP = re.compile(
    rb"(?i)(?<="
    + _LOCAL
    + rb")(?:=40|"
    + _AT
    + rb")(?:=\r?\n)?"
    + _TAGS
    + _DOMAIN_IN_QP
    + rb"|\A(?:@|=40)"
    + _DOMAIN_IN_QP
)
_WORD = re.compile(rb"(?i)=\?([a-z0-9_*-]+)\?b\?([a-z0-9+/=]+)\?=")  # RFC 2047, "B" encoding
_IDENTIFIER = re.compile(
    rb"(?i)(?:(?:resent-|original-|x-)?message-id|references|in-reply-to|content-id|list-id|x-gm-thrid)[ \t]*:"
)
_TYPE = re.compile(rb"(?i)content-type[ \t]*:\s*([a-z]+)")
_ENCODING = re.compile(rb"(?i)content-transfer-encoding[ \t]*:\s*([a-z0-9-]+)")
_BOUNDARY = re.compile(rb"""(?i)\bboundary[ \t]*=[ \t]*("[^"\r\n]{1,200}"|[^\s;"]{1,200})""")
# Around the parts of a multipart, and in one whose boundary never comes, stand lines that people read.
_READ_AS_TEXT = (b"", b"text", b"multipart")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=]+\s*\Z")


def mask_source(source: bytes) -> bytes:
    """The letter with every address in its text shortened. A base64 text part that held one is encoded anew."""
    walk = _Walk()
    for line in source.splitlines(keepends=True):
        walk.take(line)
    walk.end_block()
    return b"".join(walk.out)


def mask_envelope(entry: bytes) -> bytes:
    """An mbox entry with the address in its "From " line shortened as well."""
    line, end, rest = entry.partition(b"\n")
    return _masked(line) + end + rest


def mask_lines(text: bytes) -> bytes:
    """Text without a header, in any encoding that extends ASCII, with every address in it shortened."""
    return b"".join(map(_masked, text.splitlines(keepends=True)))


class _Walk:
    """Goes through a letter once, line by line, knowing whether it is in a header or in a body, and of what kind."""

    def __init__(self) -> None:
        self.out: list[bytes] = []
        self.boundaries: set[bytes] = set()
        self.block: list[bytes] = []  # lines of a base64 text part, until it ends
        self.begin_header()

    def begin_header(self) -> None:
        self.in_header = True
        self.is_identifier = False
        self.kind = self.encoding = b""

    def take(self, line: bytes) -> None:
        if self.in_header:
            self.take_header(line)
        elif self.is_boundary(line):
            self.end_block()
            self.out.append(line)
            self.begin_header()
        elif self.kind not in _READ_AS_TEXT:
            self.out.append(line)
        elif self.encoding == b"base64" and _BASE64.match(line):
            self.block.append(line)
        else:
            self.end_block()
            self.out.append(_masked(line, in_qp=self.encoding == b"quoted-printable"))

    def take_header(self, line: bytes) -> None:
        if not line.strip():
            self.out.append(line)
            if self.kind == b"message":  # a letter inside the letter begins with its own header
                self.begin_header()
            else:
                self.in_header = False
            return
        if not line.startswith((b" ", b"\t")):
            self.is_identifier = bool(_IDENTIFIER.match(line))
            self.kind = _first(_TYPE, line) or self.kind
            self.encoding = _first(_ENCODING, line) or self.encoding
        if found := _BOUNDARY.search(line):
            self.boundaries.add(found[1].strip(b'"').rstrip())
        self.out.append(line if self.is_identifier else _masked_header(line))

    def is_boundary(self, line: bytes) -> bool:
        if not line.startswith(b"--") or not self.boundaries:
            return False
        mark = line[2:].rstrip()
        return mark in self.boundaries or (mark.endswith(b"--") and mark[:-2] in self.boundaries)

    def end_block(self) -> None:
        """Write the base64 text read so far: as it was where no address is in it."""
        if self.block:
            self.out += _masked_base64(self.block)
            self.block = []


def _first(pattern: re.Pattern[bytes], line: bytes) -> bytes:
    found = pattern.match(line)
    return found[1].lower() if found else b""


def _masked(line: bytes, *, in_qp: bool = False) -> bytes:
    if in_qp:
        return _ADDRESS_IN_QP.sub(b"@...", line)
    if b"%40" in line or b"&#" in line or b"&commat" in line or b"@<" in line:
        return _ENCODED.sub(b"@...", line)
    return _ADDRESS.sub(b"@...", line) if b"@" in line else line


def _masked_header(line: bytes) -> bytes:
    if b"=?" in line:
        line = _WORD.sub(_masked_word, line)
        return _masked(line, in_qp=True)
    return _masked(line)


def _masked_word(found: re.Match[bytes]) -> bytes:
    text = _decoded(found[2])
    if text is None or b"@" not in text:
        return found[0]
    return b"=?%b?B?%b?=" % (found[1], base64.b64encode(_masked(text)))


def _masked_base64(lines: list[bytes]) -> list[bytes]:
    text = _decoded(b"".join(line.strip() for line in lines))
    if text is None or mask_lines(text) == text:
        return lines
    end = b"\r\n" if lines[0].endswith(b"\r\n") else b"\n"
    packed = base64.b64encode(mask_lines(text))
    return [packed[start : start + 76] + end for start in range(0, len(packed), 76)]


def _decoded(packed: bytes) -> bytes | None:
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4))
    except (binascii.Error, ValueError):
        return None
