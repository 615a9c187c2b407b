"""Finds how letters end: "-- " signatures (RFC 3676 §4.3), footers of lists, "Sent from my …", closings, PGP armour."""

from typing import NamedTuple

from archive.rendering import announcements, words

_LONGEST_SIGNATURE = 60  # lines below "-- "; more is content
_LONGEST_CASUAL = 15  # lines below a mere "--"
_FOOTER_WINDOW = 30  # lines from the end in which a list's footer is looked for
_CLOSING_WINDOW = 12
_CLOSING_LINES = 8

_FOOTER_WORDS = (
    "mailing list", "mailinglist", "unsubscribe", "listinfo", "yahoo! groups", "yahoogroups", "google groups",
    "googlegroups", "mailman", "majordomo", "list archives", "abbestellen", "désabonner", "désinscri", "cancelar", "unsub",
    "this list", "mailing-list", "groups.io", "msn", "hotmail", "do you yahoo",
)  # fmt: skip
_FOOTER_STARTS = (
    "To unsubscribe from",
    "To UNSUBSCRIBE",
    "Your use of Yahoo! Groups",
    "You received this message because you are subscribed",
)


class Ending(NamedTuple):
    """Where the text ends: a signature or (is_closing) a closing begins on line `start`."""

    start: int
    is_closing: bool = False


def find_endings(lines: list[str], start: int, end: int, is_last: bool, has_dashes: bool = True) -> list[Ending]:
    """Endings of the text in lines [start, end), in order.

    is_last: no more of the author's words follow the text. has_dashes: False where no line begins with "-".
    """
    signature = _delimiter(lines, start, end, is_last) if has_dashes else end
    if not is_last:
        return [Ending(signature)] if signature < end else []
    signature = _footer(lines, start, signature)
    signature = _sent_from(lines, start, signature)
    closing = _closing(lines, start, signature)
    endings = [Ending(closing, is_closing=True)] if closing < signature else []
    return [*endings, Ending(signature)] if signature < end else endings


def _delimiter(lines: list[str], start: int, end: int, is_last: bool) -> int:
    """The first "-- " with a signature's length below it, or a mere "--" with very few lines."""
    found = below = end
    filled = 0
    dashes = [index for index in range(start, end) if lines[index][:2] in _DASHES and len(lines[index]) < 6]
    has_casual = is_last and not _is_frame(lines, [index for index in dashes if lines[index] in _CASUAL], end)
    for index in reversed(dashes):
        filled += _count_filled(lines, index + 1, below)
        if filled > _LONGEST_SIGNATURE:
            break
        if lines[index] in _DELIMITERS or (has_casual and lines[index] in _CASUAL and 0 < filled <= _LONGEST_CASUAL):
            found = index
        filled, below = filled + 1, index
    return found


def _is_frame(lines: list[str], rules: list[int], end: int) -> bool:
    """Several mere "--", and the text goes on below the last one after a blank line: they frame something within it."""
    if len(rules) < 2 or rules[-1] + 2 >= end:
        return False
    return not lines[rules[-1] + 1].strip() and _count_filled(lines, rules[-1] + 2, end) > 0


_DASHES = ("--", "- ")
_DELIMITERS = ("-- ", "--\xa0", "- -- ")  # the last one as dash-escaped by PGP (RFC 9580 §7.2)
_CASUAL = ("--", "--  ", "-- \t")


def _count_filled(lines: list[str], start: int, end: int) -> int:
    return sum(1 for index in range(start, end) if lines[index] and not lines[index].isspace())


def _footer(lines: list[str], start: int, end: int) -> int:
    """The footer that a list or a mail service adds: below a rule, or known by its words."""
    for index in range(max(start, end - _FOOTER_WINDOW), end):
        line = lines[index]
        if line[:1] in _FOOTER_INITIALS and (line.startswith(_FOOTER_STARTS) or _is_footer(lines, index, end)):
            return index
    return end


_FOOTER_INITIALS = frozenset("-_=~*TY")


def _is_footer(lines: list[str], index: int, end: int) -> bool:
    rule = lines[index]
    if "yahoo! groups sponsor" in rule.lower():
        return True
    if rule[1:3] != rule[:1] * 2 or not announcements.is_rule(rule):
        return False
    below = " ".join(line[:200] for line in lines[index + 1 : min(index + 7, end)]).lower()
    return any(word in below for word in _FOOTER_WORDS)


