"""Reporting something to the site, and what the staff does about it. Each change is one conditional update; each is in the log of
the staff, and, where it is about a group, in that of the group."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.actions import suspending
from accounts.models import User
from common import notices
from common.notices import DAY
from groups.abuse import targets
from groups.abuse.audit import note
from groups.abuse.models import AbuseReport, Case, Outcome, State
from groups.abuse.targets import Target
from groups.actions.leaving import REMOVED, LastOwner, bring_back, leave
from groups.models import Ban, BanKind, Membership, PastMember, Role

CLAIM = timedelta(minutes=30)
MOST_TOLD = 200  # reporters of one case who hear of its outcome


class Reported(StrEnum):
    """What became of a report, as the page repeats it in the reader's language."""

    TAKEN = gettext_noop("Thank you. The people who run this site look at it.")
    BEFORE = gettext_noop("You reported this before; the people who run this site know.")


def report(target: Target, *, what: str, words: str = "", by: User | None = None, address: str = "") -> Reported:
    """`address`: where the outcome is to be mailed."""
    for _ in range(2):  # somebody else may open the case between our look and our row
        try:
            with transaction.atomic():
                return _report(target, what, words.strip()[:2000], by, address.strip().lower())
        except IntegrityError:
            if by is not None and AbuseReport.objects.filter(case=_open_case(target), by=by).exists():
                return Reported.BEFORE
    return _report(target, what, words.strip()[:2000], by, address.strip().lower())


def _open_case(target: Target) -> Case | None:
    return Case.objects.open().filter(kind=target.kind, target=target.key).first()


def _report(target: Target, what: str, words: str, by: User | None, address: str) -> Reported:
    case = _open_case(target)
    if case is None:
        case = Case.objects.create(
            kind=target.kind,
            target=target.key,
            title=target.title[:250],
            url=target.url[:300],
            group=target.group,
            person=target.person,
        )
    elif by is not None and case.reports.filter(by=by).exists():
        return Reported.BEFORE
    AbuseReport.objects.create(case=case, what=what, words=words, by=by, address=address)
    Case.objects.filter(pk=case.pk).update(reports_made=F("reports_made") + 1, last_at=timezone.now())
    if by is not None and address:
        notices.send("abuse_thanks", address, {"title": case.title}, once_in=DAY, limit=5)
    return Reported.TAKEN


def claim(case: Case, by: User) -> bool:
    now = timezone.now()
    free = Q(claimed_by__isnull=True) | Q(claimed_by=by) | Q(claimed_until__lte=now)
    return bool(Case.objects.open().filter(free, pk=case.pk).update(claimed_by=by, claimed_until=now + CLAIM))


def release(case: Case, by: User) -> bool:
    mine = Case.objects.open().filter(pk=case.pk, claimed_by=by)
    return bool(mine.update(claimed_by=None, claimed_until=None))


def settle(case: Case, outcome: Outcome, *, by: User, because: str = "", ip: str | None = None) -> bool:
    """Call it in the transaction of what was done. False where somebody else was quicker. Reporters who wanted to are told."""
    if (
        not Case.objects.open()
        .filter(pk=case.pk)
        .update(
            state=State.DONE,
            outcome=outcome,
            settled_by=by,
            settled_at=timezone.now(),
            claimed_by=None,
            claimed_until=None,
        )
    ):
        return False
    note(f"report {Outcome(outcome).label}", by=by, about=case, reason=because, ip=ip, url=case.url)
    wanted = case.reports.exclude(address="").order_by("pk").values_list("address", flat=True)
    for address in dict.fromkeys(wanted[:MOST_TOLD]):
        context = {"title": case.title, "outcome": Outcome(outcome).label, "acted": outcome != Outcome.DISMISSED}
        notices.send("abuse_outcome", address, context, once_in=DAY, limit=5, kept_apart=case.pk)
    return True


@transaction.atomic
def take_down(case: Case, target: Target, *, by: User, because: str, ip: str | None = None) -> str:
    """What was done; "" where there was nothing to do."""
    kind = targets.KINDS[target.kind]
    done = kind.take_down(target, by, because) if kind.take_down else ""
    if done:
        note("took down", by=by, about=target.group or case, reason=because, details={"what": target.title}, ip=ip)
        settle(case, Outcome.TAKEN_DOWN, by=by, because=because, ip=ip)
    return done


@transaction.atomic
def warn(case: Case, people: Iterable[User], *, by: User, words: str, ip: str | None = None) -> int:
    """Mail these words to those who run the group, or to the person; the reporters stay unnamed."""
    sent = 0
    for person in people:
        context = {"title": case.title, "words": words.strip(), "contact": settings.CONTACT_ADDRESS}
        outcome = notices.send("abuse_warning", person.email, context, reply_to=settings.CONTACT_ADDRESS)
        sent += outcome is notices.Outcome.SENT
    if sent:
        note("warned", by=by, about=case.group or case.person or case, reason=words, details={"mails": sent}, ip=ip)
        settle(case, Outcome.WARNED, by=by, because=words, ip=ip)
    return sent


