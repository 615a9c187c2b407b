"""A site with something behind every address of the API."""

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from groups.models import Batch, Invitation, JoinRequest, JoinState, Membership
from mail.models import InboundState
from tests.api.callers import make_token
from tests.builders import make_group, make_message, make_thread, make_user
from tests.groups.polls.builders import make_poll
from tests.mail.builders import make_inbound

PK = 7


def filled_site() -> dict[str, str]:
    """Who asks -> the text of their token: an operator who owns the group, and a member."""
    operator = make_user("Olga Operator", is_superuser=True, is_staff=True)
    member = make_user("Bob Member", pk=PK)
    group = make_group("gardeners", owner=operator, members=[member], guidelines="Be kind.")
    make_group("plans", owner=operator, visibility="private", archive_access="members")
    make_thread(group, 4)
    make_message(group, subject="Plans", files=[("plan.txt", "text/plain", b"x")], message_id="plan@example.org")
    Membership.objects.create(group=group, user=make_user("Dora"))
    for kind in ("single", "runoff", "score"):
        make_poll(group, member, kind, results="always", write_ins=kind == "single")
    Invitation.objects.create(pk=PK, group=group, address="eve@example.net", sent_at=timezone.now())
    Batch.objects.create(pk=PK, group=group, packed=Batch.pack(b"fay@example.net\n"))
    JoinRequest.objects.create(pk=PK, group=group, address="gus@example.net", state=JoinState.PENDING)
    for place in range(3):
        raw = f"From: bob@example.org\r\nSubject: x\r\nMessage-ID: <w{place}@example.org>\r\n\r\nx\r\n".encode()
        make_inbound(group, raw, state=InboundState.HELD, message_id=f"w{place}@example.org", author=member.email)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in User.objects.all()
    )
    return {"operator": make_token(operator), "member": make_token(member)}
