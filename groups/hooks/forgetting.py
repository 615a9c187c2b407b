"""The log of webhooks ends after a month."""

from datetime import timedelta

from django.utils import timezone

from groups.hooks.models import Event, Hook, Sending

KEPT = timedelta(days=30)
BATCH = 1000


def forget_old() -> int:
    """Delete old events with what became of them, in small transactions; and secrets that ended."""
    now = timezone.now()
    Hook.objects.filter(old_secret_until__lte=now).update(old_secret="", old_secret_until=None)
    done = 0
    while ids := list(Event.objects.filter(at__lt=now - KEPT).order_by("at").values_list("pk", flat=True)[:BATCH]):
        Sending.objects.filter(event__in=ids).delete()
        Event.objects.filter(pk__in=ids).delete()
        done += len(ids)
    return done
