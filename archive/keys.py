"""Short keys for long identifiers: 64-bit integers that index well. Equal text, equal key; compare the text too."""

import hashlib


def key_of(text: str) -> int:
    """Signed 64-bit key of a Message-ID or subject; 0 only for the empty text."""
    if not text:
        return 0
    return (
        int.from_bytes(
            hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
        )
        or 1
    )
