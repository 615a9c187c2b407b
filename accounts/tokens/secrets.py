"""The text of a token: `ph_`, 32 random letters and digits, and six of a checksum. The prefix and the checksum let scanners of
public code know one when they see it, and let us refuse a mistyped one without a look into the database."""

import re
import secrets
import string
from hashlib import sha256
from zlib import crc32

PREFIX = "ph_"
LETTERS = string.ascii_letters + string.digits
RANDOM, CHECKED = 32, 6
_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9]{{{RANDOM + CHECKED}}}\Z")


def new_text() -> str:
    body = "".join(secrets.choice(LETTERS) for _ in range(RANDOM))
    return f"{PREFIX}{body}{_checksum(body)}"


def is_well_formed(text: str) -> bool:
    return bool(_SHAPE.match(text)) and text[-CHECKED:] == _checksum(text[len(PREFIX) : -CHECKED])


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _checksum(body: str) -> str:
    number, digits = crc32(body.encode()), ""
    for _ in range(CHECKED):
        number, place = divmod(number, len(LETTERS))
        digits = LETTERS[place] + digits
    return digits
