"""The daily reminder of what waits: one mail to each moderator at their hour, for all their groups; none where nothing waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from common import notices
from groups.models import Group, Membership, ModeratorMail, Role, Waiting
from groups.moderation.queue import Filters, Part, parts_of
from mail.digests.schedule import next_hour, zone_named
from mail.models import Mailbox, MailboxState, ReminderMark

ROWS_SHOWN = 10
WAITED = timedelta(hours=20)  # who hears of each at once is reminded of what still waits
MOST = 1000


@dataclass(frozen=True, slots=True)
class Reminder:
    """What waits in one group."""

    group: Group
    count: int
    rows: list[Waiting]
    url: str

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def send_due(now: datetime | None = None) -> int:
    """Remind everybody whose hour has come. Returns how many mails."""
    now = now or timezone.now()
    _begin_marks(now)
    due = ReminderMark.objects.filter(next_at__lte=now, user__is_active=True).order_by("pk")
    return sum(_send_one(pk, now) for pk in due.values_list("pk", flat=True).iterator(2000))


def _begin_marks(now: datetime) -> None:
    moderating = Membership.objects.filter(role__in=(Role.OWNER, Role.MODERATOR)).exclude(
        moderator_mail=ModeratorMail.NEVER
    )
    without = User.objects.filter(pk__in=moderating.values("user"), is_active=True).exclude(
        pk__in=ReminderMark.objects.values("user")
    )
    marks = [ReminderMark(user=user, next_at=_next(user, now)) for user in without]
    ReminderMark.objects.bulk_create(marks, ignore_conflicts=True)


def _next(user: User, now: datetime) -> datetime:
    return next_hour(now, zone_named(user.time_zone, settings.TIME_ZONE), user.mail_hour)


@transaction.atomic
def _send_one(pk: int, now: datetime) -> int:
    marks = ReminderMark.objects.select_related("user").filter(pk=pk, next_at__lte=now)
    if connection.features.has_select_for_update_skip_locked:
        marks = marks.select_for_update(of=("self",), skip_locked=True)
    mark = marks.first()
    if mark is None:
        return 0  # another worker was quicker
    user = mark.user
    mark.next_at = _next(user, now)
    mark.save()
    parts = reminders_for(user, now) if not _is_suspended(user.email) else []
    if not parts:
        return 0
    context = {"parts": parts, "count": sum(part.count for part in parts)}
    return notices.send("waiting_reminder", user.email, context) is notices.Outcome.SENT


def _is_suspended(address: str) -> bool:
    return Mailbox.objects.filter(address=address.lower(), state=MailboxState.SUSPENDED).exists()


def reminders_for(user: User, now: datetime) -> list[Reminder]:
    """Each group in which something waits that this person decides about and wants to hear of. Quarantine never counts."""
    wishes = dict(Membership.objects.filter(user=user).values_list("group_id", "moderator_mail"))
    found = [_of_group(part, user, wishes.get(part.group.pk, ModeratorMail.NEVER), now) for part in parts_of(user)]
    return [reminder for reminder in found if reminder is not None]


def _of_group(part: Part, user: User, wish: str, now: datetime) -> Reminder | None:
    if wish == ModeratorMail.NEVER:
        return None
    rows = part.rows(Filters(), user)
    if wish == ModeratorMail.AT_ONCE:
        rows = rows.filter(since__lt=now - WAITED)
    count = rows.order_by()[:MOST].count()
    shown = list(rows.order_by("since", "id")[:ROWS_SHOWN])
    url = f"{part.group.url}moderation/"
    return Reminder(part.group, count, shown, url) if count else None
