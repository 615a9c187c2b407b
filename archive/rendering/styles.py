"""Reads the style attributes of HTML mail: keeps the few harmless properties, names the rest by class.

Colours become one of a few inks, which the style sheet sets legibly in light and dark; backgrounds become a highlight. So
nothing a letter says can hide text, leave its place, or load anything.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

LONGEST_STYLE = 4000  # characters; Word writes long ones, nobody writes longer
_UNSAFE = re.compile(r"[\\{}@<>]|/\*|url\s*\(|expression|javascript", re.IGNORECASE)

_KEPT = {
    "text-align": re.compile(r"left|right|center|justify|start|end"),
    "font-style": re.compile(r"italic|oblique"),
    "text-decoration": re.compile(r"underline|line-through|overline"),
    "text-decoration-line": re.compile(r"underline|line-through|overline"),
    "text-transform": re.compile(r"uppercase|lowercase|capitalize"),
    "vertical-align": re.compile(r"sub|super|top|middle|bottom|baseline"),
    "white-space": re.compile(r"pre|pre-wrap|pre-line"),
    "list-style-type": re.compile(
        r"disc|circle|square|none|decimal|(?:upper|lower)-(?:alpha|latin|roman|greek)|decimal-leading-zero"
    ),
    "direction": re.compile(r"rtl|ltr"),
}
_LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)\s*(px|pt|em|rem|ex|cm|mm|in|%)?")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "ex": 8.0, "cm": 37.8, "mm": 3.78, "in": 96.0}
_DEEPEST_INDENT = 160  # pixels: more would leave no room on a phone
_FIXED_FONTS = ("courier", "consolas", "monospace", "menlo", "monaco", "lucida console", "sfmono", "andale mono")


@dataclass(slots=True, frozen=True)
class Style:
    """css: safe declarations. classes: of our style sheet. hidden: not shown to the recipient either.

    width, height: pixels, or -1. divides: a line above, as Outlook draws it over the letter it answers.
    """

    css: str = ""
    classes: tuple[str, ...] = ()
    hidden: bool = False
    width: int = -1
    height: int = -1
    divides: bool = False


NO_STYLE = Style()


def read_style(text: str) -> Style:
    """What a style attribute (CSS declarations, unescaped) asks for that may be granted."""
    if len(text) > LONGEST_STYLE or not text:
        return NO_STYLE
    return _read(text)


@lru_cache(maxsize=2048)
def _read(text: str) -> Style:
    asked = _declarations(text.lower())
    divides = _divides(asked)
    width, height = (_pixels(asked.get(name, "")) for name in ("width", "height"))
    hidden = asked.get("display") == "none" or asked.get("visibility") == "hidden" or asked.get("mso-hide") == "all"
    if _UNSAFE.search(text):
        return Style(hidden=hidden, width=width, height=height, divides=divides)
    return Style(_css(asked), _classes(asked), hidden, width, height, divides)


def _declarations(text: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in text.split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs if value}


def _css(asked: dict[str, str]) -> str:
    kept = [f"{name}:{value}" for name, value in asked.items() if name in _KEPT and _KEPT[name].fullmatch(value)]
    weight = asked.get("font-weight", "")
    if weight in ("bold", "bolder", "600", "700", "800", "900"):
        kept.append("font-weight:bold")
    elif weight in ("normal", "400", "lighter"):
        kept.append("font-weight:normal")
    indent = _pixels(asked.get("margin-left", "") or asked.get("padding-left", ""))
    if 4 < indent <= _DEEPEST_INDENT:
        kept.append(f"margin-left:{min(indent / 16, 4):.3g}em")
    return ";".join(kept)


def _classes(asked: dict[str, str]) -> tuple[str, ...]:
    classes = []
    ink = ink_of(asked.get("color", ""))
    if ink:
        classes.append(ink)
    if is_highlight(asked.get("background-color", "") or asked.get("background", "")):
        classes.append("mark")
    family = asked.get("font-family", "").lstrip("'\" ")
    if family.startswith(_FIXED_FONTS):
        classes.append("mono")
    return tuple(classes)


def _pixels(value: str) -> int:
    """A length in CSS pixels; -1 for anything else."""
    found = _LENGTH.fullmatch(value)
    if found is None or found[2] == "%":
        return -1
    return round(float(found[1]) * _PIXELS[found[2] or "px"])


def _divides(asked: dict[str, str]) -> bool:
    """Outlook's line: "border:none;border-top:solid #E1E1E1 1.0pt" (or #B5C4DF, or "1px solid" on the web and on phones)."""
    border = asked.get("border-top", "")
    return (
        "solid" in border
        and ("e1e1e1" in border or "b5c4df" in border)
        and not asked.get("border", "none").replace("none", "")
    )


