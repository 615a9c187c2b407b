"""Pipermail (Mailman 2) monthly text files: their disguised addresses, and the order of the months."""

import re
from collections import Counter

_FROM_LINE = re.compile(rb"^From (\S+) (\S{1,12}) (\S+) {2}\S[^\r\n]*\r?\nFrom: \1 \2 \3(?= |\r?$)", re.M)
_ANY_FROM_LINE = re.compile(rb"^From [^\r\n]*\d\d:\d\d[^\r\n]*\r?\n[!-9;-~]+:", re.M)
_ID_FIELD = re.compile(rb"(?im)^((?:In-Reply-To|References|Message-ID):)([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)")
SAMPLE = 1 << 20

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEK = re.compile(r"Week-of-Mon-(\d{4})(\d\d)(\d\d)", re.I)
_MONTH = re.compile(r"(?<!\d)(\d{4})-(" + "|".join(_MONTHS) + r"|\d\d)(?!\d)", re.I)
_QUARTER = re.compile(r"(?<!\d)(\d{4})q([1-4])(?!\d)", re.I)
_DAY = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_LISTSERV_MONTH = re.compile(r"\.log(\d\d)(\d\d)([a-e]?)(?=\.|$)", re.I)  # LISTNAME.LOG0405, LISTNAME.LOG0405A by weeks


def munging_of(sample: bytes) -> bytes:
    """The word between a name and its domain ("at" in English) if the file writes "user at domain" both in the "From " line
    and in From:, as only Pipermail does; else b"". sample: the front of the file."""
    sample = sample[:SAMPLE]
    words = Counter(found[2] for found in _FROM_LINE.finditer(sample))
    if not words:
        return b""
    word, count = words.most_common(1)[0]
    return word if 2 * count >= len(_ANY_FROM_LINE.findall(sample)) else b""


def unmung(raw: bytes, word: bytes) -> bytes:
    """Put "@" back in From: and in message identifiers. The text stays as it is: " at " may be a word there."""
    at = rb"([^\s@<>()]{1,250}) " + re.escape(word) + rb" ([^\s@<>()]{1,250})"
    end = raw.find(b"\n\n") + 1 or raw.find(b"\n\r\n") + 1 or len(raw)
    head = re.sub(rb"(?im)^From: " + at, rb"From: \1@\2", raw[:end], count=1)
    head = _ID_FIELD.sub(lambda found: found[1] + re.sub(rb"<" + at + rb">", rb"<\1@\2>", found[2]), head)
    return head + raw[end:]


def period_of(name: str) -> tuple[int, int, int] | None:
    """(year, month, day) at which an archive file of this name begins: "2004-May.txt.gz", "2004q3.txt",
    "Week-of-Mon-20040503.txt", "20040503.txt", "2004.txt", LISTSERV's "gardeners.log0405"; None where the name says nothing."""
    if (found := _LISTSERV_MONTH.search(name)) and "01" <= found[2] <= "12":
        year, week = int(found[1]), "abcde".find(found[3].lower())
        return year + (1900 if year > 80 else 2000), int(found[2]), 1 + 6 * max(0, week)
    if found := _WEEK.search(name) or _DAY.search(name):
        return _plausible(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH.search(name):
        month = (
            int(found[2]) if found[2].isdigit() else [month.lower() for month in _MONTHS].index(found[2].lower()) + 1
        )
        return _plausible(int(found[1]), month, 1)
    if found := _QUARTER.search(name):
        return _plausible(int(found[1]), 3 * int(found[2]) - 2, 1)
    if found := _YEAR.search(name):
        return _plausible(int(found[1]), 1, 1)
    return None


def _plausible(year: int, month: int, day: int) -> tuple[int, int, int] | None:
    return (year, month, day) if 1970 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31 else None
