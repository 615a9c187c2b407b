"""Joining and leaving, the same by web and by mail. The owner of an address always says yes first (double opt-in).

What is asked of an address carries no word of whoever asked, and an address gets at most one such mail a day from the whole
site, however many ask in its name: nobody can be made to bomb a mailbox. What else is asked that day waits behind the link of
that mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.actions.addresses import confirm_address
from accounts.models import User, UserQuerySet
from common.locks import hold_until_commit
from common.sentences import as_kept
from groups.actions.asking import may_ask
from groups.actions.log import note
from groups.models import (
    Action,
    Ban,
    CameBy,
    Group,
    GroupState,
    Invitation,
    InvitationState,
    Joining,
    JoinLink,
    JoinRequest,
    JoinState,
    Membership,
)
from groups.moderation import queue

REQUEST = "request"  # the kind, in the moderators' queue
CONFIRM_WITHIN = timedelta(days=7)
MOST_OPEN = 20  # requests of one address that wait to be confirmed
LONGEST_ANSWER = 1000
Answers = Sequence[tuple[str, str]]


class Asked(StrEnum):
    """What became of a wish to join, as pages and answers by mail repeat it."""

    CONFIRM = gettext_noop("Please confirm: a mail is on its way to the address.")
    ASKED_ALREADY = gettext_noop("A mail asking to confirm went to this address less than a day ago.")
    MEMBER = gettext_noop("This address is a member already.")
    INVITATION = gettext_noop("This group is joined by invitation only.")
    CLOSED = gettext_noop("This group is retired: nobody joins it any more.")
    BANNED = gettext_noop("This address may not join.")
    NO_ADDRESS = gettext_noop("This is not an address mail can be sent to.")


@dataclass(frozen=True, slots=True)
class Wish:
    """`request` is there where something waits now; `mail_due` says whether the address is to be asked by mail."""

    outcome: Asked
    request: JoinRequest | None = None
    mail_due: bool = False


class Confirmed(StrEnum):
    JOINED = gettext_noop("You are a member now.")
    PENDING = gettext_noop("Thank you. A moderator looks at your request.")
    MEMBER = gettext_noop("You are a member already.")
    GONE = gettext_noop("This request has ended; please ask again.")
    BANNED = gettext_noop("This address may not join.")


def ask_to_join(
    *,
    group: Group,
    address: str,
    name: str = "",
    by_mail: bool = False,
    answers: Answers = (),
    link: JoinLink | None = None,
) -> Wish:
    """Somebody asks that `address` joins. Nothing happens to it but, perhaps, one mail that asks its owner. Whoever holds a
    `link` may come where joining is by invitation only."""
    address = address.strip().lower()
    if not _is_address(address):
        return Wish(Asked.NO_ADDRESS)
    if is_banned(group, address):
        return Wish(Asked.BANNED)
    if membership_of(group, address) is not None:
        return Wish(Asked.MEMBER)
    if is_retired(group):
        return Wish(Asked.CLOSED)
    if group.joining == Joining.INVITATION and link is None:
        return Wish(Asked.INVITATION)
    wish = JoinRequest(group=group, address=address, name=plain(name), by_mail=by_mail, link=link)
    wish.answers = kept_answers(answers)
    request, mail_due = _open_request(wish)
    return Wish(Asked.CONFIRM if mail_due else Asked.ASKED_ALREADY, request, mail_due)


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 254


@transaction.atomic
def _open_request(wish: JoinRequest) -> tuple[JoinRequest | None, bool]:
    hold_until_commit(f"join {wish.address}")  # two workers would both see that nothing waits yet
    is_open = (JoinState.UNCONFIRMED, JoinState.PENDING)
    of_group = JoinRequest.objects.filter(group=wish.group, address=wish.address, state__in=is_open)
    waiting = of_group.order_by("pk").first()
    if waiting is not None and waiting.state == JoinState.PENDING:
        return waiting, False
    mail_due = may_ask(wish.address)
    if not mail_due and waiting is not None:
        return waiting, False
    if not mail_due and len(waiting_for(wish.address)) >= MOST_OPEN:
        return None, False
    of_group.update(state=JoinState.EXPIRED)
    wish.made_at = timezone.now()
    wish.asked_at = wish.made_at if mail_due else None
    wish.save()
    return wish, mail_due


def waiting_for(address: str) -> list[JoinRequest]:
    """What the owner of the address may still say yes to, the oldest first."""
    since = timezone.now() - CONFIRM_WITHIN
    waiting = JoinRequest.objects.filter(address=address, state=JoinState.UNCONFIRMED, made_at__gt=since)
    return list(waiting.select_related("group").order_by("pk")[:MOST_OPEN])


@transaction.atomic
def ask_again(request: JoinRequest) -> bool:
    """A moderator has the question sent once more; the time to answer begins anew. False where it may not be sent today."""
    waiting = JoinRequest.objects.filter(pk=request.pk, state=JoinState.UNCONFIRMED)
    if not waiting.exists() or not may_ask(request.address):
        return False
    now = timezone.now()
    return bool(waiting.update(made_at=now, asked_at=now))


def kept_answers(answers: Answers) -> list[list[str]]:
    return [[question, answer.strip()[:LONGEST_ANSWER]] for question, answer in answers]


def plain(name: str) -> str:
    """A name, never an advertisement: no addresses of pages, no line ends."""
    text = " ".join(name.split())[:150]
    return "" if "://" in text or "www." in text.lower() else text


@transaction.atomic
def confirm_request(pk: int) -> tuple[Confirmed, JoinRequest | None]:
    """The owner of the address says yes. Makes the person where there is none; asks a moderator where the group wants it."""
    request = JoinRequest.objects.select_related("group", "link").filter(pk=pk).first()
    if request is None or request.made_at < timezone.now() - CONFIRM_WITHIN or is_retired(request.group):
        return Confirmed.GONE, request
    if request.state == JoinState.JOINED or membership_of(request.group, request.address) is not None:
        return Confirmed.MEMBER, request
    if is_banned(request.group, request.address):
        return Confirmed.BANNED, request
    if request.state == JoinState.PENDING:
        return Confirmed.PENDING, request
    wants_approval = _wants_approval(request.group, request.link)
    if request.link is not None and not use_link(request.link):
        return Confirmed.GONE, request
    if not moved(request, JoinState.UNCONFIRMED, JoinState.PENDING if wants_approval else JoinState.JOINED):
        return Confirmed.GONE, request
    if wants_approval:
        JoinRequest.objects.filter(pk=request.pk).update(pending_at=timezone.now())
        begin_waiting(request)
        return Confirmed.PENDING, request
    add_member(request.group, request.address, request.name, came_by=_way(request))
    return Confirmed.JOINED, request


def is_retired(group: Group) -> bool:
    return group.state == GroupState.RETIRED or group.is_taken_down


def _wants_approval(group: Group, link: JoinLink | None) -> bool:
    return not link.at_once if link is not None else group.joining == Joining.APPROVAL


def _way(request: JoinRequest) -> CameBy:
    return CameBy.LINK if request.link_id else CameBy.MAIL if request.by_mail else CameBy.WEB


@transaction.atomic
def decline_request(pk: int) -> bool:
    """The owner of the address says no, or that it was not they who asked."""
    request = JoinRequest.objects.filter(pk=pk).first()
    return request is not None and moved(request, JoinState.UNCONFIRMED, JoinState.EXPIRED)


@transaction.atomic
def join_signed_in(
    *, group: Group, user: User, answers: Answers = (), link: JoinLink | None = None
) -> tuple[Asked | Confirmed, JoinRequest | None]:
    """Somebody who is signed in joins with the address they sign in with: it is confirmed, or they are asked by mail first.
    A request comes back where a moderator is to decide it now."""
    address = user.email.lower()
    if Membership.objects.filter(group=group, user=user).exists():
        return Asked.MEMBER, None
    if is_banned(group, address):
        return Asked.BANNED, None
    if is_retired(group):
        return Asked.CLOSED, None
    if group.joining == Joining.INVITATION and link is None:
        return Asked.INVITATION, None
    if link is not None and not use_link(link):
        return Confirmed.GONE, None
    if _wants_approval(group, link):
        return _wait_for_approval(group, user, answers, link)
    become_member(group, user, came_by=CameBy.LINK if link else CameBy.WEB)
    return Confirmed.JOINED, None


def _wait_for_approval(
    group: Group, user: User, answers: Answers, link: JoinLink | None
) -> tuple[Confirmed, JoinRequest | None]:
    address = user.email.lower()
    waiting = JoinRequest.objects.filter(group=group, address=address)
    if waiting.filter(state=JoinState.PENDING).exists():
        return Confirmed.PENDING, None
    waiting.filter(state=JoinState.UNCONFIRMED).update(state=JoinState.EXPIRED)
    request = JoinRequest.objects.create(
        group=group,
        address=address,
        name=plain(user.name),
        state=JoinState.PENDING,
        pending_at=timezone.now(),
        answers=kept_answers(answers),
        link=link,
    )
    begin_waiting(request)
    return Confirmed.PENDING, request


@transaction.atomic
def decide_request(*, request: JoinRequest, accept: bool, by: User | None, reason: str = "", outcome: str = "") -> bool:
    """A moderator's answer; `outcome`: what the queue calls it. False where somebody else was quicker."""
    if not moved(request, JoinState.PENDING, JoinState.JOINED if accept else JoinState.REFUSED, by, reason):
        return False
    called = (outcome or ("approve" if accept else "reject")) if by else "expired"
    queue.settle(REQUEST, request.pk, called, by, expired=by is None)
    what = Action.REQUEST_ACCEPTED if accept else Action.REQUEST_REFUSED if by else Action.EXPIRED
    note(what, group=request.group, by=by, about=request.name or request.address, reason=reason)
    if accept:
        add_member(request.group, request.address, request.name, came_by=_way(request))
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
                reason=gettext_noop("Wants to join; the address is confirmed."),
            )
        ]
    )


