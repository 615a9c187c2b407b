"""What every page of the panel has, written without templates: the table of a list, and the areas in the sidebar.

Django's table, in unfold's look, takes a millisecond a row for its templates; this a tenth.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from django import template
from django.contrib import admin
from django.contrib.admin.utils import label_for_field, quote
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignKey
from django.template import Context
from django.urls import reverse
from django.utils.dates import MONTHS_3
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone

from common.panel.navigation import title_of

register = template.Library()
CHECKBOX = "action_checkbox"
NOTHING = "–"
LONGEST = 200
Cell = Callable[[Any], object]


@register.simple_tag
def panel_rows(cl: Any) -> SafeString:
    """The whole table: on a phone each row is a card, each cell with its label (static/css/panel.css)."""
    names = [name for name in cl.list_display if name != CHECKBOX]
    labels = [escape(str(label_for_field(name, cl.model, model_admin=cl.model_admin)).capitalize()) for name in names]
    table = _Table(cl, labels, [_cell_of(name, cl) for name in names])
    head = "".join(f'<th scope="col">{label}</th>' for label in labels)
    body = "".join(table.row(row) for row in cl.result_list)
    return mark_safe(  # noqa: S308  each cell is escaped
        '<div class="p-scroll"><table id="result_list" class="result-list p-table stacks p-rows"><thead><tr>'
        f"{_TOGGLE if table.ticked else ''}{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


class _Table:
    """Writes rows; what is the same in all of them is found out once."""

    def __init__(self, cl: Any, labels: list[str], cells: list[Cell]) -> None:
        self.ticked = CHECKBOX in cl.list_display
        self._is_popup = cl.is_popup
        self._cells = cells
        self._first = f'<th scope="row" data-label="{labels[0]}">'
        self._others = [f'<td data-label="{label}">' for label in labels[1:]]
        self._words = _Words()

    def row(self, row: Any) -> str:
        first, *others = [self._words(cell(row)) for cell in self._cells]
        key = escape(str(quote(row.pk)))
        opener = f' data-popup-opener="{escape(str(row.pk))}"' if self._is_popup else ""
        rest = "".join([f"{opened}{said}</td>" for opened, said in zip(self._others, others, strict=True)])
        tick = _TICK.format(escape(str(row.pk)), first) if self.ticked else ""
        return f'<tr>{tick}{self._first}<a href="{key}/change/"{opener}>{first}</a></th>{rest}</tr>'


_TOGGLE = (
    '<th scope="col"><input type="checkbox" id="action-toggle" class="action-toggle" '
    'aria-label="Choose every row of this page"></th>'
)
_TICK = (
    '<td><input type="checkbox" name="_selected_action" value="{}" class="action-select" aria-label="Choose {}"></td>'
)


def _cell_of(name: str, cl: Any) -> Cell:
    """How a column is read, found out once for all rows."""
    try:
        field = cl.opts.get_field(name)
    except FieldDoesNotExist:
        own = getattr(cl.model_admin, name, None)
        return own if callable(own) else lambda row: _called(getattr(row, name))
    if isinstance(field, ForeignKey) and name != field.attname:
        return lambda row: getattr(row, name)
    if isinstance(field, Field) and field.choices:
        words = {value: str(said) for value, said in field.flatchoices}
        return lambda row: words.get(value := getattr(row, field.attname), value)
    return lambda row: getattr(row, name)


def _called(value: Any) -> object:
    return value() if callable(value) else value


class _Words:
    """Values as words, escaped unless they are markup; the zone and the months are looked up once."""

    def __init__(self) -> None:
        self._zone = get_current_timezone()
        self._months = {number: escape(str(name)).title() for number, name in MONTHS_3.items()}

    def __call__(self, value: object) -> str:
        if value is None or value == "":
            return NOTHING
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            at = value.astimezone(self._zone)
            return f"{at.day} {self._months[at.month]} {at.year}, {at.hour:02}:{at.minute:02}"
        text = str(value)
        if isinstance(text, SafeString):
            return text
        return escape(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


@register.simple_tag
def panel_areas(areas: Sequence[Mapping[str, Any]]) -> SafeString:
    """The entries of the sidebar by area (common.panel.navigation.sidebar), in the classes of unfold's own template."""
    return mark_safe("".join(_area(area) for area in areas))  # noqa: S308  each word is escaped


def _area(area: Mapping[str, Any]) -> str:
    line = '<hr class="border-t border-base-200 mx-6 my-2 dark:border-base-800">' if area["separator"] else ""
    entries = "".join(_entry(entry) for entry in area["items"])
    return (
        f'<div class="mb-1.5">{line}<h2 class="font-semibold flex flex-row group items-center mb-1 mx-3 py-1.5 px-3 select-none '
        f'text-font-important-light text-sm dark:text-font-important-dark">{escape(area["title"])}</h2>'
        f'<ol class="flex flex-col gap-0.5 px-6">{entries}</ol></div>'
    )


def _entry(entry: Mapping[str, Any]) -> str:
    here = _HERE if entry["active"] else ""
    badge = f'<span class="{_BADGE}">{escape(entry["badge"])}</span>' if entry["badge"] else ""
    return (
        f'<li><a href="{escape(entry["link"])}" class="flex h-[38px] items-center -mx-3 px-3 rounded-default '
        f'hover:text-primary-600 dark:hover:text-primary-500{here}"{_CURRENT if here else ""}>'
        f'<span class="material-symbols-outlined md-18 mr-3 w-[18px]" aria-hidden="true">{escape(entry["icon"])}</span>'
        f"<span>{escape(entry['title'])}</span>{badge}</a></li>"
    )


@register.simple_tag(takes_context=True)
def panel_trail(context: Context) -> SafeString:
    """Where the reader is, in the words of the sidebar: the list, and the row of it."""
    opts, row = context.get("opts"), context.get("original") or context.get("object")
    site = admin.site
    if opts is None or not site.is_registered(opts.model):
        return mark_safe(_step(str(context.get("title") or context.get("site_header") or "")))  # noqa: S308  escaped
    lists = reverse(f"{site.name}:{opts.app_label}_{opts.model_name}_changelist")
    steps = [_step(title_of(site.get_model_admin(opts.model)), lists)]
    steps += [_step(str(row))] if row is not None and not isinstance(row, str) else []
    return mark_safe(_CHEVRON.join(steps))  # noqa: S308  each word is escaped


def _step(words: str, link: str = "") -> str:
    said = f'class="{_STEP}"><bdi>{escape(words)}</bdi>'
    return f'<a href="{escape(link)}" {said}</a>' if link else f"<span {said}</span>"


_STEP = "align-middle inline-block leading-5 min-w-0 truncate tracking-tight"
_CHEVRON = (
    '<span class="material-symbols-outlined inline-block align-middle leading-5 mx-2 text-base-400 dark:text-base-500" '
    'aria-hidden="true">chevron_right</span>'
)
_CURRENT = ' aria-current="page"'
_HERE = " bg-base-100 font-semibold text-primary-600 dark:bg-white/[.06] dark:text-primary-500 active"
_BADGE = (
    "font-semibold h-[18px] leading-[18px] ml-2 px-1 relative rounded-xs text-center text-[11px] whitespace-nowrap uppercase "
    "min-w-[18px] bg-red-100 text-red-700 dark:bg-red-500/20 dark:text-red-400"
)
