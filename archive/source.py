"""The header of a letter as it came: every field, in order, decoded for reading."""

import zstandard

from archive.parsing.charsets import clean_line
from archive.parsing.headers import leading_blank_lines, split_headers
from archive.parsing.words import decode_words
from archive.rendering.addresses import mask_text
from archive.rendering.tokens import text_without_tokens

# The first block of a zstandard frame holds at most 128 KB of the letter (RFC 8878 section 3.1.1.2.4), and so its header,
# however large the attachments behind it are.
HEAD_BYTES = 128 * 1024 + 64
# Identifiers, of which threads and links are made: they look like addresses and are none.
IDENTIFIERS = frozenset({"message-id", "references", "in-reply-to", "resent-message-id", "content-id"})
FIELDS_SHOWN = 500


def head_of(packed: bytes | memoryview | None) -> bytes:
    """The beginning of a letter from the beginning of its packed bytes; b"" where they are damaged."""
    if not packed:
        return b""
    try:
        return zstandard.ZstdDecompressor().decompressobj().decompress(bytes(packed))
    except zstandard.ZstdError:
        return b""


def shown_headers(head: bytes, *, whole_addresses: bool) -> list[tuple[str, str]]:
    """(name, value) of each field; for strangers with the addresses shortened."""
    block = split_headers(head, leading_blank_lines(head))
    return [
        (name if whole_addresses else mask_text(name), _shown(name, block.readable(value), whole_addresses))
        for name, value in block.fields[:FIELDS_SHOWN]
    ]


def _shown(name: str, value: str, whole_addresses: bool) -> str:
    text = text_without_tokens(clean_line(decode_words(value)))
    return text if whole_addresses or name.lower() in IDENTIFIERS else mask_text(text)
