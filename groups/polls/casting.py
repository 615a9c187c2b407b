"""Casting a ballot: the one action behind the page and the mail."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from groups.polls import box
from groups.polls.actions import new_option
from groups.polls.counting import check
from groups.polls.models import (
    LONGEST_OPTION,
    MOST_OPTIONS,
    MOST_WRITE_INS,
    Ballot,
    BallotBox,
    Poll,
    PollKind,
    Via,
)
from groups.polls.moments import NotAMoment, read_moment
from groups.polls.receipts import mark_of, new_receipt, read_receipt
from groups.polls.standing import voter_of


class NotCounted(Exception):
    """Says in a sentence why the ballot was not taken."""


@dataclass(frozen=True, slots=True)
class Cast:
    changed: bool  # it took the place of an earlier one
    receipt: str = ""  # of an anonymous ballot; it is kept nowhere


def cast_ballot(
    *,
    poll: Poll,
    voter: User,
    choices: Mapping[int, int],
    others: Mapping[str, int] | None = None,
    via: str = Via.WEB,
    receipt: str = "",
) -> Cast:
    """Take the ballot, or change the voter's earlier one. `choices`: number of an option -> what counting wants of it; `others`:
    the same for options the voter writes in. `receipt` (anonymous polls): the one of the ballot to change, or else the one that a
    new ballot gets. Raises NotCounted, and BadBallot for what such a poll does not take."""
    with transaction.atomic():
        fresh = Poll.objects.select_for_update(of=("self",)).select_related("group").get(pk=poll.pk)
        why_not = voter_of(fresh, voter).why_not
        if why_not:
            raise NotCounted(why_not)
        cast = _cast_anonymously if fresh.anonymous else _cast_by_name
        return cast(fresh, voter, dict(choices), dict(others or {}), via, receipt)


def _cast_by_name(
    poll: Poll, voter: User, choices: dict[int, int], others: dict[str, int], via: str, receipt: str
) -> Cast:
    before = Ballot.objects.filter(poll=poll, voter=voter).first()
    if before is not None and not poll.may_change:
        raise NotCounted(_("You have voted, and in this poll a vote stands."))
    choices |= _write_in(poll, choices, others)
    _check(poll, set(poll.options.values_list("number", flat=True)), choices)
    ballot = before or Ballot(poll=poll, voter=voter)
    ballot.choices = {str(number): choices[number] for number in sorted(choices)}
    ballot.at, ballot.via = timezone.now(), via
    ballot.save()
    _count(poll, 0 if before else 1)
    return Cast(changed=before is not None)


def _write_in(poll: Poll, choices: dict[int, int], others: dict[str, int]) -> dict[int, int]:
    """What voters write in becomes an option for all; equal ones are one."""
    read = _read_others(poll, others)
    options = list(poll.in_the_order)
    known = {option.key: option.number for option in options}
    found = {}
    for text, value in read.items():
        made = new_option(poll, read_moment(text) if poll.kind == PollKind.DATES else text, len(options) + 1)
        if made.key not in known:
            _room_for(len(options) + 1)
            made.written_in = True
            made.save()
            options.append(made)
            known[made.key] = made.number
        found[known[made.key]] = value
    return {number: value for number, value in found.items() if number not in choices}


def _read_others(poll: Poll, others: dict[str, int]) -> dict[str, int]:
    texts = {" ".join(text.replace("\0", "").split()): value for text, value in others.items()}
    texts.pop("", None)
    if texts and not poll.write_ins:
        raise NotCounted(_("Voters add no options to this poll."))
    if len(texts) > MOST_WRITE_INS:
        raise NotCounted(_("Add %(most)s options at most.") % {"most": MOST_WRITE_INS})
    if any(len(text) > LONGEST_OPTION for text in texts):
        raise NotCounted(_("An option has %(most)s letters at most.") % {"most": LONGEST_OPTION})
    if poll.kind == PollKind.DATES:
        _are_moments(texts)
    return texts


def _are_moments(texts: Mapping[str, int]) -> None:
    try:
        for text in texts:
            read_moment(text)
    except NotAMoment as error:
        raise NotCounted(str(error)) from None


def _room_for(number: int) -> None:
    if number > MOST_OPTIONS:
        said = _("There are %(many)s options already, and no room for another.")
        raise NotCounted(said % {"many": MOST_OPTIONS})


def _cast_anonymously(
    poll: Poll, voter: User, choices: dict[int, int], others: dict[str, int], via: str, receipt: str
) -> Cast:
    ballot = _anonymous_ballot(poll, choices, others)
    with _leaving_no_trace():
        kept = BallotBox.objects.select_for_update().get(poll=poll)
        inside = box.Box.read(kept.roll, kept.ballots)
        given = read_receipt(receipt)
        if receipt and not given:
            raise NotCounted(_("This is no receipt: one has twenty letters and digits."))
        mark = mark_of(given) if given else ""
        before = inside.ballots.get(mark)
        if before is not None:
            if before != ballot and not poll.may_change:
                raise NotCounted(_("You have voted, and in this poll a vote stands."))
        elif voter.pk in inside.roll:
            raise NotCounted(_voted_already(poll, given))
        else:
            given = given or new_receipt()
            mark = mark_of(given)
            inside.roll.add(voter.pk)
        inside.ballots[mark] = ballot
        kept.roll, kept.ballots = inside.packed_roll, inside.packed_ballots
        kept.save()
        _count(poll, 0 if before is not None else 1)
    return Cast(changed=before is not None, receipt=given)


def _voted_already(poll: Poll, receipt: str) -> str:
    if not poll.may_change:
        return _("You have voted, and in this poll a vote stands.")
    if receipt:
        return _("You have voted, and there is no ballot with this receipt.")
    return _("You have voted. To change an anonymous ballot, give its receipt: nobody else knows which one is yours.")


def _anonymous_ballot(poll: Poll, choices: dict[int, int], others: dict[str, int]) -> box.Choices:
    """What a voter writes in stays in their ballot until the poll closes: an option that appeared would tell when they voted."""
    read = _read_others(poll, others)
    known = {option.key: option.number for option in poll.in_the_order}
    ballot = {str(number): value for number, value in choices.items()}
    for text, value in read.items():
        made = new_option(poll, read_moment(text) if poll.kind == PollKind.DATES else text, 0)
        number = known.get(made.key)
        words = made.key if poll.kind == PollKind.DATES else text  # in no zone of anybody
        ballot.setdefault(str(number) if number is not None else f"{box.WRITTEN}{words}", value)
    options = {str(number) for number in known.values()}
    _check(poll, options | {key for key in ballot if key.startswith(box.WRITTEN)}, ballot)
    return ballot


def _check(poll: Poll, options: Collection[Any], ballot: Mapping[Any, int]) -> None:
    check(poll.kind, options, ballot, least=poll.least, most=poll.most, highest=poll.highest)


def _count(poll: Poll, more: int) -> None:
    Poll.objects.filter(pk=poll.pk).update(voted=F("voted") + more, version=F("version") + 1)


@contextmanager
def _leaving_no_trace() -> Iterator[None]:
    """SQLite overwrites what was there before, instead of only forgetting where it was."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = ON")
    yield


@transaction.atomic
def withdraw_ballot(*, poll: Poll, voter: User) -> bool:
    """Take the vote back. False where there is none. Raises NotCounted. Anonymous ballots stay: nobody knows which one it is."""
    fresh = Poll.objects.select_for_update(of=("self",)).select_related("group").get(pk=poll.pk)
    if fresh.anonymous or not fresh.may_change or not fresh.is_open:
        raise NotCounted(_("In this poll a vote stands."))
    taken, _by_model = Ballot.objects.filter(poll=fresh, voter=voter).delete()
    if taken:
        _count(fresh, -1)
    return bool(taken)


def ballot_with(poll: Poll, receipt: str) -> box.Choices | None:
    """The anonymous ballot that the receipt belongs to: words of what was written in, or numbers of options -> values."""
    given = read_receipt(receipt)
    kept = BallotBox.objects.filter(poll=poll).values_list("ballots", flat=True).first() if given else None
    return box.Box.read(b"", kept).ballots.get(mark_of(given)) if kept is not None else None
