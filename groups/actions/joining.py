"""Joining and leaving, the same by web and by mail. The owner of an address always says yes first (double opt-in).

What is asked of an address carries no word of whoever asked, and an address gets at most one such mail a day from the whole
site, however many ask in its name: nobody can be made to bomb a mailbox. What else is asked that day waits behind the link of
that mail.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actions.addresses import confirm_address
from accounts.models import User
from common.locks import hold_until_commit
from groups.actions.log import note
from groups.models import Action, Ban, Group, GroupState, Joining, JoinRequest, JoinState, Membership
from groups.moderation import queue

REQUEST = "request"  # the kind, in the moderators' queue
CONFIRM_WITHIN = timedelta(days=7)
ASKED_AGAIN_AFTER = timedelta(days=1)
MOST_OPEN = 20  # requests of one address that wait to be confirmed


class Asked(StrEnum):
    """What became of a wish to join, as pages and answers by mail repeat it."""

    CONFIRM = "Please confirm: a mail is on its way to the address."
    ASKED_ALREADY = "A mail asking to confirm went to this address less than a day ago."
    MEMBER = "This address is a member already."
    INVITATION = "This group is joined by invitation only."
    CLOSED = "This group is retired: nobody joins it any more."
    BANNED = "This address may not join."
    NO_ADDRESS = "This is not an address mail can be sent to."


@dataclass(frozen=True, slots=True)
class Wish:
    """`request` is there where something waits now; `mail_due` says whether the address is to be asked by mail."""

    outcome: Asked
    request: JoinRequest | None = None
    mail_due: bool = False


class Confirmed(StrEnum):
    JOINED = "You are a member now."
    PENDING = "Thank you. A moderator looks at your request."
    MEMBER = "You are a member already."
    GONE = "This request has ended; please ask again."
    BANNED = "This address may not join."


def ask_to_join(*, group: Group, address: str, name: str = "", by_mail: bool = False) -> Wish:
    """Somebody asks that `address` joins. Nothing happens to it but, perhaps, one mail that asks its owner."""
    address = address.strip().lower()
    if not _is_address(address):
        return Wish(Asked.NO_ADDRESS)
    if is_banned(group, address):
        return Wish(Asked.BANNED)
    if membership_of(group, address) is not None:
        return Wish(Asked.MEMBER)
    if _is_retired(group):
        return Wish(Asked.CLOSED)
    if group.joining == Joining.INVITATION:
        return Wish(Asked.INVITATION)
    request, mail_due = _open_request(group, address, name, by_mail)
    return Wish(Asked.CONFIRM if mail_due else Asked.ASKED_ALREADY, request, mail_due)


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 254


@transaction.atomic
def _open_request(group: Group, address: str, name: str, by_mail: bool) -> tuple[JoinRequest | None, bool]:
    hold_until_commit(f"join {address}")  # two workers would both see that nobody was asked yet
    now = timezone.now()
    asked_lately = JoinRequest.objects.filter(address=address, asked_at__gt=now - ASKED_AGAIN_AFTER).exists()
    of_group = JoinRequest.objects.filter(
        group=group, address=address, state__in=(JoinState.UNCONFIRMED, JoinState.PENDING)
    )
    waiting = of_group.order_by("pk").first()
    if waiting is not None and (asked_lately or waiting.state == JoinState.PENDING):
        return waiting, False
    if asked_lately and len(waiting_for(address)) >= MOST_OPEN:
        return None, False
    of_group.update(state=JoinState.EXPIRED)
    made = JoinRequest.objects.create(
        group=group,
        address=address,
        name=_plain(name),
        by_mail=by_mail,
        made_at=now,
        asked_at=None if asked_lately else now,
    )
    return made, not asked_lately


def waiting_for(address: str) -> list[JoinRequest]:
    """What the owner of the address may still say yes to, the oldest first."""
    since = timezone.now() - CONFIRM_WITHIN
    waiting = JoinRequest.objects.filter(address=address, state=JoinState.UNCONFIRMED, made_at__gt=since)
    return list(waiting.select_related("group").order_by("pk")[:MOST_OPEN])


def _plain(name: str) -> str:
    """A name, never an advertisement: no addresses of pages, no line ends."""
    text = " ".join(name.split())[:150]
    return "" if "://" in text or "www." in text.lower() else text


@transaction.atomic
def confirm_request(pk: int) -> tuple[Confirmed, JoinRequest | None]:
    """The owner of the address says yes. Makes the person where there is none; asks a moderator where the group wants it."""
    request = JoinRequest.objects.select_related("group").filter(pk=pk).first()
    if request is None or request.made_at < timezone.now() - CONFIRM_WITHIN or _is_retired(request.group):
        return Confirmed.GONE, request
    if request.state == JoinState.JOINED or membership_of(request.group, request.address) is not None:
        return Confirmed.MEMBER, request
    if is_banned(request.group, request.address):
        return Confirmed.BANNED, request
    if request.state == JoinState.PENDING:
        return Confirmed.PENDING, request
    wants_approval = request.group.joining == Joining.APPROVAL
    if not _moved(request, JoinState.UNCONFIRMED, JoinState.PENDING if wants_approval else JoinState.JOINED):
        return Confirmed.GONE, request
    if wants_approval:
        begin_waiting(request)
        return Confirmed.PENDING, request
    add_member(request.group, request.address, request.name)
    return Confirmed.JOINED, request


def _is_retired(group: Group) -> bool:
    return group.state == GroupState.RETIRED


@transaction.atomic
def decline_request(pk: int) -> bool:
    """The owner of the address says no, or that it was not they who asked."""
    request = JoinRequest.objects.filter(pk=pk).first()
    return request is not None and _moved(request, JoinState.UNCONFIRMED, JoinState.EXPIRED)


@transaction.atomic
def join_signed_in(*, group: Group, user: User) -> tuple[Asked | Confirmed, JoinRequest | None]:
    """Somebody who is signed in joins with the address they sign in with: it is confirmed, or they are asked by mail first.
    A request comes back where a moderator is to decide it now."""
    address = user.email.lower()
    if Membership.objects.filter(group=group, user=user).exists():
        return Asked.MEMBER, None
    if is_banned(group, address):
        return Asked.BANNED, None
    if _is_retired(group):
        return Asked.CLOSED, None
    if group.joining == Joining.INVITATION:
        return Asked.INVITATION, None
    if group.joining == Joining.APPROVAL:
        return _wait_for_approval(group, user)
    Membership.objects.get_or_create(group=group, user=user)
    return Confirmed.JOINED, None


def _wait_for_approval(group: Group, user: User) -> tuple[Confirmed, JoinRequest | None]:
    address = user.email.lower()
    waiting = JoinRequest.objects.filter(group=group, address=address)
    if waiting.filter(state=JoinState.PENDING).exists():
        return Confirmed.PENDING, None
    waiting.filter(state=JoinState.UNCONFIRMED).update(state=JoinState.EXPIRED)
    request = JoinRequest.objects.create(group=group, address=address, name=_plain(user.name), state=JoinState.PENDING)
    begin_waiting(request)
    return Confirmed.PENDING, request


@transaction.atomic
def decide_request(*, request: JoinRequest, accept: bool, by: User | None, reason: str = "") -> bool:
    """A moderator's answer. False where somebody else was quicker."""
    if not _moved(request, JoinState.PENDING, JoinState.JOINED if accept else JoinState.REFUSED, by, reason):
        return False
    queue.settle(REQUEST, request.pk, ("approve" if accept else "reject") if by else "expired", by, expired=by is None)
    what = Action.REQUEST_ACCEPTED if accept else Action.REQUEST_REFUSED if by else Action.EXPIRED
    note(what, group=request.group, by=by, about=request.address, reason=reason)
    if accept:
        add_member(request.group, request.address, request.name)
    return True


