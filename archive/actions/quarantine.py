"""Letters that could not be read: mended and released, or dismissed, one by one."""

import zstandard
from django.db import transaction

from archive.actions.storing import Stored, store_letters
from archive.models import Quarantined, Transfer
from archive.prepare import Hints, prepare


@transaction.atomic
def release(item: Quarantined, raw: bytes | None = None) -> Stored:
    """Put the letter into the archive, as it is or with `raw` as its mended form; it belongs to the same import."""
    moved = Quarantined.objects.filter(pk=item.pk, state=Quarantined.State.WAITING).update(
        state=Quarantined.State.RELEASED, **({"raw": zstandard.compress(raw)} if raw is not None else {})
    )
    if not moved:
        return Stored()
    letter = prepare(item.raw_bytes if raw is None else raw, Hints(arrival=item.transfer.created_at))
    stored = store_letters(item.group, [letter], transfer=item.transfer)
    transfer = Transfer.objects.get(pk=item.transfer_id)
    transfer.quarantined = max(0, transfer.quarantined - 1)
    transfer.imported += len(stored.letters)
    transfer.duplicates += stored.duplicates
    transfer.save(update_fields=["quarantined", "imported", "duplicates"])
    return stored


def dismiss(item: Quarantined) -> bool:
    """Leave the letter out; it stays in quarantine, marked, and can still be released by hand of the operator."""
    return bool(
        Quarantined.objects.filter(pk=item.pk, state=Quarantined.State.WAITING).update(
            state=Quarantined.State.DISMISSED
        )
    )
