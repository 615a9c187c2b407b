"""Receipts of anonymous ballots: a secret that the voter keeps, and the mark by which the ballot lies in the box. Pure.

The mark is a plain SHA-256, so that a voter can make it without asking us; the secret has 100 bits, so nobody finds it from the
mark.
"""

import re
import secrets
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing that is taken for something else
LENGTH, PART = 20, 5
_ALIKE = str.maketrans("OIL", "011")


def new_receipt() -> str:
    """ABCDE-FGHJK-MNPQR-STVWX"""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return _grouped(drawn)


def read_receipt(text: str) -> str:
    """The receipt as it was given, however it was typed; "" where it is none."""
    plain = re.sub(r"[\s-]", "", text).upper().translate(_ALIKE)
    if len(plain) != LENGTH or any(letter not in ALPHABET for letter in plain):
        return ""
    return _grouped(plain)


def mark_of(receipt: str) -> str:
    """The first 32 hexadecimal digits of the SHA-256 of the receipt with its hyphens."""
    return sha256(receipt.encode()).hexdigest()[:32]


def _grouped(plain: str) -> str:
    return "-".join(plain[place : place + PART] for place in range(0, LENGTH, PART))
