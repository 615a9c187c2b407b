"""Polls as the gateway needs them: what their letters say, what is open, who has voted."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from groups.models import GroupState, Membership, Role
from groups.polls.actions import ballots_of
from groups.polls.box import Box
from groups.polls.counting import Kind, count
from groups.polls.models import Ballot, BallotBox, Poll, ResultsSeen, WhoVotes
from groups.polls.moments import moment_in_words
from mail.addressing import list_address
from mail.models import PollLetter
from mail.polls.asked import Asked, Option
from mail.polls.letters import About
from mail.polls.results import InWords, in_words

SHOWN = {
    ResultsSeen.ALWAYS: _("The figures are shown at any time."),
    ResultsSeen.VOTED: _("The figures are shown to those who have voted."),
    ResultsSeen.CLOSED: _("The figures are shown when it has closed."),
    ResultsSeen.RUNNERS: _("The figures are shown to its maker and the moderators alone."),
}
# What is mailed at all: not where the maker's letters would wait for a moderator (groups.polls.permissions.may_announce).
OPEN = {"group__state": GroupState.OPEN, "group__taken_down_at__isnull": True, "announce": True}
VOTERS = {
    WhoVotes.EARLIER: _("Those vote who were members when it opened."),
    WhoVotes.MODERATORS: _("Owners and moderators vote."),
}
WITH_NAMES = _("Everybody who sees the figures sees who chose what.")


def find(pk: int) -> Poll | None:
    return Poll.objects.shown().select_related("group", "made_by").filter(pk=pk).first()


def fingerprint(poll: Poll) -> str:
    """Changes where an answer would mean something else: with the kind and the options, but for those that voters add."""
    options = poll.in_the_order.filter(written_in=False).values_list("number", "text", "starts_at", "day")
    return sha256(repr([poll.kind, poll.question, *options]).encode()).hexdigest()


def editions(polls: Sequence[Poll]) -> dict[int, int]:
    """Poll -> which edition of it is asked now."""
    known = dict(PollLetter.objects.filter(poll__in=polls).values_list("poll", "edition"))
    return {poll.pk: known.get(poll.pk, 1) for poll in polls}


def asked(poll: Poll) -> Asked:
    with _in_zone():
        options = [Option(option.number, option.words) for option in poll.in_the_order]
    return Asked(Kind(poll.kind), options, poll.write_ins, poll.highest)


def about(poll: Poll) -> About:
    """All letters say moments in the zone of the site, and name it."""
    maker, group = poll.made_by, poll.group
    with _in_zone():
        return About(
            kind=Kind(poll.kind),
            question=poll.question,
            details=poll.details,
            options=[option.words for option in poll.in_the_order],
            url=settings.SITE_URL + poll.get_absolute_url(),
            group=group.name,
            group_address=list_address(group),
            maker=maker.name if maker is not None else poll.made_by_name,
            maker_address=maker.email if maker is not None else list_address(group, "owner"),
            closes=f"{moment_in_words(poll.closes_at)} ({settings.TIME_ZONE})" if poll.closes_at else "",
            write_ins=poll.write_ins,
            highest=poll.highest,
            limits=_limits(poll),
            anonymous=poll.anonymous,
            may_change=poll.may_change,
            shown=_shown(poll),
            zone=settings.TIME_ZONE if poll.kind == Kind.DATES else "",
        )


@contextmanager
def _in_zone() -> Iterator[None]:
    with timezone.override(ZoneInfo(settings.TIME_ZONE)):
        yield


def _limits(poll: Poll) -> str:
    if poll.kind != Kind.MULTIPLE or (poll.least <= 1 and poll.most is None):
        return ""
    if poll.most is None:
        return ngettext("Choose %(least)s at least.", "Choose %(least)s at least.", poll.least) % {"least": poll.least}
    if poll.least <= 1:
        return ngettext("Choose %(most)s at most.", "Choose %(most)s at most.", poll.most) % {"most": poll.most}
    return gettext("Choose %(least)s to %(most)s.") % {"least": poll.least, "most": poll.most}


def _shown(poll: Poll) -> str:
    """Who votes, where not everybody does, and who sees what."""
    seen = ResultsSeen(poll.results)
    if poll.anonymous and seen in (ResultsSeen.ALWAYS, ResultsSeen.VOTED):
        seen = ResultsSeen.CLOSED  # groups.polls.permissions.sees_results
    sentences = (VOTERS.get(WhoVotes(poll.voters)), SHOWN[seen], WITH_NAMES if poll.names_shown else "")
    return " ".join(str(sentence) for sentence in sentences if sentence)


def open_in(groups: Sequence[int], now: datetime, *, not_voted_by: int | None = None) -> list[Poll]:
    """Open polls of these groups, those that end first before others."""
    still = Q(closes_at__isnull=True) | Q(closes_at__gt=now)
    polls = Poll.objects.open().filter(still, group__in=groups, **OPEN)
    if not_voted_by is not None:
        polls = polls.exclude(pk__in=Ballot.objects.filter(voter=not_voted_by).values("poll"))
    found = polls.select_related("group", "made_by", "box").order_by(F("closes_at").asc(nulls_last=True), "pk")
    return [poll for poll in found if not_voted_by is None or not (poll.anonymous and not_voted_by in voters(poll))]


def to_remind_of(now: datetime, ahead: timedelta) -> list[Poll]:
    """Polls that end within that time, whose makers want it, and that were open for long enough to be forgotten."""
    ending = Poll.objects.open().filter(remind=True, closes_at__gt=now, closes_at__lte=now + ahead)
    ending = ending.filter(opened_at__lte=now - ahead, **OPEN)
    return list(ending.select_related("group", "made_by").order_by("pk"))


def voters(poll: Poll) -> set[int]:
    """Who has voted; of an anonymous poll only until it closes."""
    if poll.anonymous:
        roll = BallotBox.objects.filter(poll=poll).values_list("roll", flat=True).first() or b""
        return Box.read(bytes(roll), b"").roll
    return set(Ballot.objects.filter(poll=poll, voter__isnull=False).values_list("voter", flat=True))


def may_vote(poll: Poll) -> QuerySet[Membership]:
    """Members whose vote would count."""
    members = Membership.objects.filter(group=poll.group_id)
    if poll.voters == WhoVotes.MODERATORS:
        return members.filter(role__in=(Role.OWNER, Role.MODERATOR))
    return members.filter(joined_at__lte=poll.opened_at) if poll.voters == WhoVotes.EARLIER else members


def result_in_words(poll: Poll) -> InWords | None:
    """None where members do not see it."""
    if poll.results == ResultsSeen.RUNNERS:
        return None
    with _in_zone():
        texts = {option.number: option.words for option in poll.in_the_order}
    return in_words(count(poll.kind, list(texts), ballots_of(poll)), texts)
