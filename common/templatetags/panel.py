"""The table of a list in the panel. Django's, in unfold's look, takes a millisecond a row for its templates; this a tenth."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import template
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignKey
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

register = template.Library()
CHECKBOX = "action_checkbox"
NOTHING = "–"
LONGEST = 200
Cell = Callable[[Any], object]


@register.simple_tag
def panel_rows(cl: Any) -> SafeString:
    """The whole table: on a phone each row is a card, each cell with its label (static/css/panel.css)."""
    names = [name for name in cl.list_display if name != CHECKBOX]
    labels = [str(label_for_field(name, cl.model, model_admin=cl.model_admin)).capitalize() for name in names]
    cells = [_cell_of(name, cl) for name in names]
    ticked = CHECKBOX in cl.list_display
    head = format_html_join("", '<th scope="col">{}</th>', ((label,) for label in labels))
    body = mark_safe("".join(_row(row, labels, cells, cl, ticked) for row in cl.result_list))  # noqa: S308  each is escaped
    all_of_them = mark_safe(f'<th scope="col">{_TOGGLE}</th>')  # noqa: S308
    return format_html(
        '<div class="p-scroll"><table id="result_list" class="result-list p-table stacks p-rows"><thead><tr>{}{}</tr></thead>'
        "<tbody>{}</tbody></table></div>",
        all_of_them if ticked else "", head, body,
    )  # fmt: skip


def _row(row: Any, labels: list[str], cells: list[Cell], cl: Any, ticked: bool) -> SafeString:
    values = [_shown(cell(row)) for cell in cells]
    opener = format_html(' data-popup-opener="{}"', row.pk) if cl.is_popup else ""
    first = format_html('<a href="{}/change/"{}>{}</a>', row.pk, opener, values[0])
    tick = _TICK.format(row.pk, _first_words(values)) if ticked else ""
    rest = format_html_join("", '<td data-label="{}">{}</td>', zip(labels[1:], values[1:], strict=True))
    return format_html('<tr>{}<th scope="row" data-label="{}">{}</th>{}</tr>', mark_safe(tick), labels[0], first, rest)  # noqa: S308


_TOGGLE = '<input type="checkbox" id="action-toggle" class="action-toggle" aria-label="Choose every row of this page">'
_TICK = (
    '<td><input type="checkbox" name="_selected_action" value="{}" class="action-select" aria-label="Choose {}"></td>'
)


def _first_words(values: list[Any]) -> str:
    return str(format_html("{}", values[0]))[:100]


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
        words = dict(field.flatchoices)
        return lambda row: words.get(value := getattr(row, field.attname), value)
    return lambda row: getattr(row, name)


def _called(value: Any) -> object:
    return value() if callable(value) else value


def _shown(value: object) -> object:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return date_format(localtime(value), "j M Y, H:i")
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
