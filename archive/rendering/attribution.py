"""Recognises attribution lines, as "On 3 May 2024, Marta Berg <marta@…> wrote:", and reads the name in them.

Works on lines of plain text. Nothing here depends on one language: a line is judged by a verb of writing, a date, an
address and where its brackets close, so that the order of the words does not matter. The words are in `words`.
"""

import re

from archive.rendering import words

LONGEST_ATTRIBUTION = 600  # characters
MOST_LINES = 4  # of one attribution, wrapped by the client at 72 to 80 columns
_WORDS_BEHIND_VERB = 14  # a name, an address or a date; more is a sentence

_WROTE = frozenset(verb.split()[-1] for verb in words.WROTE)
# A year, a clock time, a numeric date, or a date in Chinese, Japanese or Korean. Begins with a plain set: searched quickly.
_DATE = re.compile(
    r"[0-9](?:[0-9]{3}(?![0-9])|[0-9]?[:.h][0-5][0-9](?![0-9])|[0-9]?[./-][0-9]{1,2}[./-][0-9]{2}|\s?[年月日년월일])"
)
_START = re.compile(
    r"[\s>*_-]*(?:(?:" + "|".join(words.OPENERS) + r")(?![^\W_])|\d|在|[^\W\d_]{2,12}(?:[.,]?\s+\d|[.,]\s))",
    re.IGNORECASE,
)
_ENDS_WITH_MAILBOX = re.compile(r"[<(\[][^<>()\[\]@\s]+@[^<>()\[\]@\s]+[>)\]]+\s*[:：]?$")
_COLONS = (":", "：")

