"""The marks of digests and daily mails when a person chooses anew: from now on, at the new hour, nothing twice and no flood."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from groups.models import Membership
from mail.digests.due import IN_DIGESTS
from mail.digests.schedule import next_hour, zone_named
from mail.models import DailyMark, DigestMark


def choose_delivery(membership: Membership, delivery: str) -> bool:
    """Keep how the member wants the group's mail. A digest begins with the next letter, not where one ended a year ago."""
    if membership.delivery == delivery:
        return False
    if (membership.delivery in IN_DIGESTS) != (delivery in IN_DIGESTS):
        DigestMark.objects.filter(membership=membership).delete()
    Membership.objects.filter(pk=membership.pk).update(delivery=delivery)
    membership.delivery = delivery
    return True


def choose_daily(user: User, *, daily: bool, now: datetime | None = None) -> None:
    """Called after the person's daily mail, hour or zone was changed: what comes next comes at the new hour."""
    due = next_hour(now or timezone.now(), zone_named(user.time_zone, settings.TIME_ZONE), user.mail_hour)
    if daily:
        DailyMark.objects.filter(user=user).update(next_at=due)
    else:
        DailyMark.objects.filter(user=user).delete()
    DigestMark.objects.filter(membership__user=user).update(next_at=due)


def choose_many(memberships: Iterable[Membership], wanted: dict[int, str]) -> int:
    """membership's key -> delivery. Returns how many changed."""
    return sum(choose_delivery(each, wanted[each.pk]) for each in memberships if each.pk in wanted)
