"""Open polls, for the end of digests and for daily mails: each with its options by number and a way to answer by mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from groups.models import Group
from groups.polls.models import Poll
from mail.addressing import seal, site_address
from mail.delivery.ballots import answer_address
from mail.polls import house
from mail.polls.letters import About

MOST = 5  # of one group
Line = tuple[str, str]  # text, link


@dataclass(frozen=True, slots=True)
class OpenPoll:
    """An open poll in one person's daily mail."""

    about: About
    answer_address: str


def open_by_group(groups: Iterable[Group], now: datetime) -> dict[int, list[Poll]]:
    """Group -> its open polls, those that end first."""
    found: dict[int, list[Poll]] = {}
    for poll in house.open_in([group.pk for group in groups], now):
        found.setdefault(poll.group_id, []).append(poll)
    return found


def lines_of(open_polls: Sequence[Poll]) -> tuple[Line, ...]:
    """For a digest; the answer address is each reader's own."""
    lines: list[Line] = []
    polls = open_polls[:MOST]
    editions = house.editions(polls)
    for poll in polls:
        about = house.about(poll)
        numbered = ", ".join(f"{number}. {text}" for number, text in about.numbered)
        said = {"question": about.question, "options": numbered, "day": about.closes}
        if about.closes:
            lines.append((_("Open poll: %(question)s (%(options)s, until %(day)s)") % said, about.url))
        else:
            lines.append((_("Open poll: %(question)s (%(options)s)") % said, about.url))
        address = answer_address(poll.pk, editions[poll.pk])
        by_mail = _("Vote by mail, as in “%(example)s”") % {"example": about.example}
        lines.append((by_mail, f"mailto:{address}?subject=Vote"))
    return tuple(lines)


def open_to(user: int, groups: list[int], now: datetime) -> dict[int, list[OpenPoll]]:
    """Group -> its open polls in which this person has not voted yet."""
    found: dict[int, list[OpenPoll]] = {}
    polls = house.open_in(groups, now, not_voted_by=user)
    editions = house.editions(polls)
    for poll in polls:
        ours = found.setdefault(poll.group_id, [])
        if len(ours) < MOST:
            ours.append(
                OpenPoll(house.about(poll), site_address("vote", seal("vote", poll.pk, editions[poll.pk], user)))
            )
    return found
