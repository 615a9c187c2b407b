"""Writes the attributes of elements anew: each one checked, none passed through."""

import re
from collections.abc import Mapping

from archive.rendering import addresses
from archive.rendering.styles import Style

LAYOUT = ' role="presentation"'
_NUMBER = re.compile(r"-?\d{1,6}")
_DIRECTIONS = frozenset({"rtl", "ltr", "auto"})


def attribute_value(value: str) -> str:
    """A value between double quotes."""
    return value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def common_attributes(tag: str, attributes: Mapping[str, str], style: Style, classes: list[str]) -> str:
    """Classes, direction and style of any element."""
    html = f' class="{" ".join(classes)}"' if classes else ""
    direction = attributes.get("dir", "").lower()
    if direction in _DIRECTIONS:
        html += f' dir="{direction}"'
    css = style.css
    align = "center" if tag == "center" else attributes.get("align", "").lower()
    if align in _ALIGNMENTS and tag not in ("table", "img") and "text-align" not in css:
        css = f"text-align:{align};{css}".rstrip(";")
    return f'{html} style="{css}"' if css else html


_ALIGNMENTS = frozenset({"left", "right", "center", "justify"})


def numbers(attributes: Mapping[str, str], *names: str) -> str:
    return "".join(f' {name}="{attributes[name]}"' for name in names if _NUMBER.fullmatch(attributes.get(name, "")))


def _cell(attributes: Mapping[str, str]) -> str:
    valign = attributes.get("valign", "").lower()
    html = "".join(
        f' {name}="{attributes[name]}"'
        for name in ("colspan", "rowspan")
        if re.fullmatch(r"\d{1,3}", attributes.get(name, ""))
    )
    return html + (f' valign="{valign}"' if valign in ("top", "middle", "bottom", "baseline") else "")


def _header_cell(attributes: Mapping[str, str]) -> str:
    scope = attributes.get("scope", "").lower()
    return _cell(attributes) + (f' scope="{scope}"' if scope in ("row", "col", "rowgroup", "colgroup") else "")


def _list(attributes: Mapping[str, str]) -> str:
    kind = attributes.get("type", "")
    return numbers(attributes, "start") + (f' type="{kind}"' if kind in ("1", "a", "A", "i", "I") else "")


def _table(attributes: Mapping[str, str]) -> str:
    return ' class="ruled"' if re.fullmatch(r"[1-9]\d?(?:px)?", attributes.get("border", "")) else LAYOUT


def _titled(attributes: Mapping[str, str]) -> str:
    title = addresses.storable(attributes.get("title", ""))
    return f' title="{addresses.mark_all(title)}"' if title else ""


OWN_ATTRIBUTES = {
    "td": _cell,
    "th": _header_cell,
    "ol": _list,
    "table": _table,
    "abbr": _titled,
    "acronym": _titled,
    "li": lambda attributes: numbers(attributes, "value"),
    "colgroup": lambda attributes: numbers(attributes, "span"),
}
