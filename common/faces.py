"""How a person without a picture is drawn: initials on a hue that is theirs for ever. Pure."""

import re
from zlib import crc32


def hue(key: str) -> int:
    """The colour of an avatar, 0 to 359, from whatever identifies the person (an address in any case)."""
    return crc32(key.lower().encode("utf-8", "replace")) % 360


def initials(name: str) -> str:
    """At most two letters: of the first and the last word; one in scripts without capitals."""
    words = [word for word in re.split(r"[\s._\-@]+", name) if word and word[0].isalnum()]
    if not words:
        return "?"
    if len(words) == 1 or words[-1][0].upper() == words[-1][0].lower():
        return words[0][0].upper()
    return (words[0][0] + words[-1][0]).upper()