_NAMED = {
    "red": 0xFF0000, "darkred": 0x8B0000, "maroon": 0x800000, "crimson": 0xDC143C, "firebrick": 0xB22222,
    "tomato": 0xFF6347, "orange": 0xFFA500, "darkorange": 0xFF8C00, "orangered": 0xFF4500,
    "chocolate": 0xD2691E, "brown": 0xA52A2A, "yellow": 0xFFFF00, "gold": 0xFFD700, "green": 0x008000,
    "darkgreen": 0x006400, "lime": 0x00FF00, "limegreen": 0x32CD32, "olive": 0x808000, "seagreen": 0x2E8B57,
    "teal": 0x008080, "blue": 0x0000FF, "navy": 0x000080, "darkblue": 0x00008B, "royalblue": 0x4169E1,
    "steelblue": 0x4682B4, "cyan": 0x00FFFF, "aqua": 0x00FFFF, "purple": 0x800080, "indigo": 0x4B0082,
    "violet": 0xEE82EE, "magenta": 0xFF00FF, "fuchsia": 0xFF00FF, "pink": 0xFFC0CB, "hotpink": 0xFF69B4,
    "lightyellow": 0xFFFFE0, "lightgreen": 0x90EE90, "lightblue": 0xADD8E6, "khaki": 0xF0E68C,
}  # fmt: skip
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*(?:[,/].{1,8})?\)")


def _rgb(colour: str) -> tuple[int, int, int] | None:
    value = _NAMED.get(colour)
    if value is None:
        if found := _RGB.fullmatch(colour):
            return min(int(found[1]), 255), min(int(found[2]), 255), min(int(found[3]), 255)
        if not (found := _HEX.fullmatch(colour)):
            return None
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        value = int(digits, 16)
    return value >> 16, value >> 8 & 255, value & 255


def ink_of(colour: str) -> str:
    """The class of the ink nearest to a colour (of a style or a font tag, small letters); "" for black, greys and the like."""
    rgb = _rgb(colour)
    if rgb is None or max(rgb) - min(rgb) < 100:
        return ""
    return _hue_name(rgb)


def _hue_name(rgb: tuple[int, int, int]) -> str:
    red, green, blue = rgb
    spread = max(rgb) - min(rgb)
    if max(rgb) == red:
        hue = (green - blue) / spread % 6
    elif max(rgb) == green:
        hue = (blue - red) / spread + 2
    else:
        hue = (red - green) / spread + 4
    for limit, name in (
        (0.35, "ink-red"),
        (1.15, "ink-orange"),
        (2.9, "ink-green"),
        (4.25, "ink-blue"),
        (5.5, "ink-purple"),
    ):
        if hue < limit:
            return name
    return "ink-red"


def is_highlight(colour: str) -> bool:
    """A bright, coloured background, as of a marker pen; not white, grey, or the dark of a newsletter."""
    rgb = _rgb(colour.split(" ")[0]) if colour else None
    return rgb is not None and max(rgb) > 200 and max(rgb) - min(rgb) >= 60
