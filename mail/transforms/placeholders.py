"""Words in curly brackets in a group's own texts, as {group} or {number}: what stands for them in a letter."""

import re
from html import escape

from mail.transforms.types import GroupShape

WORDS = {
    "group": "the group’s name",
    "address": "its address",
    "owner": "the address of those who run it",
    "home": "its page",
    "archive": "its letters on the web",
    "letter": "this letter on the web",
    "number": "this letter’s number",
}
_WORD = re.compile(r"\{(" + "|".join(WORDS) + r")\}")


def filled(text: str, shape: GroupShape, *, is_html: bool = False) -> str:
    """What is no word of ours stays as it is."""
    if "{" not in text:
        return text
    values = {
        "group": shape.name,
        "address": shape.address,
        "owner": shape.owner,
        "home": shape.group_url,
        "archive": shape.archive_url,
        "letter": shape.letter_url,
        "number": str(shape.number) if shape.number else "",
    }
    return _WORD.sub(lambda found: escape(values[found[1]]) if is_html else values[found[1]], text)


def like(tag: str, shape: GroupShape) -> re.Pattern[str]:
    """The tag with whatever number, as an answer to a numbered letter quotes it."""
    parts = [re.escape(filled(part, shape)) for part in tag.split("{number}")]
    return re.compile(r"\d+".join(parts), re.IGNORECASE)
