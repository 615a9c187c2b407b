"""Looks at stretches of HTML that this package has written: their words, their lines, whether their tags match."""

import re
from html import unescape

from archive.rendering import addresses

_TAG = re.compile(r"<[^>]*>")
_LINE_END = re.compile(r"<(?:br|/p|/div|/li|/tr|/blockquote|/pre|hr)>")


def plain(pieces: list[str] | str) -> str:
    """The words of a fragment, on one line."""
    html = pieces if isinstance(pieces, str) else "".join(pieces)
    return " ".join(addresses.plain_addresses(unescape(_TAG.sub(" ", html))).split())


def plain_lines(html: str) -> list[str]:
    html = _LINE_END.sub("\n", " ".join(html.split()))  # line ends of the source mean nothing
    text = addresses.plain_addresses(unescape(_TAG.sub("", html)))
    return [" ".join(line.split()) for line in text.strip().split("\n")]


def count_lines(html: str) -> int:
    return sum(1 for line in plain_lines(html) if line)


def last_lines(out: list[str], start: int, end: int) -> tuple[list[int], list[str]]:
    """The last lines of a stretch of output, and the pieces they begin with. Blank ones at the end are left out."""
    begins, lines = [start], [""]
    for index in range(start, end):
        if _LINE_END.fullmatch(out[index]):
            begins.append(index + 1)
            lines.append("")
        else:
            lines[-1] += " " + out[index]
    lines = [plain(line) for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return begins, lines


def is_balanced(pieces: list[str]) -> bool:
    """True where every element that ends within the pieces also begins there, and the other way round."""
    depth = 0
    for piece in pieces:
        if piece.startswith("</") or piece == addresses.CLOSE:
            depth -= 1
        elif piece[:1] == addresses.OPEN or (piece[:1] == "<" and not piece.startswith(_VOID_STARTS)):
            depth += 1
        if depth < 0:
            return False
    return depth == 0


_VOID_STARTS = tuple(f"<{tag}" for tag in ("br>", "hr>", "img ", "wbr>", "col>", "col "))
