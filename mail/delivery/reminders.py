"""The guidelines of a group once a month to its members. The month is claimed by an update, in the transaction that queues the
letter: whoever comes second finds nothing to claim, and a crash leaves both or neither."""

from datetime import datetime
from email.utils import formataddr

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from common import notices
from groups.models import Group, GroupState, Reminder
from mail.addressing import list_address
from mail.delivery.special import send_to_members


def send_due(now: datetime | None = None) -> int:
    """Remind the members of every group that was not reminded in this month. Returns how many copies."""
    month = f"{now or timezone.now():%Y-%m}"
    return sum(_remind(group, month) for group in _due(month).order_by("pk"))


def _due(month: str) -> "QuerySet[Group]":
    wanted = (
        Group.objects.standing()
        .filter(reminder=Reminder.MONTHLY)
        .exclude(guidelines="")
        .exclude(state=GroupState.RETIRED)
    )
    return wanted.exclude(reminded_in=month)


@transaction.atomic
def _remind(group: Group, month: str) -> int:
    if not _due(month).filter(pk=group.pk).update(reminded_in=month):
        return 0
    about = {
        "group": group,
        "guidelines": group.guidelines,
        "rules": group.site.url + reverse("group-guidelines", args=[group.slug]),
    }
    letter = notices.compose("guidelines", list_address(group), about)
    letter.from_email = formataddr((" ".join(group.name.split()), list_address(group)))
    message = letter.message()
    message_id = str(message["Message-ID"]).strip("<>")
    return send_to_members(group, message.as_bytes(), subject=str(letter.subject), message_id=message_id)
