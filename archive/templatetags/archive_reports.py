"""Pictures and words of an import's report."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

SOURCES = {
    "received": _("a Received header"),
    "envelope": _("the archive’s own record of it"),
    "neighbour": _("the letter before it"),
    "arrival": _("the moment of the import"),
}


@register.filter
def date_source(value: str) -> str:
    """Say in words where a corrected date was taken from."""
    return str(SOURCES.get(value, value))


@register.inclusion_tag("archive/transfers/_years.html")
def year_bars(years: dict[str, int]) -> dict[str, Any]:
    """Letters a year as bars; every year of the span has one. Positions are in SVG units, height 100."""
    known = {int(year): count for year, count in years.items()}
    if not known:
        return {"bars": []}
    whole = range(min(known), max(known) + 1)
    span = whole if len(whole) <= 80 else sorted(known)  # a wrong clock or two would squeeze everything else
    top = max(known.values())
    bars = [
        {
            "year": year,
            "count": known.get(year, 0),
            "x": place * 12,
            "height": max(1, round(100 * known.get(year, 0) / top)) if known.get(year) else 0,
        }
        for place, year in enumerate(span)
    ]
    for bar in bars:
        bar["y"] = 100 - bar["height"]
    return {
        "bars": bars,
        "width": len(bars) * 12,
        "first": bars[0],
        "last": bars[-1],
        "top": max(bars, key=lambda bar: bar["count"]),
    }
