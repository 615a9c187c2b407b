"""The worker's part of adding members in bulk: add, tell each of them once, take back."""

from django.db import transaction
from django.utils.translation import pgettext_lazy

from common import notices
from common.doorbell import ring
from groups.actions import adding
from groups.actions.asking import told_today
from groups.models import Batch, BatchState, Consent, Membership
from mail.addressing import list_address
from mail.commands.joining import member_links

BELL = "mail.tasks.work_on_batches"
# Stands behind "somebody vouches for it that you …".
HOW = {
    Consent.ASKED: pgettext_lazy("vouches that you", "asked me to be added"),
    Consent.SIGNED: pgettext_lazy("vouches that you", "signed up on paper, on a form or at a meeting"),
    Consent.MOVED: pgettext_lazy("vouches that you", "are members of the list or group that we move here"),
    Consent.BELONG: pgettext_lazy("vouches that you", "belong to the organisation, and its members agreed"),
}
DUE = (BatchState.WAITING, BatchState.ADDING, BatchState.TELLING, BatchState.UNDOING)


def wake() -> None:
    ring(BELL)


def work_on_waiting() -> int:
    """Everything that waits, the oldest first. Two workers at one batch do no harm: members are unique."""
    worked = 0
    for batch in Batch.objects.filter(state__in=DUE).select_related("group", "by").order_by("pk"):
        _work_on(batch)
        worked += 1
    return worked


def _work_on(batch: Batch) -> None:
    if batch.state in (BatchState.WAITING, BatchState.ADDING):
        adding.add_all(batch)
        batch.refresh_from_db()
    if batch.state == BatchState.TELLING:
        while _tell_some(batch):
            pass
    if batch.state == BatchState.UNDOING:
        adding.undo_all(batch)


@transaction.atomic
def _tell_some(batch: Batch) -> int:
    """Each of the next members is told that they were added, by whom, and how to leave; never twice on one day."""
    if not Batch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.TELLING).exists():
        return 0
    members = adding.to_tell(batch)
    if not members:
        adding.all_told(batch)
        return 0
    told = told_today((each.mail_address for each in members), group=batch.group)
    for membership in members:
        if membership.mail_address.lower() not in told:
            _tell(batch, membership)
    adding.told(batch, members)
    return len(members)


def _tell(batch: Batch, membership: Membership) -> None:
    owner = list_address(batch.group, "owner")
    how = HOW[Consent(batch.consent)] if batch.consent else ""
    context = {"by": batch.by_name, "how": how, "owner_address": owner, **member_links(membership)}
    notices.send("added", membership.mail_address, context, sender_name=batch.group.name, reply_to=owner)
