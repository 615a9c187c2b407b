"""What templates of our own mail need."""

from datetime import datetime, tzinfo

from django import template
from django.utils import dateformat
from django.utils.html import conditional_escape, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def in_zone(moment: datetime, zone: tzinfo | None) -> str:
    """`Tue 3 Mar 2026, 18:04` in the reader's zone; mail is read much later, so the zone is named."""
    local = moment.astimezone(zone)
    minute = dateformat.format(local, _("D j M Y, H:i"))
    return f"{minute} {local:%Z}"


@register.filter
def shortened(text: str, most: int | str | None) -> str:
    """At most so many characters, cut at a word."""
    limit = int(most or 0)
    if not limit or len(text) <= limit:
        return text
    return text[:limit].rsplit(None, 1)[0] + " …"


@register.filter
def letter_text(text: str, most: int | str | None = None) -> SafeString:
    """Text of a letter as HTML: escaped, addresses of pages as links that are not followed by search engines."""
    linked = urlize(conditional_escape(shortened(text, most)), nofollow=True, autoescape=False)
    return mark_safe(linked)  # noqa: S308  escaped above
