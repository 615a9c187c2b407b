"""text/enriched (RFC 1896) and its forerunner text/richtext (RFC 1341) as plain text."""

import re

_TOKEN = re.compile(r"<<|</?([A-Za-z0-9-]{1,60})>|\n+")
_HIDDEN = ("param", "comment")


def enriched_to_text(text: str) -> str:
    """Formatting commands dropped, excerpts quoted, line ends as the RFC reads them: one is a space, n are n - 1."""
    pieces: list[str] = []
    hidden = nofill = excerpts = 0
    at = 0
    for match in _TOKEN.finditer(text):
        if not hidden:
            pieces.append(text[at : match.start()])
        at = match.end()
        found, name = match[0], (match[1] or "").lower()
        step = -1 if found.startswith("</") else 1
        if name in _HIDDEN:
            hidden = max(0, hidden + step)
        elif name == "nofill":
            nofill = max(0, nofill + step)
        elif name == "excerpt":
            excerpts = max(0, excerpts + step)
            pieces.append("\n" + "> " * excerpts)
        elif not hidden and found == "<<":
            pieces.append("<")
        elif not hidden and found[0] == "\n":
            pieces.append(_line_ends(len(found), nofill, excerpts))
    if not hidden:
        pieces.append(text[at:])
    return "".join(pieces)


def _line_ends(count: int, nofill: int, excerpts: int) -> str:
    if count == 1 and not nofill:
        return " "
    return ("\n" + "> " * excerpts) * (count if nofill else count - 1)


_RICH = re.compile(r"<(/?[A-Za-z0-9-]{1,60})>|\n")
_RICH_TEXT = {"lt": "<", "nl": "\n", "np": "\n\n", "paragraph": "\n\n", "/paragraph": "\n", "signature": "\n-- \n"}


def richtext_to_text(text: str) -> str:
    """<nl> is a line end, a line end in the source is a space, <comment> is dropped."""
    pieces: list[str] = []
    hidden = False
    at = 0
    for match in _RICH.finditer(text):
        if not hidden:
            pieces.append(text[at : match.start()])
        at = match.end()
        name = (match[1] or "").lower()
        if name in ("comment", "/comment"):
            hidden = name == "comment"
        elif not hidden:
            pieces.append(_RICH_TEXT.get(name, "") if name else " ")
    if not hidden:
        pieces.append(text[at:])
    return "".join(pieces)
