"""What every page of the house may draw: icons, avatars, sparklines."""

from collections.abc import Mapping
from functools import cache, lru_cache
from html import escape

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template import Context, loader
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from common import charts, faces
from common.icons import ICONS, POINTING
from common.sentences import small

register = template.Library()
register.filter("small", small)  # {{ membership.get_delivery_display|small }}: a label inside a sentence


@register.simple_tag(takes_context=True)
def constant(context: Context, template_name: str) -> SafeString:
    """{% constant "components/_footer.html" %}: a part that says the same on every page of the site, written once for
    each language. It sees no request, and of what templates may use only SITE_NAME, LANGUAGES and LANGUAGE_NAME."""
    site_name = str(context.get("SITE_NAME") or settings.SITE_NAME)
    write = _written if not settings.DEBUG else _written.__wrapped__
    return write(template_name, site_name, get_language() or "")


@lru_cache(maxsize=500)
def _written(template_name: str, site_name: str, language: str) -> SafeString:
    about = {
        "SITE_NAME": site_name,
        "LANGUAGES": settings.LANGUAGES,
        "LANGUAGE_NAME": dict(settings.LANGUAGES).get(language),
    }
    return loader.render_to_string(template_name, about)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """{% icon "search" %} is for the eye only; {% icon "lock" "Members only" %} is read aloud, too."""
    return _icon(name, str(label))


@cache
def _icon(name: str, label: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    kind = "icon turns" if name in POINTING else "icon"
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" {}><path d="{}"/></svg>', kind, SafeString(spoken), ICONS[name]
    )


@register.simple_tag
@lru_cache(maxsize=4000)
def avatar(name: str, key: str = "", kind: str = "") -> SafeString:
    """Initials on a hue. `key` tells people apart (their address); the name stands beside it, so it is not read aloud."""
    return format_html(
        '<span class="av {}" style="--h:{}" aria-hidden="true">{}</span>',
        kind or "who",
        faces.hue(key or name),
        faces.initials(name or key),
    )


@register.simple_tag
def sparkline(monthly: Mapping[str, int], title: str = "") -> SafeString:
    """Letters a month as bars; `title` (the group's name) begins the words where several stand on one page."""
    line = charts.sparkline(monthly, timezone.now().date())
    past, present = line.paths
    now = f'<path class="now" d="{present}"/>' if present else ""
    words = escape(f"{title}. {line.words}" if title else line.words)
    return mark_safe(  # noqa: S308  paths are ours
        f'<svg class="spark" viewBox="0 0 {line.width} {charts.HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{words}"><path d="{past}"/>{now}</svg>'
    )


@register.inclusion_tag("components/_fields.html")
def form_fields(form: BaseForm) -> dict[str, object]:
    """Everything in the form: what is wrong with the whole of it, then each field."""
    return {"form": form}


@register.inclusion_tag("components/_field.html")
def form_field(field: BoundField) -> dict[str, object]:
    """Label, help, the input and what is wrong with it. Placeholders, which vanish when they are needed, are taken off."""
    widget = field.field.widget
    sentences = getattr(widget, "sentences", None)
    return {
        "field": field,
        "kind": getattr(widget, "input_type", ""),  # "select", "checkbox", "radio", "text", …; "" for a textarea
        "input": field.as_widget(attrs={"placeholder": False}) if sentences is None else "",
        "slider": getattr(widget, "is_slider", False),
        "cards": [(option, sentences.get(str(option.data["value"]), "")) for option in field] if sentences else [],
    }
