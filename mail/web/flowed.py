"""Text as format=flowed (RFC 3676 §4): a phone wraps it anew, a terminal shows it as it is. The other way round is
archive.parsing.flowed. Pure."""

import re

WIDTH = 72
_QUOTED = re.compile(r"(?:> ?)*>(?= |\Z)|>+")
_WORD = re.compile(r" +|[^ ]+ *")
_STUFFED = (" ", ">", "From ")
SIGNATURE = "-- "


def flow(text: str) -> str:
    """Lines of at most WIDTH characters where their words allow it; a line goes on where one ends with a blank."""
    return "\n".join(flowed for line in text.split("\n") for flowed in _flow_line(line))


def _flow_line(line: str) -> list[str]:
    if line == SIGNATURE:
        return [line]
    quoted = _QUOTED.match(line)
    marks = ">" * quoted[0].count(">") if quoted else ""
    content = (line[quoted.end() :].removeprefix(" ") if quoted else line).rstrip(" ")
    return [_stuffed(marks, piece) for piece in _pieces(content, WIDTH - len(marks) - 1)]


def _stuffed(marks: str, piece: str) -> str:
    if marks:
        return f"{marks} {piece}" if piece else marks
    return f" {piece}" if piece.startswith(_STUFFED) else piece


def _pieces(content: str, width: int) -> list[str]:
    pieces, piece = [], ""
    for word in _WORD.findall(content):
        # "-- " alone would begin a signature
        if piece.strip(" ") and piece != SIGNATURE and len(piece) + len(word.rstrip(" ")) > width:
            pieces.append(piece)
            piece = ""
        piece += word
    return [*pieces, piece]
