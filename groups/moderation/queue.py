"""The rows of the queue: opened and closed by whoever owns the thing, claimed by moderators, listed and counted in short queries.

`wait` and `settle` are called in the transaction that changes the thing itself. A claim is advice with an end: it tells others
who is at it, and the page lets nobody else decide meanwhile unless they take over; an answer by mail decides all the same,
because the thing's own state is the lock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.paging import Page, page_of, window_of
from groups.events import OF_WAITING, Happening, happened
from groups.models import Group, Membership, Role, Waiting, WaitingNote, WaitingState
from groups.moderation.registry import KINDS, kinds_seen_by
from groups.permissions import Standing

CLAIM = timedelta(minutes=10)
ROWS_A_PAGE = 40
MOST_COUNTED = 1000
MOST_IN_HEADER = 99
COUNT_KEPT = 60  # seconds
MOST_GROUPS = 200  # in the list across groups


def wait(
    kind: str,
    target: int,
    group: Group,
    *,
    title: str = "",
    who: str = "",
    person: int | None = None,
    beginning: str = "",
    rule: str = "",
    reason: str = "",
    quiet: bool = False,
) -> Waiting:
    """The row of a thing that waits from now on, not stored yet: see wait_all."""
    return Waiting(
        kind=kind,
        target=target,
        group=group,
        title=title[:250],
        who=who.lower()[:320],
        person_id=person,
        beginning=" ".join(beginning.split())[:300],
        rule=rule[:80],
        reason=reason[:500],
        quiet=int(quiet),
    )


def wait_all(rows: Sequence[Waiting]) -> None:
    """Open them. One that waits already is left as it is."""
    if rows:
        Waiting.objects.bulk_create(rows, ignore_conflicts=True)
        happened(*(_happening(row) for row in rows if row.kind in OF_WAITING and not row.quiet))


def _happening(row: Waiting) -> Happening:
    url = settings.SITE_URL + reverse("moderation", args=[row.group.slug])
    told = {"who": row.who or None, "rule": row.rule or None, "reason": row.reason or None, "url": url}
    return Happening(OF_WAITING[row.kind], row.group, told, content=f"waiting-{row.kind}/{row.target}")


def settle(kind: str, target: int, outcome: str, by: User | None, *, expired: bool = False) -> Waiting | None:
    """Close the row of a thing that was decided; the caller's own conditional update said that it was theirs to decide."""
    waiting = Waiting.objects.open().filter(kind=kind, target=target).select_related("group").first()
    if waiting is None:
        return None
    state = WaitingState.EXPIRED if expired else WaitingState.DONE
    waiting.state, waiting.outcome, waiting.settled_by, waiting.settled_at = state, outcome, by, timezone.now()
    waiting.claimed_by, waiting.claimed_until = None, None
    waiting.save(
        update_fields=["state", "outcome", "settled_by", "settled_at", "claimed_by", "claimed_until"], force_update=True
    )
    return waiting


def claim(waiting: Waiting, by: User, *, take_over: bool = False) -> bool:
    """Whether `by` is at it now, for CLAIM from now on."""
    now = timezone.now()
    ours = Waiting.objects.open().filter(pk=waiting.pk)
    if not take_over:
        ours = ours.filter(Q(claimed_by__isnull=True) | Q(claimed_by=by) | Q(claimed_until__lte=now))
    if not ours.update(claimed_by=by, claimed_until=now + CLAIM):
        return False
    waiting.claimed_by, waiting.claimed_until = by, now + CLAIM
    return True


def release(waiting: Waiting, by: User) -> bool:
    mine = Waiting.objects.open().filter(pk=waiting.pk, claimed_by=by)
    return bool(mine.update(claimed_by=None, claimed_until=None))


def in_others_hands(waiting: Waiting, user: User) -> bool:
    return waiting.is_claimed and waiting.claimed_by_id != user.pk