_PLAIN: dict[int, str | None] = dict.fromkeys(
    [0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)
_PLAIN |= {zero + digit: str(digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50) for digit in range(10)}


def attribution_start(lines: list[str], last: int, first: int, quote_follows: bool) -> int:
    """Where the attribution that ends on line `last` begins, not above `first`; -1 where that line ends none.

    With quote marks right below (`quote_follows`) little is asked of the line; without them it must look machine-made.
    """
    if not (_may_end_one(lines[last]) if quote_follows else _ends_like_one(lines[last])):
        return -1
    is_one = is_attribution if quote_follows else is_certain_attribution
    joined, start = "", last
    while start >= first and last - start < MOST_LINES and lines[start].strip():
        joined = _join(plain(lines[start]).strip(), joined)
        if len(joined) > LONGEST_ATTRIBUTION:
            return -1
        is_whole = _is_whole(joined) or (_is_name_and_verb(joined) and _begins_paragraph(lines, start, first))
        if is_whole and is_one(joined):
            return _extended_to_date(lines, start, first, last, joined)
        start -= 1
    return -1


def _may_end_one(line: str) -> bool:
    """A quick look at the last line: with a colon, an address or a verb."""
    bare = line.rstrip(" \t\xa0-*")
    return bare[-1:] in _ENDS or not bare.isascii() or is_verb(bare[bare.rfind(" ") + 1 :])


_ENDS = frozenset(":>)]")


def _ends_like_one(line: str) -> bool:
    """A quick look at a last line that ends with a colon or a verb: an attribution has a verb, an address or a date in it."""
    return "@" in line or ">" in line or not line.isascii() or bool(_DIGIT.search(line)) or names_writer(line)


_DIGIT = re.compile("[0-9]")


def plain(line: str) -> str:
    """The line without marks of writing direction, its digits those of ASCII: what patterns are written for."""
    return line if line.isascii() else line.translate(_PLAIN)


def is_attribution(line: str) -> bool:
    """True for a line that may announce the quote marks below it, as "Marta Berg <marta@…> writes:"."""
    if line.endswith(_COLONS):
        return (
            names_writer(line)
            or _ends_with_mailbox(line)
            or (_is_dated(line) and ("@" in line or bool(_START.match(line))))
        )
    return _ends_with_verb(line) or (_ends_with_mailbox(line) and _is_dated(line))


def is_certain_attribution(line: str) -> bool:
    """True for a line that announces a quote even where the quoted text carries no marks."""
    if len(line) < 16:
        return False
    if line.startswith("--- ") and line.endswith(" wrote:"):  # Yahoo
        return True
    if not _is_dated(line):
        return False
    has_mailbox = "@" in line
    if not line.endswith(_COLONS):
        return _ends_with_verb(line) and bool(_START.match(line)) and (has_mailbox or line.startswith("--"))
    if 0 <= _words_behind_verb(line) <= _WORDS_BEHIND_VERB and (has_mailbox or _START.match(line)):
        return True
    return _ends_with_mailbox(line)


def is_lotus_sender(line: str) -> bool:
    """ "Marta Berg/ORG@ORG on 12/03/2001 10:15:00 AM", above To, cc and Subject."""
    return len(line) < 120 and " on " in line and not line.startswith(">") and _is_dated(line)


def names_writer(line: str) -> bool:
    """True where a verb of writing stands in the line."""
    return _words_behind_verb(line) >= 0


def is_verb(word: str) -> bool:
    return word.lower() in _WROTE


def _words_behind_verb(line: str) -> int:
    """How many words follow the last verb of writing; -1 where there is none."""
    if not line.isascii() and any(word in line for word in words.WROTE_JOINED):
        return 0
    for behind, word in enumerate(reversed(line.lower().split())):
        if word in _WROTE or (not word.isalpha() and word.strip("\"'*.,;:：-") in _WROTE):
            return behind
    return -1


def _ends_with_verb(line: str) -> bool:
    return _words_behind_verb(line.rstrip("-*:： ")) == 0


def _is_dated(line: str) -> bool:
    return _DATE.search(line) is not None


def _ends_with_mailbox(line: str) -> bool:
    return line.rstrip(":： ")[-1:] in (">", ")", "]") and _ENDS_WITH_MAILBOX.search(line) is not None


def _join(line: str, below: str) -> str:
    """Two lines that a program wrapped; inside of "<address>" there was no space."""
    if line.endswith(("<", "(", "@")) or below.startswith(("@", ">")):
        return line + below
    return f"{line} {below}" if below else line


def _is_whole(line: str) -> bool:
    """False where the line begins in the middle: a bracket it closes was opened above, or only the address is here."""
    if line[:1] in "<([" or line.count("<") < line.count(">") or line.count("(") < line.count(")"):
        return False
    return line.count(" ") > 1 or (_ends_with_mailbox(line) and not line.startswith("mailto:"))


def _is_name_and_verb(line: str) -> bool:
    """ "Marta wrote:" """
    return line.count(" ") == 1 and line.endswith(_COLONS) and _ends_with_verb(line)


def _begins_paragraph(lines: list[str], start: int, first: int) -> bool:
    return start == first or not lines[start - 1].strip()


def _extended_to_date(lines: list[str], start: int, first: int, last: int, joined: str) -> int:
    """A name may have wrapped: take in the line above where the date is there and not here."""
    if _is_dated(joined):
        return start
    for above in range(start - 1, max(first, last - MOST_LINES + 1) - 1, -1):
        line = plain(lines[above][:LONGEST_ATTRIBUTION])
        if not line.strip():
            break
        if _is_dated(line) and _START.match(line):
            return above
    return start


# What may stand between a date and a name, and is no part of it.
_NOT_A_NAME = frozenset(
    words.table("""
    am|pm|uhr|wrote|at|on|um|om|le|la|à|às|a|az|alle|ore|kl|kl.|klo|gmt|utc|est|edt|cet|cest|pst|pdt|o|godz|użytkownik|пользователь|
    г|в|via|from|quoting|previously|article|message|in|by|ha|he|has|hat|sagte|so|also|then|hi|hello|thus|spake|heeft|dated|odesílatel|
    missatge|de|time|standard|daylight|χρήστης|ο|στις|la|time,|的|于|於|在|fra|von|van|od|date|sent|keltezéssel|according|to
    """)
)


def author_of(attribution: str) -> str:
    """The name in an attribution or in the From field of a quoted header, for "Marta Berg wrote, 9 lines"; else ""."""
    line = " ".join(plain(attribution[:LONGEST_ATTRIBUTION]).split())
    if '"' in line and (quoted := _QUOTED_NAME.search(line)):
        return quoted[1].strip(" '")
    for part in _parts_with_name(line):
        if name := _last_name(part):
            return name
    return _local_part(line)


_QUOTED_NAME = re.compile(r'"([^"<>@]{2,60})"')


def _parts_with_name(line: str) -> list[str]:
    """Behind the verb, before the verb, before the address: there a name is likely."""
    at = line.find("@")
    before = line[:at] if at >= 0 else line.rstrip(" :：-*")
    if at >= 0:
        before = before[: max(before.rfind(mark) for mark in " <([") + 1].rstrip(" <([")
    tokens = before.split(" ")
    for index in range(len(tokens) - 1, -1, -1):
        if tokens[index].lower().strip("\"'*.,;:：-") in _WROTE:
            behind, front = " ".join(tokens[index + 1 :]), " ".join(tokens[:index])
            return [front] if not behind or _is_dated(behind) else [behind, front]
    return [before]


def _last_name(part: str) -> str:
    """The last words of `part` that are no date: at most five."""
    name: list[str] = []
    for word in reversed(part.strip(" ,;:-*'\"").split(" ")[-8:]):
        bare = word.strip(" ,;.:'\"*()-")
        if not bare or "@" in bare or any(char.isdigit() for char in bare):
            break
        if bare.lower() in _NOT_A_NAME and not (name and bare in _PARTICLES):
            break
        if name and word.endswith((",", ".,", ";")) and len(name[-1]) > 1:
            break
        name.append(word.strip(" ;'\"*,"))
        if len(name) == 5:
            break
    while name and name[-1] in _PARTICLES:
        name.pop()
    return " ".join(reversed(name)).strip(" ,;:-–")


_PARTICLES = frozenset({"van", "von", "de", "der", "den", "da", "di", "del", "la", "le", "du", "zu", "ter", "af"})


def _local_part(line: str) -> str:
    found = re.search(r"([^\s<>()\[\]@:,;\"']+)@", line)
    return found[1] if found else ""
