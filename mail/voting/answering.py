"""Votes by mail: vote+TOKEN@, the Reply-To of each member's copy of a poll.

The token says whose ballot it is and of which poll; it counts only in a letter from an address of that person, so a poll that
was forwarded votes for nobody. Of an anonymous poll nothing of the answer stays: neither the row nor the bytes.
"""

import re
from dataclasses import dataclass, replace

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common import notices
from groups.actions.joining import membership_of
from groups.languages import in_language_of
from groups.models import Membership
from groups.polls.casting import NotCounted, cast_ballot
from groups.polls.counting import BadBallot
from groups.polls.models import Poll, Via
from groups.polls.receipts import read_receipt
from mail.addressing import Address, list_address, seal, site_address, unseal
from mail.commands.asker import Asker
from mail.inbound.incoming import Incoming
from mail.inbound.posts import Outcome
from mail.models import Kind
from mail.outbox.queue import queue_letter
from mail.outbox.sealed import marks_of
from mail.polls import house
from mail.polls.asked import Asked
from mail.voting.reading import NOT_UNDERSTOOD, BadAnswer, Read, in_words, read_answer

BALLOT = "vote"  # purpose of the tokens, and the name of what was done
CHANGED = gettext_lazy(
    "The poll was changed since the mail that you answered, so your answer may mean something else now."
)
PLACE = "XXXXX-XXXXX-XXXXX-XXXXX"  # of the receipt, in a letter that is made
_RECEIPT = re.compile(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ballot:
    """A poll, and the member whose answer a token stands for."""

    poll: Poll
    member: Membership
    edition: int  # of the poll that was answered

    @property
    def user(self) -> User:
        return self.member.user


def take(incoming: Incoming, address: Address) -> Outcome:
    """The handler of vote+TOKEN@."""
    asker = Asker(incoming, address)
    ballot = of_token(address.token)
    if ballot is None:
        gone = asker.ignored("Its poll is gone, or its reader is no member any more.")
        return replace(gone, leaves_nothing=unseal(BALLOT, address.token) is not None)
    with translation.override(notices.language_of(ballot.member.mail_address, {"group": ballot.member.group})):
        outcome = _vote(asker, ballot)
    return replace(outcome, leaves_nothing=ballot.poll.anonymous)


def of_token(token: str) -> Ballot | None:
    numbers = unseal(BALLOT, token) or ()
    poll = house.find(numbers[0]) if len(numbers) == 3 else None
    if poll is None:
        return None
    active = Membership.objects.filter(user__is_active=True, group__taken_down_at__isnull=True)
    members = active.filter(group=poll.group_id, user=numbers[2])
    member = members.select_related("user", "group").first()
    return Ballot(poll, member, numbers[1]) if member is not None else None


def _vote(asker: Asker, ballot: Ballot) -> Outcome:
    if asker.machine:
        return asker.ignored(f"No person sent it: {asker.machine}.")
    doubt = _doubt(asker, ballot)
    if doubt:
        _tell(asker, ballot, "vote_doubtful", why=doubt)
        return asker.done("Not counted: it may be somebody else's.")
    if not ballot.poll.is_open:
        _tell(asker, ballot, "vote_late")
        return asker.done("Not counted: the poll has closed.")
    if ballot.edition != house.editions([ballot.poll])[ballot.poll.pk]:
        return _not_counted(asker, ballot, NotCounted(CHANGED))
    try:
        read = read_answer(_as_mailed(ballot.poll), asker.subject, asker.visible)
        cast = cast_ballot(
            poll=ballot.poll,
            voter=ballot.user,
            choices={int(key): number for key, number in read.ballot.items()},
            others=read.others,
            via=Via.MAIL,
            receipt=_receipt_in(asker) if ballot.poll.anonymous else "",
        )
    except (BadAnswer, BadBallot, NotCounted) as problem:
        return _not_counted(asker, ballot, problem)
    return _counted_secretly(asker, ballot, cast.receipt) if ballot.poll.anonymous else _counted(asker, ballot, read)


def _as_mailed(poll: Poll) -> Asked:
    """Its days have the words that stand in the letter to all."""
    with in_language_of(poll.group):
        return house.asked(poll)


def _doubt(asker: Asker, ballot: Ballot) -> str:
    """Why it may not be the reader's own answer; empty where it is from an address of theirs."""
    theirs = membership_of(ballot.member.group, asker.author) if asker.author else None
    if theirs is None or theirs.pk != ballot.member.pk:
        return _("It came from an address that is none of yours.")
    if asker.is_disowned:
        return _("It has your address, but the servers on its way say that it may be forged.")
    return ""


def _receipt_in(asker: Asker) -> str:
    """Who answers our confirmation quotes its receipt."""
    found = _RECEIPT.search(asker.incoming.letter.text)
    return read_receipt(found[0]) if found else ""


def _counted(asker: Asker, ballot: Ballot, read: Read) -> Outcome:
    said = in_words(house.asked(ballot.poll), read.ballot, read.others)
    _tell(asker, ballot, "vote_counted", said=said)
    return asker.done("Counted.")


def _counted_secretly(asker: Asker, ballot: Ballot, receipt: str) -> Outcome:
    """The receipt tells whose ballot it is: it waits sealed, in a letter of which nothing is kept once it is sent."""
    to = ballot.member.mail_address
    if asker.may_be_answered(to):
        letter = notices.compose(
            "vote_counted",
            to,
            _about(ballot, receipt=PLACE),
            answers=asker.answered,
            sender_name=ballot.member.group.name,
            reply_to=_address(ballot),
        )
        template = letter.message().as_bytes().replace(PLACE.encode(), marks_of(receipt).encode())
        queue_letter(Kind.RECEIPT, template, [(to, ballot.user.pk)], subject=str(letter.subject))
    return asker.done("Counted.")


def _not_counted(asker: Asker, ballot: Ballot, problem: Exception) -> Outcome:
    """Of a secret answer no word is repeated: what we send is kept for a while."""
    secret = ballot.poll.anonymous
    why = str(NOT_UNDERSTOOD) if secret and isinstance(problem, BadAnswer) else str(problem)
    _tell(asker, ballot, "vote_not_counted", why=why)
    return asker.done("Not counted: the voter was told how to answer.")


def _tell(asker: Asker, ballot: Ballot, name: str, **context: object) -> None:
    """To the person whose ballot it is, whoever wrote; a mail that answers may be answered with a vote again."""
    to = ballot.member.mail_address
    if asker.may_be_answered(to):
        asker.answer(
            name, to, _about(ballot, **context), reply_to=_address(ballot), sender_name=ballot.member.group.name
        )


def _about(ballot: Ballot, **context: object) -> dict[str, object]:
    group = ballot.member.group
    return {"group": group, "poll": house.about(ballot.poll), "talk_to": list_address(group), **context}


def _address(ballot: Ballot) -> str:
    """For an answer to what we send: of the poll as it is now."""
    edition = house.editions([ballot.poll])[ballot.poll.pk]
    return site_address(BALLOT, seal(BALLOT, ballot.poll.pk, edition, ballot.user.pk))
