"""Which letters an export holds, and writing them as one stream with constant memory."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

import zstandard
from django.db.models import QuerySet

from archive.exporters.mboxrd import format_entry
from archive.mboxrd import Author
from archive.models import Archive, Message
from archive.rendering.tokens import source_without_tokens
from common.chunks import chunks
from groups.models import Group

KEYED_AUTHORS = "yahoo:"  # authors whose addresses the archive cut; all others can be told from their letters
CHUNK = 200  # letters held in memory at once


def letters_of(group: Group) -> QuerySet[Message]:
    """Every visible letter of a group, in the order of their numbers."""
    return Message.objects.filter(group=group).visible(Archive.of(group)).order_by("number")


def entries(letters: QuerySet[Message], *, edit: Callable[[bytes], bytes] | None = None) -> Iterator[bytes]:
    """Yield each letter as one mboxrd entry that carries its number and thread, so that an import gives back both.

    `letters` must have an order. `edit` changes the raw message on its way out (masking addresses for strangers).
    """
    unpack = zstandard.ZstdDecompressor()
    fields = (
        "from_address", "from_name", "author__key", "sent_at", "number", "thread__number", "group__slug", "content__raw"
    )  # fmt: skip
    rows = letters.values_list("pk", flat=True)
    for some in chunks(rows.iterator(chunk_size=5000), CHUNK):
        for address, name, key, sent_at, number, thread, slug, packed in letters.filter(pk__in=some).values_list(
            *fields
        ):
            raw = unpack.decompress(bytes(packed), max_output_size=2**31 - 1)
            source = source_without_tokens(raw)
            out = edit(source) if edit else source
            author = Author(key, name) if key.startswith(KEYED_AUTHORS) else None
            yield format_entry(
                out, sender=address, date=sent_at, number=number, thread=thread, group=slug, author=author
            )


def write_mbox(out: BinaryIO, letters: QuerySet[Message]) -> int:
    """Write the letters to `out`; returns how many."""
    count = 0
    for entry in entries(letters):
        out.write(entry)
        count += 1
    return count
