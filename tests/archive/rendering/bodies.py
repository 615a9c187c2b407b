"""Bodies of letters in one word."""

from pathlib import Path

from archive.parsing.types import AttachmentPart, BodyPart

FIXTURES = Path(__file__).parents[2] / "fixtures" / "html"


def plain(text, **fields):
    return BodyPart("plain", text, fields.pop("index", 0), **fields)


def html(text, **fields):
    return BodyPart("html", text, fields.pop("index", 0), **fields)


def calendar(text, **fields):
    return BodyPart("calendar", text, fields.pop("index", 0), **fields)


def picture(content_id, index=1, content_type="image/png"):
    return AttachmentPart(index, "p.png", content_type, 100, "0" * 64, content_id, inline=True)


def fixture(name):
    return (FIXTURES / name).read_text("utf-8")
