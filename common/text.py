"""Text and numbers that every database takes."""

import re

LARGEST = 2**63 - 1  # of the whole numbers that every database takes
_REFUSED = re.compile("[\x00\ud800-\udfff]")


def number_in(text: str) -> int | None:
    """The number that ASCII digits spell, where every database can hold it (18 digits); None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def storable(text: str) -> str:
    """The text with U+FFFD in the place of NUL and of lone surrogates: PostgreSQL refuses both, UTF-8 the latter."""
    return _REFUSED.sub("\ufffd", text)
