"""The menus with what moderators may do. Nothing, and no query, for anybody else."""

from datetime import timedelta
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone

from archive.actions.topics import why_not
from archive.conversation import Conversation
from archive.models import Message, TopicChange
from archive.reading import Reading
from groups.models import Right

register = template.Library()
OFFERED_FOR = timedelta(days=7)  # a way back stands on the topic's own page; after that in the list of changes


def _menu(context: RequestContext, reading: Reading, number: int) -> dict[str, Any]:
    may = reading.visit.may
    return {
        "may_topics": may(Right.TOPICS),
        "may_letters": may(Right.LETTERS),
        "may_destroy": may(Right.DESTROY),
        "slug": reading.slug,
        "number": number,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("archive/tools/_topic_menu.html", takes_context=True)
def topic_tools(context: RequestContext, reading: Reading, talk: Conversation) -> dict[str, Any]:
    """{% topic_tools reading talk %}: the menu, and the way back from what was done last. At most three queries."""
    menu = _menu(context, reading, talk.number)
    if menu["may_topics"]:
        numbers = [line.number for line in talk.by_date]
        since = timezone.now() - OFFERED_FOR
        rows = TopicChange.objects.filter(group=reading.group, at__gte=since, number__among=numbers).order_by("-pk")
        last = rows.select_related("group").first()
        menu["change"] = last if last is not None and not why_not(last) else None
    return menu


@register.inclusion_tag("archive/tools/_letter_menu.html", takes_context=True)
def letter_tools(context: RequestContext, reading: Reading, letter: Message) -> dict[str, Any]:
    """{% letter_tools reading letter %}"""
    return _menu(context, reading, letter.number)
