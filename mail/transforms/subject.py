"""The group's tag in subjects: once, behind the words that say "Re:", and what the author wrote left as it is."""

import base64
import re

from archive.parsing.subjects import behind_reply_words
from mail.transforms.fields import Fields, encoded
from mail.transforms.placeholders import filled, like
from mail.transforms.types import GroupShape


def tag(fields: Fields, shape: GroupShape) -> None:
    """Put the tag into Subject. One that is there already stays, with the number of this letter where tags are numbered."""
    wanted, known = filled(shape.subject_tag, shape), like(shape.subject_tag, shape)
    raw, text = fields.raw("subject"), fields.text("subject")
    if known.search(text):
        if "{number}" in shape.subject_tag:
            _renumber(fields, known, wanted)
        return
    if not text.strip():
        fields.set("Subject", encoded(f"{wanted} (no subject)", "Subject"))
        return
    at = 0 if shape.tag_first else behind_reply_words(raw)
    if not at and not shape.tag_first and behind_reply_words(text):  # the words stand inside an encoded one
        at = behind_reply_words(text)
        fields.set("Subject", encoded(f"{text[:at]}{wanted} {text[at:]}", "Subject"))
        return
    words = raw[:at].rstrip() + " " if raw[:at].strip() else raw[:at]
    fields.set("Subject", f"{words}{_before(wanted, raw[at:])}{_folded(raw[at:])}".rstrip())


def _renumber(fields: Fields, known: re.Pattern[str], wanted: str) -> None:
    raw = fields.raw("subject")
    if wanted.isascii() and known.search(raw):
        fields.set("Subject", _folded(known.sub(lambda _: wanted, raw, count=1)))
    else:
        fields.set("Subject", encoded(known.sub(lambda _: wanted, fields.text("subject"), count=1), "Subject"))


def _before(wanted: str, rest: str) -> str:
    """White space between two encoded words is not shown (RFC 2047 §6.2): it must be inside the first one."""
    if wanted.isascii():
        return f"{wanted} "
    if not rest.startswith("=?"):
        return f"{encoded(wanted)} "
    return f"=?utf-8?b?{base64.b64encode(f'{wanted} '.encode()).decode()}?= "


_SPACES = re.compile(r"[ \t]+")


def _folded(raw: str) -> str:
    """Long subjects in lines again, at the spaces they have."""
    if len(raw) < 60:
        return raw
    lines, line = [], ""
    for word in _SPACES.split(raw):
        if line and len(line) + len(word) > 72:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])