def moved(request: JoinRequest, old: JoinState, new: JoinState, by: User | None = None, reason: str = "") -> bool:
    waiting = JoinRequest.objects.filter(pk=request.pk, state=old)
    moved = waiting.update(state=new, decided_at=timezone.now(), decided_by=by, reason=reason[:300])
    if moved:
        request.state = new
    return bool(moved)


@transaction.atomic
def add_member(
    group: Group, address: str, name: str = "", *, came_by: CameBy = CameBy.UNKNOWN
) -> tuple[Membership, bool]:
    """Make the owner of the address a member: (membership, whether it is new). The address must be confirmed, or vouched for."""
    user = person_of(address) or _new_person(address, name)
    _prove(user, address)
    own = "" if user.email.lower() == address.lower() else address.lower()
    return become_member(group, user, address=own, came_by=came_by)


def become_member(group: Group, user: User, *, came_by: CameBy, address: str = "") -> tuple[Membership, bool]:
    """Call it in a transaction. Invitations to the person have been answered by this."""
    values = {"address": address, "came_by": came_by, "delivery": group.default_delivery}
    membership, made = Membership.objects.get_or_create(group=group, user=user, defaults=values)
    if made:
        note(Action.JOINED, group=group, by=user, about=user, details={"how": as_kept(CameBy(came_by).label)})
        open_invitations = Invitation.objects.filter(group=group, state=InvitationState.SENT)
        open_invitations.filter(address__in=[user.email.lower(), address]).update(
            state=InvitationState.ACCEPTED, decided_at=timezone.now()
        )
    return membership, made


