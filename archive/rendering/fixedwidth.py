"""Tells which paragraphs only make sense in letters of one width: tables, code, drawings of characters."""

import re

_DRAWN = re.compile(r"[|+][-=_]{2,}[|+]?|[|/\\_]{3,}|[-=]{3,}[+|>]|^\s*\|.*\|\s*$|[─│┌┐└┘├┤┬┴┼═║█▓▒░]{2}")
_CODE_ENDS = frozenset(";{}\\")
_ENDS = _CODE_ENDS | {"|"}
_INITIALS = frozenset("|+#$")
_CODE_STARTS = (
    "#include",
    "#define",
    "#if",
    "#endif",
    "def ",
    "class ",
    "import ",
    "$ ",
    "# ",
    "function ",
    "</",
    "<?",
    "//",
    "/*",
    " */",
    " * ",
)


def may_need(part: list[str]) -> bool:
    """A quick look at a text: False where none of its lines can need it."""
    return any("   " in line or "\t" in line or line[-1:] in _ENDS or line[:1] in _INITIALS for line in part)


def needs(block: list[str]) -> bool:
    """True where at least two lines, and half of the paragraph, are columns, drawing or code."""
    if not may_need(block):
        return False
    filled = [line[:300] for line in block if line and not line.isspace()]
    enough = max(2, (len(filled) + 1) // 2)
    if len(filled) < 2:
        return bool(filled) and _is_drawn(filled[0])
    return any(sum(map(test, filled)) >= enough for test in (_is_indented, _has_columns, _is_code, _is_drawn))


def _is_indented(line: str) -> bool:
    return line[:4] == "    " or line[:1] == "\t"


def _has_columns(line: str) -> bool:
    bare = line.strip()
    return "   " in bare or "\t" in bare


def _is_code(line: str) -> bool:
    return line.rstrip()[-1:] in _CODE_ENDS or line.startswith(_CODE_STARTS)


def _is_drawn(line: str) -> bool:
    return (not line.isascii() or any(mark in line for mark in ("|", "--", "__", "=="))) and _DRAWN.search(
        line
    ) is not None