def write_note(waiting: Waiting, by: User, text: str) -> WaitingNote | None:
    text = text.strip()[:2000]
    return WaitingNote.objects.create(waiting=waiting, by=by, by_name=str(by)[:200], text=text) if text else None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which part of the queue is looked at."""

    kind: str = ""
    claimed: str = ""  # "me", "free"
    quiet: bool = False

    @classmethod
    def read(cls, params: QueryDict) -> "Filters":
        kind, claimed = params.get("kind", ""), params.get("claimed", "")
        return cls(
            kind if kind in KINDS else "", claimed if claimed in ("me", "free") else "", params.get("shelf") == "quiet"
        )


@dataclass(frozen=True, slots=True)
class Part:
    """What one person sees of one group's queue."""

    group: Group
    standing: Standing

    def rows(self, filters: Filters, user: User) -> "QuerySet[Waiting]":
        kinds = kinds_seen_by(self.standing)
        rows = Waiting.objects.open().filter(group=self.group, quiet=int(filters.quiet))
        if filters.kind:
            rows = rows.filter(kind=filters.kind) if filters.kind in kinds else rows.none()
        elif kinds != frozenset(KINDS):
            rows = rows.of_kinds(kinds)
        if filters.claimed == "me":
            return rows.claimed_by(user, timezone.now())
        return rows.free(timezone.now()) if filters.claimed == "free" else rows


def parts_of(user: User) -> list[Part]:
    """The groups that this person moderates, with what they may do there. One query."""
    moderating = Membership.objects.filter(
        user=user, role__in=(Role.OWNER, Role.MODERATOR), group__taken_down_at__isnull=True
    ).select_related("group")
    parts = [
        Part(row.group, Standing(role=row.role, given=None if row.rights is None else frozenset(row.rights)))
        for row in moderating.order_by("group__name", "pk")[:MOST_GROUPS]
    ]
    return [part for part in parts if kinds_seen_by(part.standing)]


def page(parts: Sequence[Part], filters: Filters, user: User, params: QueryDict, size: int = ROWS_A_PAGE) -> Page:
    """The longest waiting first. Across groups each gives its own first rows by its own index, and of those the page is made:
    an IN over groups would have the database sort everything that waits."""
    if len(parts) == 1:
        rows = parts[0].rows(filters, user)
    else:
        slices = [
            window_of(part.rows(filters, user), params, field="since", size=size, descending=False) for part in parts
        ]
        rows = Waiting.objects.filter(pk__in=_first_ids(slices))
    rows = rows.select_related("group", "claimed_by", "person")
    return page_of(rows, params, field="since", size=size, descending=False)


def count(parts: Sequence[Part], filters: Filters, user: User, most: int = MOST_COUNTED) -> int:
    """How many wait; no further than `most` + 1 in each group, so that it costs the same whatever waits."""
    if len(parts) == 1:
        return int(parts[0].rows(filters, user).order_by()[: most + 1].count())
    return len(_first_ids([part.rows(filters, user).order_by()[: most + 1] for part in parts]))


def _first_ids(slices: "Iterable[QuerySet[Waiting]]") -> list[int]:
    """The keys of all slices by one query. Django's union() takes no ordered slices on SQLite, inside a FROM both do."""
    parts = [rows.values_list("pk").query.sql_with_params() for rows in slices if not rows.query.is_empty()]
    if not parts:
        return []
    wanted = (f"SELECT * FROM ({sql}) AS part{place}" for place, (sql, _) in enumerate(parts))  # noqa: S608 - Django wrote it
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(wanted), [value for _, values in parts for value in values])
        return [pk for (pk,) in cursor.fetchall()]


def in_header(user: User) -> int | None:
    """How many wait for this person in all groups, as the header of every page says it: asked once a minute. None: moderates
    nothing."""
    key = _count_key(user)
    kept = cache.get(key)
    if kept is None:
        parts = parts_of(user)
        kept = count(parts, Filters(), user, MOST_IN_HEADER) if parts else -1
        cache.set(key, kept, COUNT_KEPT)
    return None if kept < 0 else int(kept)


def forget_count(user: User) -> None:
    cache.delete(_count_key(user))


def _count_key(user: User) -> str:
    return f"waiting of {user.pk}".replace(" ", "-")


def sweep(limit: int = 500) -> int:
    """Close what has waited longer than its group says. Each in a transaction of its own; returns how many."""
    done = 0
    for days in Group.objects.order_by("wait_days").values_list("wait_days", flat=True).distinct():
        overdue = Waiting.objects.open().filter(group__wait_days=days, since__lt=before(days))
        ends = [name for name, kind in KINDS.items() if kind.expire is not None]
        for waiting in overdue.filter(kind__in=ends).select_related("group").order_by("since")[: limit - done]:
            done += _expire(waiting)
        if done >= limit:
            break
    return done


def before(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


@transaction.atomic
def _expire(waiting: Waiting) -> bool:
    expire = KINDS[waiting.kind].expire
    return expire is not None and expire(waiting)
