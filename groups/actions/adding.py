"""Adding members on the word of an owner: from a file or pasted, looked at first, in bulk, and taken back as one.

Who was a member before is never touched. Left out are those who are banned, have left or declined, or got another mail today that
nobody asked for. What the owner said about their consent is kept with the batch, and the batch with each membership.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Lower
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from common.chunks import chunks
from common.sentences import SOURCE, as_kept
from groups.actions.asking import asked_lately, asked_now
from groups.actions.joining import is_retired
from groups.actions.log import note
from groups.actions.unneeded import forget_people
from groups.directory.keeping import mark_stale
from groups.models import (
    Action,
    Ban,
    BanKind,
    Batch,
    BatchState,
    CameBy,
    Consent,
    Group,
    Invitation,
    InvitationState,
    Membership,
    PastMember,
    Role,
)
from groups.tables import Reading, Row, Unreadable, guess, rows_of

CHUNK = 1000
DAY = timedelta(days=1)


class NotAdded(Exception):
    """Says in a sentence why nothing is added."""


class Overtaken(Exception):
    """Another worker is at the same batch."""


def begin(*, group: Group, by: User, content: bytes, name: str = "") -> Batch:
    """Keep the file for the preview. Raises Unreadable."""
    reading = guess(content)
    return Batch.objects.create(
        group=group,
        by=by,
        by_name=str(by)[:200],
        name=name[:200],
        packed=Batch.pack(content),
        reading=reading.as_json(),
    )


def read_differently(batch: Batch, reading: Reading) -> None:
    Batch.objects.filter(pk=batch.pk, state=BatchState.PREVIEW).update(reading=reading.as_json())
    batch.reading = reading.as_json()


def judged(batch: Batch) -> list[Row]:
    """Every line, with the reason why it is left out, as it would be now. Raises Unreadable."""
    rows = list(rows_of(batch.content, Reading.from_json(batch.reading)))
    for some in chunks(rows, CHUNK):
        judge(batch, some)
    room = room_today(batch)
    for row in [row for row in rows if not row.problem][room:]:
        row.problem = _("not today: %(most)s a day are the limit") % {"most": f"{settings.MEMBERS_ADDED_A_DAY:,}"}
    return rows


def room_today(batch: Batch) -> int:
    if batch.by is not None and batch.by.is_superuser:
        return 10_000_000
    since = Batch.objects.filter(by=batch.by, made_at__gt=timezone.now() - DAY).exclude(pk=batch.pk)
    return max(0, settings.MEMBERS_ADDED_A_DAY - (since.aggregate(all=Sum("added"))["all"] or 0))


def judge(batch: Batch, rows: Sequence[Row]) -> dict[str, User]:
    """Say of each row why it is left out. Returns the people that are known already, by address."""
    wanted = [row.address for row in rows if not row.problem]
    people = known_people(wanted)
    reasons = _reasons(batch, wanted, people)
    for row in rows:
        row.problem = row.problem or reasons.get(row.address, "")
    return people


def _reasons(batch: Batch, wanted: Sequence[str], people: dict[str, User]) -> dict[str, str]:
    group = batch.group
    here = set(Membership.objects.filter(group=group, user__in=people.values()).values_list("user_id", flat=True))
    here_by_address = set(
        Membership.objects.filter(group=group, address__among=wanted).values_list("address", flat=True)
    )
    left = set(
        PastMember.objects.filter(group=group, user__in=people.values(), returned_at__isnull=True)
        .exclude(how="undone")
        .values_list("user_id", flat=True)
    )
    declined = set(
        Invitation.objects.filter(group=group, state=InvitationState.DECLINED, address__among=list(wanted)).values_list(
            "address", flat=True
        )
    )
    is_staff = batch.by is not None and batch.by.is_superuser
    lately = set() if is_staff else asked_lately(wanted, but_for=group)
    unproved = _unproved(people)
    bans = BanList(group)
    reasons: dict[str, str] = {}
    for address in wanted:
        person = people.get(address)
        if address in here_by_address or (person is not None and person.pk in here):
            reasons[address] = _("is a member already")
        elif bans.concern(address):
            reasons[address] = _("is banned")
        elif person is not None and person.pk in left:
            reasons[address] = _("has left the group; invite them")
        elif address in declined:
            reasons[address] = _("has declined an invitation")
        elif person is not None and person.pk in unproved:
            reasons[address] = _("has an account whose address is not confirmed; invite them")
        elif address in lately:
            reasons[address] = _("was written to within a day; add them tomorrow")
    return reasons


def known_people(addresses: Iterable[str]) -> dict[str, User]:
    """Whose address each is: the one they sign in with, or one they have confirmed."""
    wanted = list(addresses)
    confirmed = EmailAddress.objects.filter(verified=True).alias(low=Lower("email")).filter(low__among=wanted)
    people = {row.email.lower(): row.user for row in confirmed.select_related("user")}
    own = User.objects.alias(low=Lower("email")).filter(low__among=wanted)
    return people | {user.email.lower(): user for user in own}


def _unproved(people: dict[str, User]) -> set[int]:
    """Accounts that somebody opened with a password and an address that nobody confirmed: they may be another's."""
    with_password = {user.pk for user in people.values() if user.has_usable_password()}
    proved = EmailAddress.objects.filter(user__in=with_password, verified=True).values_list("user_id", flat=True)
    return with_password - set(proved)


