"""What an mbox does to lines of a message that begin with "From ", and how to undo it.

mboxo    only "From " became ">From "; ">From " written by a person cannot be told apart
mboxrd   every /^>*From / got one ">" more; exactly reversible
mboxcl   quoted as mboxo, and Content-Length tells where the message ends
mboxcl2  not quoted, only Content-Length: ">From " is a person's own
"""

import re

from archive import mboxrd

_QUOTED_MBOXO = re.compile(rb"(?m)^>(?=From )")
_DEPTH = re.compile(rb">*")


def unquote(raw: bytes, dialect: str, body: int) -> bytes:
    """Undo the dialect's quoting from offset `body` on. In a header ">From " is a UUCP envelope line, and stays.

    In mboxo a ">From " next to lines that somebody quoted without a space (">like this") is taken to be such a quotation.
    """
    if raw.find(b">From ", body) < 0 or dialect == "mboxcl2":
        return raw
    if dialect == "mboxrd":
        return raw[:body] + mboxrd.unquote(raw[body:])
    text = raw[body:]
    return raw[:body] + _QUOTED_MBOXO.sub(lambda found: b">" if _among_quotes(text, found.start()) else b"", text)


def _among_quotes(text: bytes, at: int) -> bool:
    return any(depth >= 1 for depth in _neighbours(text, at))


def _neighbours(text: bytes, at: int) -> list[int]:
    """Quoting depth (">" without spaces) of the lines before and behind the one at `at`; ">From " lines do not count."""
    depths = []
    if at:
        start = text.rfind(b"\n", 0, at - 1) + 1
        depths.append(_depth(text[start : start + 80]))
    behind = text.find(b"\n", at) + 1
    if behind:
        depths.append(_depth(text[behind : behind + 80]))
    return depths


def _depth(line: bytes) -> int:
    found = _DEPTH.match(line)
    depth = found.end() if found else 0
    return 0 if depth and line.startswith(b"From ", depth) else depth


def looks_like_mboxrd(sample: bytes) -> bool:
    """Only lines of two or more ">" and "From " can tell: in mboxrd they are one deeper than their neighbours, in mboxo as deep.

    Where there is no such line in the sample, mboxo is assumed: it alters less.
    """
    if sample.startswith((b"From mboxrd@", b"From MBOXRD@")) or b"\nX-Posthouse-" in sample[:2000]:
        return True
    mboxrd = mboxo = 0
    at = sample.find(b">>From ")
    while at >= 0:
        start = sample.rfind(b"\n", max(0, at - 100), at) + 1
        if start and not sample[start:at].strip(b">"):
            deepest = max(_neighbours(sample, start), default=0)
            mboxo += deepest >= at + 2 - start
            mboxrd += deepest < at + 2 - start
        at = sample.find(b">>From ", at + 7)
    return mboxrd > mboxo


def speaks_for_mboxcl(text: bytes) -> bool:
    """Is there a ">From " line in the message that looks like the work of a program rather than of a person quoting?"""
    at = text.find(b"\n>From ")
    while at >= 0:
        if not _among_quotes(text, at + 1):
            return True
        at = text.find(b"\n>From ", at + 7)
    return False
