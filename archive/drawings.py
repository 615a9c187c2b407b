"""The heat maps of archive.heat as HTML: hundreds of squares and cells, see archive.rows."""

from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive import naming
from archive.counts import amount, letters
from archive.heat import Cell, MonthMap, Row, Square, YearGrid
from archive.rows import joined


def month_map(drawn: MonthMap) -> SafeString:
    """A month as a picture, named by one sentence."""
    names = "".join(
        f'<text class="weekday" x="{x}" y="11" text-anchor="middle">{escape(name)}</text>' for x, name in drawn.weekdays
    )
    days = "".join(_square(day, drawn.size) for day in drawn.days)
    return mark_safe(  # noqa: S308 - numbers and words of our own
        f'<svg class="heat" viewBox="0 0 {drawn.width} {drawn.height}" role="img" aria-label="{escape(drawn.words)}">'
        f"{names}{days}</svg>"
    )


def busy_days(drawn: MonthMap) -> SafeString:
    """Links to the days somebody wrote on."""
    return joined(map(_day, drawn.busy_days))


def years(grid: YearGrid, slug: str) -> SafeString:
    """Rows of a table: a year each, with a cell a month."""
    # Translators: as "November 2026: 12 letters"
    label = escape(_("%(month)s %(year)s: %(letters)s"))
    language = get_language() or ""
    return joined(_year(row, slug, label, language) for row in grid.rows)


def _day(day: Square) -> str:
    current = ' aria-current="true"' if day.chosen else ""
    return f'<li><a rel="nofollow" href="?day={day.date.day}"{current}>{escape(day.words)}</a></li>'


def _square(day: Square, size: int) -> str:
    chosen = " chosen" if day.chosen else ""
    return (
        f'<g class="heat{day.level}{chosen}"><title>{escape(day.words)}</title>'
        f'<rect x="{day.x}" y="{day.y}" width="{size}" height="{size}" rx="5"/>'
        f'<text x="{day.text_x}" y="{day.text_y}" text-anchor="middle">{day.date.day}</text></g>'
    )


def _year(row: Row, slug: str, label: str, language: str) -> str:
    cells = "".join(_cell(cell, row.year, slug, label, language) for cell in row.cells)
    return f'<tr data-key-item><th scope="row">{row.year}</th>\n{cells}<td class="total">{amount(row.total)}</td></tr>'


def _cell(cell: Cell, year: str, slug: str, label: str, language: str) -> str:
    link = ""
    if cell.count:
        words = label % {"month": cell.name, "year": year, "letters": letters(cell.count, language)}
        if str(cell.count) not in words:  # some languages say one and two in words; what is seen must be heard, too
            words = f"{cell.count}, {words}"
        link = f'<a href="{naming.month_url(slug, year, cell.month)}" aria-label="{words}">{cell.count}</a>'
    return f'<td class="heat{cell.level}">{link}</td>'
