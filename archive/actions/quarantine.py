"""Letters that could not be read: mended and released, or dismissed, one by one."""

import zstandard
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from archive.actions.storing import Stored, store_letters
from archive.actions.tagging import tag_imported
from archive.actions.transfers import UNDER_WAY, TransferRefused
from archive.models import Quarantined, Transfer
from archive.prepare import Failure, Hints, prepare_batch


@transaction.atomic
def release(item: Quarantined, raw: bytes | None = None) -> Stored:
    """Put the letter into the archive, as it is or with `raw` as its mended form; it belongs to the same import.

    TransferRefused says why it cannot be: nothing to read, still unreadable, its import not over, or decided already.
    """
    content = item.raw_bytes if raw is None else raw
    if not content.strip():
        raise TransferRefused(_("Not one byte of it could be read, so there is nothing to put into the archive."))
    if item.transfer.state in UNDER_WAY:
        raise TransferRefused(_("Its import is still under way; decide about it when that is over."))
    letter = prepare_batch([(content, Hints(arrival=item.transfer.created_at))])[0]
    if isinstance(letter, Failure):
        raise TransferRefused(letter.reason)
    moved = Quarantined.objects.filter(pk=item.pk, state=Quarantined.State.WAITING).update(
        state=Quarantined.State.RELEASED, **({"raw": zstandard.compress(raw)} if raw is not None else {})
    )
    if not moved:
        raise TransferRefused(_("Somebody has decided about this letter already."))
    stored = store_letters(item.group, [letter], transfer=item.transfer)
    tag_imported(item.group, stored)
    Transfer.objects.filter(pk=item.transfer_id).update(
        quarantined=Greatest(F("quarantined") - 1, 0),
        imported=F("imported") + len(stored.letters),
        duplicates=F("duplicates") + stored.duplicates,
    )
    return stored


def dismiss(item: Quarantined) -> bool:
    """Leave the letter out; it stays in quarantine, marked as dismissed."""
    return bool(
        Quarantined.objects.filter(pk=item.pk, state=Quarantined.State.WAITING).update(
            state=Quarantined.State.DISMISSED
        )
    )