def begin_waiting(request: JoinRequest) -> None:
    """The row of the moderators' queue."""
    person = person_of(request.address)
    queue.wait_all(
        [
            queue.wait(
                REQUEST,
                request.pk,
                request.group,
                title=request.name or request.address,
                who=request.address,
                person=person.pk if person is not None else None,
                rule="joining",
                reason="Wants to join; the address is confirmed.",
            )
        ]
    )


def _moved(request: JoinRequest, old: JoinState, new: JoinState, by: User | None = None, reason: str = "") -> bool:
    waiting = JoinRequest.objects.filter(pk=request.pk, state=old)
    moved = waiting.update(state=new, decided_at=timezone.now(), decided_by=by, reason=reason[:300])
    if moved:
        request.state = new
    return bool(moved)


@transaction.atomic
def add_member(group: Group, address: str, name: str = "") -> tuple[Membership, bool]:
    """Make the owner of the address a member: (membership, whether it is new). The address must be confirmed, or vouched for."""
    user = person_of(address) or _new_person(address, name)
    _prove(user, address)
    own = "" if user.email.lower() == address.lower() else address.lower()
    membership, made = Membership.objects.get_or_create(group=group, user=user, defaults={"address": own})
    return membership, made


def _prove(user: User, address: str) -> None:
    """Mail reaches whoever confirmed. An account that somebody opened with this address and never confirmed may be another's:
    the password they chose must not open it once the address is proved."""
    proved = EmailAddress.objects.filter(user=user, email__iexact=address, verified=True).exists()
    if proved or user.email.lower() != address.lower():
        return
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        user.set_unusable_password()
        user.save(update_fields=["password"])
    confirm_address(user=user, email=address)


def _new_person(address: str, name: str) -> User:
    """Somebody who has only ever sent mail: no password, and none is needed until they want to sign in by mailed link."""
    user = User.objects.create_user(address, name=name)
    EmailAddress.objects.create(user=user, email=address.lower(), verified=True, primary=True)
    return user


def person_of(address: str) -> User | None:
    """Whose address it is: the one they sign in with, or one they have confirmed."""
    mine = Q(email__iexact=address) | Q(emailaddress__email__iexact=address, emailaddress__verified=True)
    return User.objects.filter(mine).order_by("pk").first()


def membership_of(group: Group, address: str) -> Membership | None:
    """The membership that an address belongs to, by any address of the person."""
    mine = (
        Q(address__iexact=address)
        | Q(user__email__iexact=address)
        | Q(user__emailaddress__email__iexact=address, user__emailaddress__verified=True)
    )
    return Membership.objects.filter(mine, group=group).select_related("user", "group").order_by("pk").first()


def is_banned(group: Group, address: str) -> bool:
    return any(ban.concerns(address) for ban in Ban.objects.that_concern(group))
