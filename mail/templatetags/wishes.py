"""What a signed-in reader sees of mail on the pages of the archive."""

from typing import Any

from django import template
from django.template.context import RequestContext

from archive.conversation import Conversation
from archive.models import Hashtag
from archive.reading import Reading
from mail.delivery.hashtags import hashtag_wish_of
from mail.delivery.topics import wish_of

register = template.Library()


@register.inclusion_tag("mail/web/_wish.html", takes_context=True)
def topic_wish(context: RequestContext, reading: Reading, talk: Conversation) -> dict[str, Any]:
    """{% topic_wish reading talk %}: follow or mute the topic. One query, for members alone."""
    if reading.user is None or reading.visit.standing.role is None:
        return {}
    wish = wish_of(reading.user.pk, talk.by_date[0].thread_id)
    return {"slug": reading.slug, "number": talk.number, "wish": wish, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("mail/web/_hashtag_wish.html", takes_context=True)
def hashtag_wish(context: RequestContext, reading: Reading, hashtag: Hashtag) -> dict[str, Any]:
    """{% hashtag_wish reading hashtag %}: follow or mute the tag. One query, for members alone."""
    if reading.user is None or reading.visit.standing.role is None:
        return {}
    wish = hashtag_wish_of(reading.user.pk, hashtag.pk)
    return {"slug": reading.slug, "name": hashtag.name, "wish": wish, "csrf_token": context.get("csrf_token")}