class BanList:
    """All bans that concern a group, for asking about thousands of addresses."""

    def __init__(self, group: Group) -> None:
        bans = list(Ban.objects.that_concern(group))
        self.addresses = {ban.value for ban in bans if ban.kind == BanKind.ADDRESS}
        self.domains = {ban.value for ban in bans if ban.kind == BanKind.DOMAIN}
        self.patterns = [ban for ban in bans if ban.kind == BanKind.PATTERN]

    def concern(self, address: str) -> bool:
        labels = address.rpartition("@")[2].split(".")
        domains = (".".join(labels[place:]) for place in range(len(labels)))
        return (
            address in self.addresses
            or any(domain in self.domains for domain in domains)
            or any(ban.concerns(address) for ban in self.patterns)
        )


@transaction.atomic
def start(batch: Batch, *, by: User, consent: str, words: str) -> None:
    """The owner vouches for them; the work is done by a worker. Raises NotAdded."""
    if is_retired(batch.group):
        raise NotAdded(_("This group is retired, and takes nobody in."))
    if consent not in Consent.values:
        raise NotAdded(_("Say how you know that they want to be members."))
    reading = Reading.from_json(batch.reading)
    if "address" not in reading.columns:
        raise NotAdded(_("Say which column holds the addresses."))
    waiting = Batch.objects.filter(pk=batch.pk, state=BatchState.PREVIEW)
    values: dict[str, Any] = {"consent": consent, "consent_words": " ".join(words.split())[:500]}
    if not waiting.update(state=BatchState.WAITING, by=by, by_name=str(by)[:200], changed_at=timezone.now(), **values):
        raise NotAdded(_("This has begun already."))


@translation.override(SOURCE)  # what the report keeps
def add_all(batch: Batch) -> None:
    """Work through the rows from where the last worker came to, a thousand in a transaction."""
    if not Batch.objects.filter(pk=batch.pk, state__in=(BatchState.WAITING, BatchState.ADDING)).update(
        state=BatchState.ADDING
    ):
        return
    batch.refresh_from_db()
    try:
        rows = list(rows_of(batch.content, Reading.from_json(batch.reading)))
    except Unreadable as error:
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.FAILED, error=str(error)[:500])
        return
    Batch.objects.filter(pk=batch.pk).update(total=len(rows))
    room = room_today(batch) - batch.added
    with suppress(Overtaken):
        for some in chunks(rows[batch.done :], CHUNK):
            room -= _add_some(batch, some, room)
        _added(batch)


@transaction.atomic
def _add_some(batch: Batch, rows: list[Row], room: int) -> int:
    if Batch.objects.select_for_update().get(pk=batch.pk).done != batch.done:
        raise Overtaken
    people = judge(batch, rows)
    for row in [row for row in rows if not row.problem][max(0, room) :]:
        row.problem = _("not today: %(most)s a day are the limit") % {"most": f"{settings.MEMBERS_ADDED_A_DAY:,}"}
    chosen = [row for row in rows if not row.problem]
    people = _with_new(people, chosen)
    added = _members(batch, chosen, people)
    batch.done += len(rows)
    batch.added += len(added)
    left_out = Counter(row.problem for row in rows if row.problem)
    batch.report = dict(Counter(batch.report) + left_out)
    batch.changed_at = timezone.now()
    batch.save(update_fields=["done", "added", "report", "changed_at"])
    return len(added)


