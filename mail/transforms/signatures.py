"""What an author's DKIM signature covers, and whether our changes broke it (RFC 6376 §3.5); where an ARC chain stands."""

import re

from mail.transforms.fields import Fields
from mail.transforms.types import GroupShape

_COVERED = re.compile(r"(?:^|;)\s*h\s*=\s*([^;]*)", re.IGNORECASE)
_INSTANCE = re.compile(r"(?:^|;)\s*i\s*=\s*(\d{1,3})\s*(?:;|$)")
_FAILED = re.compile(r"(?:^|;)\s*cv\s*=\s*fail\s*(?:;|$)", re.IGNORECASE)
LONGEST_CHAIN = 50  # RFC 8617 §4.2.1


def covered(fields: Fields) -> frozenset[str]:
    """Names in the h= of every signature: adding one of them, where it was signed as absent, breaks it."""
    return frozenset(name for value in fields.all_raw("dkim-signature") for name in _names(value))


def _names(signature: str) -> list[str]:
    found = _COVERED.search(signature)
    return "".join(found[1].split()).lower().split(":") if found else []


def drop_broken(fields: Fields, before: dict[str, list[bytes]], *, body_changed: bool) -> None:
    """Take out signatures that no longer hold: some receivers count a broken one against a letter."""
    after = fields.snapshot()

    def is_broken(name: str, field: bytes) -> bool:
        if name in ("domainkey-signature", "x-google-dkim-signature"):
            return body_changed
        if name != "dkim-signature":
            return False
        value = field.partition(b":")[2].decode("ascii", "replace")
        return body_changed or any(before.get(each) != after.get(each) for each in _names(value))

    fields.remove_where(is_broken)


def begin_arc_set(fields: Fields, shape: GroupShape) -> None:
    """The first field of our ARC set: what was found at receipt. The seal follows for each copy (mail.outbox.signing)."""
    seals = fields.all_raw("arc-seal")
    instances = [int(found[1]) for seal in seals if (found := _INSTANCE.search(seal))]
    if any(_FAILED.search(seal) for seal in seals) or len(instances) >= LONGEST_CHAIN:
        return  # RFC 8617 §5.1: nothing is added to a chain that failed
    instance = max(instances, default=0) + 1
    fields.put_first("ARC-Authentication-Results", f"i={instance}; {shape.domain};\r\n {shape.arc_results}")
