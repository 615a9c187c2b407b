"""What a member is asked when somebody who reads their mailbox reported a letter as spam."""

from common import notices
from groups.models import Delivery as Wanted
from groups.models import Membership
from mail import tokens
from mail.addressing import seal
from mail.models import Delivery


def ask_after_complaint(delivery: Delivery) -> None:
    """One neutral mail: go on, a digest, or leave. Doing nothing leaves it paused."""
    membership = Membership.objects.select_related("user", "group").filter(pk=delivery.membership_id or 0).first()
    if membership is None:
        return
    group, pk = membership.group, membership.pk
    context = {
        "group": group,
        "now": Wanted(membership.delivery).label,
        "keep_link": tokens.link("confirm", tokens.to_deliver(pk, membership.delivery)),
        "digest_link": tokens.link("confirm", tokens.to_deliver(pk, Wanted.DIGEST)),
        "leave_link": tokens.link("leave", seal("leave", pk)),
    }
    notices.send("complaint", delivery.address, context, sender_name=group.name)
