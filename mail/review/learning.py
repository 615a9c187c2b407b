"""Telling the spam filter what moderators found. Where none is configured nothing happens."""

from django.conf import settings

from common.doorbell import ring
from mail.inbound import spam
from mail.models import Inbound

TASK = "mail.tasks.learn"


def filter_is_there() -> bool:
    return bool(settings.SPAM_RSPAMD_URL or settings.SPAM_SPAMD_HOST)


def teach(inbound: Inbound, *, spam: bool) -> None:
    """Once the decision is committed."""
    if filter_is_there():
        ring(TASK, inbound.pk, spam)


def learn(inbound_id: int, is_spam: bool) -> bool:
    """Show the letter to the filter as one of its kind. False where the filter did not take it."""
    inbound = Inbound.objects.select_related("spooled").get(pk=inbound_id)
    return spam.teach(inbound.spooled.raw_bytes, is_spam, settings.SPAM_RSPAMD_URL, settings.SPAM_SPAMD_HOST)
