"""Accent colours that can be read: the contrast of WCAG 2.2, and what a site's stylesheet makes of one colour. Pure."""

import re

COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
READABLE = 4.5  # WCAG 2.2 §1.4.3, AA
LIGHT_GROUNDS = ("#fbfaf6", "#ffffff", "#f2efe7")  # --paper, --sheet, --sunk of static/css/tokens.css
DARK_GROUNDS = ("#15181b", "#1d2125", "#111416")
BLACK, WHITE = "#000000", "#ffffff"
STEPS = 50

RGB = tuple[int, int, int]


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.2, contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _rgb(colour: str) -> RGB:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(colour: str, other: str, share: float) -> str:
    """`share` of the other colour in it."""
    parts = [round(a + (b - a) * share) for a, b in zip(_rgb(colour), _rgb(other), strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*parts)


def lowest_contrast(colour: str, grounds: tuple[str, ...]) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def readable(colour: str, grounds: tuple[str, ...], towards: str) -> str:
    """The colour itself where it can be read on all grounds, else the nearest on the way to black or white that can."""
    for step in range(STEPS + 1):
        found = mixed(colour, towards, step / STEPS)
        if lowest_contrast(found, grounds) >= READABLE:
            return found
    return towards


def stylesheet(accent: str) -> str:
    """The variables of tokens.css that an accent changes, in light and in dark."""
    light = readable(accent, (*LIGHT_GROUNDS, mixed(accent, WHITE, 0.86)), BLACK)
    dark = readable(accent, (*DARK_GROUNDS, mixed(accent, DARK_GROUNDS[0], 0.8)), WHITE)
    day = _variables(light, mixed(light, BLACK, 0.25), mixed(accent, WHITE, 0.86))
    night = _variables(dark, mixed(dark, WHITE, 0.35), mixed(accent, DARK_GROUNDS[0], 0.8))
    return (
        f":root{{{day}}}@media(prefers-color-scheme:dark){{:root:not([data-theme=light]){{{night}}}}}"
        f":root[data-theme=dark]{{{night}}}"
    )


def _variables(accent: str, strong: str, soft: str) -> str:
    on = WHITE if contrast(accent, WHITE) >= READABLE else BLACK
    return f"--accent:{accent};--accent-strong:{strong};--accent-soft:{soft};--on-accent:{on}"