@transaction.atomic
def dismiss(case: Case, *, by: User, because: str = "", ip: str | None = None) -> bool:
    return settle(case, Outcome.DISMISSED, by=by, because=because, ip=ip)


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody is suspended."""

    because: str
    until: datetime | None = None
    ban: bool = False  # the addresses, on the whole site: no new account with them
    drop_waiting: bool = False  # letters and requests of theirs that wait for moderators


@transaction.atomic
def suspend(user: User, wish: Wish, *, by: User, ip: str | None = None) -> list[str] | None:
    """What was done, in words; None where the person was suspended already. Open cases about the person are settled."""
    done = suspending.suspend(user=user, by=by, because=wish.because, until=wish.until)
    if done is None:
        return None
    if wish.drop_waiting:
        dropped = sum(drop(user, by) for drop in targets.DROP_WAITING)
        done += [f"{dropped} thing{'s' * (dropped != 1)} that waited dropped"] if dropped else []
    if wish.ban:
        banned = ban_on_site(user, by=by, because=wish.because)
        done.append(f"{banned} address{'es' * (banned != 1)} banned")
    note(
        "suspended",
        by=by,
        about=user,
        reason=wish.because,
        details={"until": wish.until, "done": ", ".join(done)},
        ip=ip,
    )
    for case in Case.objects.open().filter(kind="person", target=user.pk):
        settle(case, Outcome.SUSPENDED, by=by, because=wish.because, ip=ip)
    return done


@transaction.atomic
def lift(user: User, *, by: User, because: str = "", ip: str | None = None) -> list[str] | None:
    was = {"because": user.suspended_because, "until": user.suspended_until}
    done = suspending.lift(user=user)
    if done is not None:
        note("lifted the suspension of", by=by, about=user, reason=because, details={"was": was}, ip=ip)
    return done


def addresses_of(user: User) -> list[str]:
    """Every address of the person, in small letters, the one they sign in with first."""
    own = Membership.objects.filter(user=user).exclude(address="").values_list("address", flat=True)
    confirmed = user.emailaddress_set.values_list("email", flat=True)  # type: ignore[attr-defined]
    return list(dict.fromkeys(each.lower() for each in (user.email, *confirmed, *own)))


def ban_on_site(user: User, *, by: User, because: str) -> int:
    made = 0
    for address in addresses_of(user):
        _, is_new = Ban.objects.get_or_create(
            group=None, kind=BanKind.ADDRESS, value=address, defaults={"reason": because[:200], "made_by": by}
        )
        made += is_new
    return made


@dataclass(frozen=True, slots=True)
class Removal:
    """Who was taken out of what; `still_owner_of`: groups that would have been left without an owner."""

    removed: int
    still_owner_of: list[str]
    past: list[int]


@transaction.atomic
def remove_from_every_group(user: User, *, by: User, because: str, ban: bool = False, ip: str | None = None) -> Removal:
    """One by one, so that each group's log has it; taken back by put_back_everywhere()."""
    past, stuck = [], []
    memberships = Membership.objects.filter(user=user).select_related("group", "user").order_by("group")
    for membership in memberships:
        try:
            past.append(leave(membership, how=REMOVED, by=by, reason=because).pk)
        except LastOwner:
            stuck.append(membership.group.name)
    if ban:
        ban_on_site(user, by=by, because=because)
    if past or ban:
        details = {"groups": len(past), "past": past, "banned": ban}
        note("removed from every group", by=by, about=user, reason=because, details=details, ip=ip)
    return Removal(len(past), stuck, past)


@transaction.atomic
def put_back_everywhere(user: User, past: Iterable[int], *, by: User, ip: str | None = None) -> int:
    """Undo a removal: with every choice as it was. Bans stay; they are lifted by themselves."""
    gone = PastMember.objects.filter(pk__in=list(past), user=user).select_related("group", "user")
    count = sum(bring_back(each, by=by) is not None for each in gone)
    if count:
        note("put back into groups", by=by, about=user, details={"groups": count}, ip=ip)
    return count


def owners_of(case: Case) -> list[User]:
    """Who is warned: the owners of the group, or the person it is about."""
    if case.group_id is None:
        return [case.person] if case.person is not None else []
    owning = Membership.objects.filter(group=case.group_id, role=Role.OWNER, user__is_active=True)
    return [each.user for each in owning.select_related("user").order_by("pk")[:20]]
