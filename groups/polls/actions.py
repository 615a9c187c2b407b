"""Polls are opened, edited, closed, opened again, deleted and brought back. Ballots are in groups.polls.casting.

What others have to do about it (mail) is called in the transaction: groups.polls.hooks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from groups.actions.log import note
from groups.models import Action, Group
from groups.polls import box, hooks
from groups.polls.counting import Key
from groups.polls.models import (
    MOST_OPTIONS,
    Ballot,
    BallotBox,
    Option,
    Poll,
    PollKind,
    PollSettings,
    PollState,
    WhoMakes,
    numbers_in,
)
from groups.polls.permissions import may_announce
from groups.polls.standing import membership_in

UNDO_WITHIN = timedelta(days=30)
CHOICES = (
    "kind", "least", "most", "highest", "write_ins", "voters", "results", "names_shown", "anonymous", "may_change",
    "announce", "remind",
)  # fmt: skip
WORDS = ("question", "details", "closes_at")
OptionValue = str | datetime | date


class NotDone(Exception):
    """Says in a sentence why nothing was changed."""


@dataclass(slots=True)
class Draft:
    """A poll as its maker wants it. `options`: words, or (Kind.DATES) moments and days."""

    question: str
    kind: str
    options: Sequence[OptionValue]
    details: str = ""
    closes_at: datetime | None = None
    settings: dict[str, Any] = field(default_factory=dict)  # of CHOICES


@transaction.atomic
def open_poll(*, group: Group, by: User, draft: Draft) -> Poll:
    """Members may vote from now on."""
    Group.objects.select_for_update().filter(pk=group.pk).first()  # one number for one poll
    latest = Poll.objects.filter(group=group).aggregate(latest=Max("number"))["latest"] or 0
    poll = Poll(group=group, number=latest + 1, made_by=by, made_by_name=str(by)[:200])
    _take(poll, draft, by)
    poll.save()
    Option.objects.bulk_create(_options(poll, draft.options))
    if poll.anonymous:
        BallotBox.objects.create(poll=poll)
    note(Action.POLL_OPENED, group=group, by=by, about=poll.question, url=poll.get_absolute_url())
    _tell(hooks.opened, poll)
    return poll


@transaction.atomic
def edit_poll(*, poll: Poll, by: User, draft: Draft) -> Poll:
    """Everything before the first ballot; afterwards only details and closing time, so that nobody has voted about something
    else. Raises NotDone."""
    kept = _locked(poll)
    if kept.state != PollState.OPEN:
        raise NotDone(_("The poll is closed. Open it again before you change it."))
    before = {name: str(getattr(kept, name)) for name in (*WORDS, *CHOICES)}
    if kept.voted:
        kept.details, kept.closes_at = draft.details, draft.closes_at
    else:
        was_announced = kept.announce
        _take(kept, draft, by)
        kept.announce = kept.announce or (was_announced and bool(draft.settings.get("announce")))
        _replace_options(kept, draft.options)
    kept.version += 1
    kept.save()
    changed = {name: [old, str(getattr(kept, name))] for name, old in before.items() if old != str(getattr(kept, name))}
    note(
        Action.POLL_CHANGED, group=kept.group, by=by, about=kept.question, url=kept.get_absolute_url(), details=changed
    )
    _tell(hooks.changed, kept)
    return kept


def _take(poll: Poll, draft: Draft, by: User) -> None:
    poll.question, poll.details, poll.closes_at, poll.kind = draft.question, draft.details, draft.closes_at, draft.kind
    for name, value in draft.settings.items():
        setattr(poll, name, value)
    poll.announce = poll.announce and may_announce(poll.group, membership_in(poll.group, by))


def _options(poll: Poll, values: Iterable[OptionValue]) -> list[Option]:
    """Equal ones once."""
    found: dict[str, Option] = {}
    for value in values:
        option = new_option(poll, value, len(found) + 1)
        found.setdefault(option.key, option)
    return list(found.values())[:MOST_OPTIONS]


def new_option(poll: Poll, value: OptionValue, number: int) -> Option:
    if isinstance(value, datetime):
        return Option(poll=poll, number=number, starts_at=value)
    return (
        Option(poll=poll, number=number, day=value)
        if isinstance(value, date)
        else Option(poll=poll, number=number, text=" ".join(value.split()))
    )


def _replace_options(poll: Poll, values: Iterable[OptionValue]) -> None:
    poll.options.all().delete()
    Option.objects.bulk_create(_options(poll, values))
    if poll.anonymous:
        BallotBox.objects.get_or_create(poll=poll)
    else:
        BallotBox.objects.filter(poll=poll).delete()


def close_poll(*, poll: Poll, by: User | None = None) -> bool:
    """No more ballots; the result stands. `by`: None where its time has come. False where it is not open any more."""
    return _close(poll, by, timezone.now())


@transaction.atomic
def _close(poll: Poll, by: User | None, now: datetime) -> bool:
    open_ones = Poll.objects.filter(pk=poll.pk, state=PollState.OPEN)
    due = open_ones if by is not None else open_ones.filter(closes_at__lte=now)
    if not due.update(state=PollState.CLOSED, closed_at=now, version=F("version") + 1):
        return False
    closed = _fresh(poll)
    if closed.anonymous:
        _seal(closed)
    note(Action.POLL_CLOSED, group=closed.group, by=by, about=closed.question, url=closed.get_absolute_url())
    _tell(hooks.closed, closed)
    return True


def _seal(poll: Poll) -> None:
    """What voters of an anonymous poll wrote in becomes options, and who has voted is forgotten."""
    kept = BallotBox.objects.select_for_update().get(poll=poll)
    ballots = box.Box.read(b"", kept.ballots)
    numbers = {option.key: option.number for option in poll.in_the_order}
    for text in box.written_in(ballots.ballots.values()):
        made = new_option(poll, from_box(poll, text), len(numbers) + 1)
        if made.key not in numbers:
            made.written_in = True
            made.save()
        numbers[text.casefold()] = numbers.setdefault(made.key, made.number)
    ballots.ballots = {mark: box.with_numbers(one, numbers) for mark, one in ballots.ballots.items()}
    kept.roll, kept.ballots = b"", ballots.packed_ballots
    kept.save()


def from_box(poll: Poll, text: str) -> OptionValue:
    """What a voter wrote in, as it lies in the box."""
    if poll.kind != PollKind.DATES:
        return text
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


@transaction.atomic
def reopen_poll(*, poll: Poll, by: User, closes_at: datetime | None = None) -> bool:
    """Raises NotDone for an anonymous poll: its figures are known, and whoever watched them change would know who voted what."""
    if poll.anonymous:
        raise NotDone(
            _("An anonymous poll cannot be opened again: its figures are known, and would tell who votes what.")
        )
    if closes_at is not None and closes_at <= timezone.now():
        raise NotDone(_("The closing time is past."))
    closed = Poll.objects.filter(pk=poll.pk, state=PollState.CLOSED)
    if not closed.update(state=PollState.OPEN, closed_at=None, closes_at=closes_at, version=F("version") + 1):
        return False
    again = _fresh(poll)
    note(Action.POLL_REOPENED, group=again.group, by=by, about=again.question, url=again.get_absolute_url())
    _tell(hooks.changed, again)
    return True


@transaction.atomic
def delete_poll(*, poll: Poll, by: User) -> bool:
    """Nobody sees it any more; restore_poll brings it back within UNDO_WITHIN."""
    now = timezone.now()
    shown = Poll.objects.filter(pk=poll.pk, state__in=[PollState.OPEN, PollState.CLOSED])
    if not shown.update(state_before=F("state"), state=PollState.DELETED, deleted_at=now):
        return False
    note(Action.POLL_DELETED, group=poll.group, by=by, about=poll.question, url=poll.get_absolute_url())
    return True


@transaction.atomic
def restore_poll(*, poll: Poll, by: User) -> bool:
    """As it was before it was deleted."""
    deleted = Poll.objects.filter(pk=poll.pk, state=PollState.DELETED)
    if not deleted.update(state=F("state_before"), state_before="", deleted_at=None):
        return False
    note(Action.POLL_RESTORED, group=poll.group, by=by, about=poll.question, url=poll.get_absolute_url())
    return True


@transaction.atomic
def choose_makers(*, group: Group, by: User, makers: str) -> None:
    found, _is_new = PollSettings.objects.select_for_update().get_or_create(group=group)
    if found.makers == makers:
        return
    with translation.override("en"):  # as the log keeps it
        labels = {value: str(label) for value, label in WhoMakes.choices}
    note(Action.POLL_SETTINGS, group=group, by=by, details={"who opens polls": [labels[found.makers], labels[makers]]})
    found.makers = makers
    found.save(update_fields=["makers"])


def makers_of(group: Group) -> str:
    found = PollSettings.objects.filter(group=group).values_list("makers", flat=True).first()
    return found or str(WhoMakes.MEMBERS)


def sweep(now: datetime | None = None) -> int:
    """Close what is due; destroy what was deleted long ago. How many were closed."""
    now = now or timezone.now()
    due = Poll.objects.overdue(now).select_related("group").order_by("closes_at")[:500]
    done = sum(_close(poll, None, now) for poll in due)
    old = Poll.objects.filter(state=PollState.DELETED, deleted_at__lte=now - UNDO_WITHIN)
    for poll in old[:500]:
        poll.delete()
    return done


def ballots_of(poll: Poll) -> Iterable[Mapping[Key, int]]:
    """Every ballot as counting wants it; of an open anonymous poll without what voters wrote in."""
    if poll.anonymous:
        kept = BallotBox.objects.filter(poll=poll).values_list("ballots", flat=True).first() or b""
        for ballot in box.Box.read(b"", kept).ballots.values():
            yield numbers_in({key: value for key, value in ballot.items() if not key.startswith(box.WRITTEN)})
    else:
        for choices in Ballot.objects.filter(poll=poll).values_list("choices", flat=True).iterator(2000):
            yield numbers_in(choices)


def _locked(poll: Poll) -> Poll:
    return Poll.objects.select_for_update(of=("self",)).select_related("group").get(pk=poll.pk)


def _fresh(poll: Poll) -> Poll:
    return Poll.objects.select_related("group", "made_by").get(pk=poll.pk)


def _tell(listeners: list[Callable[[Any], None]], poll: Poll) -> None:
    for listener in listeners:
        listener(poll)
