"""Text that every database takes."""

import re

_REFUSED = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with U+FFFD in the place of NUL and of lone surrogates: PostgreSQL refuses both, UTF-8 the latter."""
    return _REFUSED.sub("\ufffd", text)