def _with_new(people: dict[str, User], rows: Iterable[Row]) -> dict[str, User]:
    """People made for those whom nobody knows: no password, and none is needed."""
    unknown = [row for row in rows if row.address not in people]
    new = [User(email=row.address, name=row.name, password=make_password(None)) for row in unknown]
    return people | {user.email: user for user in User.objects.bulk_create(new, batch_size=500)}


def _members(batch: Batch, rows: list[Row], people: dict[str, User]) -> list[Membership]:
    now = timezone.now()
    ones: dict[int, Membership] = {}
    for row in rows:
        user = people[row.address]
        if user.pk not in ones:  # two addresses of one person may stand in the file
            ones[user.pk] = _membership(batch, row, user, now)
    mark_stale([batch.group_id])
    return Membership.objects.bulk_create(ones.values(), batch_size=500)


def _membership(batch: Batch, row: Row, user: User, now: datetime) -> Membership:
    return Membership(
        group=batch.group,
        user=user,
        role=row.role,
        address="" if user.email.lower() == row.address else row.address,
        delivery=row.delivery,
        digest_format=row.digest_format,
        posting=row.posting,
        joined_at=row.joined_at or now,
        came_by=CameBy.ADDED,
        batch=batch,
    )


@transaction.atomic
def _added(batch: Batch) -> None:
    adding = Batch.objects.filter(pk=batch.pk, state=BatchState.ADDING)
    if not adding.update(state=BatchState.TELLING, packed=b"", changed_at=timezone.now()):
        return
    action = Action.MEMBERS_IMPORTED if batch.name else Action.ADDED
    about = batch.name or f"{batch.added:,} members"
    details = {
        "added": batch.added,
        "left out": sum(batch.report.values()),
        "consent": as_kept(Consent(batch.consent).label),
    }
    note(action, group=batch.group, by=batch.by, about=about, reason=batch.consent_words, details=details)


def to_tell(batch: Batch, most: int = 200) -> list[Membership]:
    """Members of the batch who are to be told next, in order; empty when all have been."""
    rows = Membership.objects.filter(batch=batch, pk__gt=batch.told_to).select_related("user", "group")
    return list(rows.order_by("pk")[:most])


def told(batch: Batch, members: Sequence[Membership]) -> None:
    batch.told_to = members[-1].pk
    Batch.objects.filter(pk=batch.pk).update(told_to=batch.told_to)
    asked_now((each.mail_address for each in members), group=batch.group)


def all_told(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk, state=BatchState.TELLING).update(state=BatchState.DONE, changed_at=timezone.now())


@transaction.atomic
def ask_for_undo(batch: Batch, *, by: User) -> bool:
    over = Batch.objects.filter(pk=batch.pk, state__in=(BatchState.DONE, BatchState.TELLING, BatchState.FAILED))
    if not over.update(state=BatchState.UNDOING, changed_at=timezone.now()):
        return False
    note(Action.IMPORT_UNDONE, group=batch.group, by=by, about=batch.name or f"{batch.added:,} members")
    return True


def undo_all(batch: Batch) -> None:
    """Take out whoever came with the batch; whom nobody knew before is forgotten. An owner stays where they would be the last."""
    while _undo_some(batch):
        pass
    Batch.objects.filter(pk=batch.pk, state=BatchState.UNDOING).update(
        state=BatchState.UNDONE, packed=b"", changed_at=timezone.now()
    )


@transaction.atomic
def _undo_some(batch: Batch) -> int:
    members = Membership.objects.filter(batch=batch)
    others = Membership.objects.filter(group=batch.group_id, role=Role.OWNER).exclude(batch=batch)
    if not others.exists():
        members = members.exclude(role=Role.OWNER)
    found = dict(members.values_list("pk", "user_id")[:CHUNK])
    if found:
        Membership.objects.filter(pk__in=found).delete()
        forget_people(found.values(), batch)
    return len(found)
