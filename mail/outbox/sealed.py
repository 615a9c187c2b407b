"""Words in a template that cannot be read in the database: a mark holds them sealed, and each copy is filled in when it is sent.

For receipts of secret ballots: whoever has one knows whose ballot it is, so the letter waits sealed, and goes when it is sent.
"""

from mail.addressing import seal, unseal
from mail.outbox.personal import SEALED, mark

LONGEST = 12  # characters of one mark: a token holds no more
_PURPOSE = "sealed"


def marks_of(text: str) -> str:
    """ASCII text as marks."""
    pieces = [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)]
    return "".join(mark(SEALED + seal(_PURPOSE, *piece.encode("ascii"))) for piece in pieces)


def opened(token: str) -> str:
    """What was sealed; empty where the site's secret is another one now."""
    return bytes(unseal(_PURPOSE, token) or ()).decode("ascii")