def use_link(link: JoinLink) -> bool:
    """Count one who comes by it; False where it works no more."""
    return bool(JoinLink.objects.working().filter(pk=link.pk).update(used=F("used") + 1))


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
    small = address.strip().lower()
    theirs = User.objects.alias(small=Lower("email")).filter(small=small).first()  # by the unique index of just this
    if theirs is not None:
        return theirs
    confirmed = EmailAddress.objects.filter(email=small, verified=True).select_related("user").order_by("user")
    return next((found.user for found in confirmed[:1]), None)


def membership_of(group: Group, address: str) -> Membership | None:
    """The membership that an address belongs to, by any address of the person."""
    mine = (
        Q(address__iexact=address)
        | Q(user__email__iexact=address)
        | Q(user__emailaddress__email__iexact=address, user__emailaddress__verified=True)
    )
    return Membership.objects.filter(mine, group=group).select_related("user", "group").order_by("pk").first()


def is_banned(group: Group, address: str) -> bool:
    """By the group, or by the site; and whoever is suspended joins nothing. One question."""
    banned = Ban.objects.that_concern(group).matching([address]).values_list("pk").order_by()
    return bool(banned.union(_suspended(address).values_list("pk"))[:1])


def is_suspended(address: str) -> bool:
    """Whether the address is one of somebody whom those who run the site suspended."""
    return _suspended(address).exists()


def _suspended(address: str) -> UserQuerySet:
    wanted = address.strip().lower()
    theirs = Q(email=wanted) | Q(emailaddress__email=wanted, emailaddress__verified=True)
    return User.objects.suspended().filter(theirs)  # type: ignore[no-any-return]