def _sent_from(lines: list[str], start: int, end: int) -> int:
    """The line that a phone or web client adds; all that follows it goes with it."""
    seen = 0
    found = end
    for index in range(end - 1, start - 1, -1):
        line = lines[index]
        if not line or line.isspace():
            continue
        seen += 1
        if seen > 6:
            break
        if _is_sent_from(line) and _stands_alone(lines, index, start, end):
            found = index
    return found


def _is_sent_from(line: str) -> bool:
    bare = line[:200].strip(" \t\xa0([<*_>)].").lower()
    if bare.partition(" ")[0] not in _SENT_FROM_WORDS and not bare.startswith(_SENT_FROM_JOINED):
        return False
    words_only = bare.partition("<http")[0].strip()
    if len(words_only) > 75 or words_only.count(" ") > 10 or ", " in words_only or ". " in words_only:
        return False
    if words_only.startswith(words.SENT_FROM):
        return words_only[-1:] not in ",:?"
    return words_only.endswith(words.SENT_FROM_ENDS) and words_only.count(" ") <= 6


# Both ways to begin: with a word of its own, or, in scripts without spaces, with the first signs of the line.
_SENT_FROM_WORDS = frozenset(start.partition(" ")[0] for start in words.SENT_FROM) | {
    "von",
    "diese",
    "samsung",
    "android",
    "mobil",
}
_SENT_FROM_JOINED = tuple(
    {start for start in words.SENT_FROM if not start.endswith(" ")} | {"iphone", "ipad", "android", "发自", "發自"}
)


def _stands_alone(lines: list[str], index: int, start: int, end: int) -> bool:
    """A blank line (or nothing) above, or nothing below it but blank lines: not a line inside a paragraph."""
    above = lines[index - 1] if index > start else ""
    below = lines[index + 1] if index + 1 < end else ""
    return not below.strip() and (not above.strip() or not any(line.strip() for line in lines[index + 1 : end]))


def _closing(lines: list[str], start: int, end: int) -> int:
    """The first line of "Best regards, / Marta Berg": alone on its line, below some text and above a few short lines."""
    for index in range(max(start, end - _CLOSING_WINDOW), end):
        line = lines[index]
        if not 1 < len(line) < 40 or line.strip(" \t\xa0,.!*_~-–—！。，").lower() not in words.SIGN_OFFS:
            continue
        if _ends_letter(lines, index, end) and any(line.strip() for line in lines[start:index]):
            return index
    return end


def _ends_letter(lines: list[str], index: int, end: int) -> bool:
    below = [line for line in lines[index + 1 : end] if line.strip()]
    return len(below) <= _CLOSING_LINES and not any(len(line) >= 80 or line.startswith(_POSTSCRIPTS) for line in below)


_POSTSCRIPTS = ("P.S", "PS:", "PS ", "PS.", "P.s", "p.s", "ps:", "ps.", "NB", "N.B")


def find_armor(lines: list[str]) -> list[tuple[int, int]]:
    """Ranges of PGP armour (RFC 9580 §6): the header of a signed message with its blank line, signatures, keys."""
    if not any(line[:15] == "-----BEGIN PGP " for line in lines):
        return []
    ranges: list[tuple[int, int]] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        if line.startswith("-----BEGIN PGP SIGNED MESSAGE"):
            end = _blank_after(lines, index)
            ranges.append((index, end))
            index = end
        elif line.startswith(("-----BEGIN PGP SIGNATURE", "-----BEGIN PGP PUBLIC KEY")):
            end = _armor_end(lines, index)
            ranges.append((index, end))
            index = end
        else:
            index += 1
    return ranges


def _blank_after(lines: list[str], index: int) -> int:
    for below in range(index + 1, min(len(lines), index + 8)):
        if not lines[below].strip():
            return below + 1
    return index + 1


def _armor_end(lines: list[str], index: int) -> int:
    """Behind "-----END PGP …"; where it is missing, behind the last line that may be base64."""
    for below in range(index + 1, len(lines)):
        line = lines[below]
        if line.startswith("-----END PGP"):
            return below + 1
        if " " in line.strip() and ":" not in line:
            return below
    return len(lines)
