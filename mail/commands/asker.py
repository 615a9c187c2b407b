"""Who wrote a command, and how far they may be believed: gathered once for every handler.

Anybody can write any address into From. So a command only does what its true owner can undo, tells them, and where the
address is disowned by its own domain (DMARC, SPF) asks them first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import compat32
from functools import cached_property
from typing import TYPE_CHECKING, Any

from common import notices
from common.notices import DAY
from common.notices import Outcome as Sent
from common.ratelimit import allowed
from common.sentences import as_kept
from groups.actions.joining import membership_of
from groups.models import Group, Membership, Visibility
from mail.addressing import Address, Kind
from mail.bounces.automatic import is_automatic, is_marked
from mail.inbound.facts import gather, of_letter
from mail.inbound.incoming import Incoming
from mail.inbound.posts import Outcome
from mail.inbound.telling import why_no_person
from mail.models import InboundState
from mail.rules import Action, Post, auto_reply
from mail.rules.absences import is_challenge, names_a_program, speaks_of_absence

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ANSWERS_A_DAY = 10  # to one address, whatever it asks


@dataclass
class Asker:
    """One command in hand."""

    incoming: Incoming
    address: Address
    verb: str = ""  # of a +request; otherwise the extension says it

    @cached_property
    def post(self) -> Post:
        return gather(self.incoming) if self.incoming.inbound.group is not None else of_letter(self.incoming)

    @property
    def group(self) -> Group:
        group = self.incoming.inbound.group
        assert group is not None  # or the address would mean nothing
        return group

    @property
    def command(self) -> str:
        return self.verb or self.address.extension or self.address.purpose

    @property
    def subject(self) -> str:
        return self.incoming.parsed.subject

    @property
    def visible(self) -> str:
        """What they wrote themselves, without quotes and signature."""
        return self.incoming.letter.visible

    @cached_property
    def author(self) -> str:
        """The one address in From; empty where there are several, or none."""
        return self.post.authors[0] if len(self.post.authors) == 1 else ""

    @cached_property
    def membership(self) -> Membership | None:
        return membership_of(self.group, self.author) if self.author else None

    @property
    def machine(self) -> str:
        """Why this is no person's wish; empty where it may be one. An empty return path, answers by programs and mail in
        bulk confirm nothing and are not answered (RFC 3834 §2)."""
        finding = auto_reply.check(self.post)
        if finding is not None and finding.action is Action.DISCARD:
            return finding.reason.rstrip(".")
        if self._is_automatic:
            return "a program answered in somebody's absence"
        return why_no_person(self.post).removeprefix("not sent: ")

    @property
    def _is_automatic(self) -> bool:
        """By its header; where our own mails ask for answers, by its subject and words, too. Who writes "on vacation" to
        +nomail, or of a poll about holidays, is no program."""
        message = message_from_bytes(self.incoming.raw, policy=compat32)
        if is_marked(message):
            return True
        if self.address.kind is Kind.COMMAND and self.address.extension not in ("request", "owner"):
            return False
        if self.address.purpose in ("vote", "moderate"):
            return names_a_program(self.subject)
        return is_automatic(message) or speaks_of_absence(self.visible) or is_challenge(self.visible)

    @property
    def is_disowned(self) -> bool:
        """The domain in From, or every host and signature on the way, says that it is not theirs."""
        found = self.post.authentication
        return found.dmarc == "fail" or found.unsupported

    def may_be_answered(self, address: str) -> bool:
        return allowed("answers by mail", address.lower(), limit=ANSWERS_A_DAY, seconds=DAY)

    def answer(self, name: str, to: str, context: Mapping[str, Any] | None = None, **more: Any) -> Sent:
        """A notice as an answer to this letter; of the letter it carries the Message-ID alone."""
        group = self.incoming.inbound.group
        about = {"group": group, **(context or {})}
        more = {"sender_name": group.name if group else "", **more}
        return notices.send(name, to, about, answers=self.answered, **more)

    @property
    def answered(self) -> str:
        """The Message-ID of this letter; empty where it has none."""
        parsed = self.incoming.parsed
        return "" if parsed.message_id_missing else parsed.message_id

    def answer_stranger(self, name: str, context: Mapping[str, Any] | None = None) -> bool:
        """Answer whoever sent it, if the address may be theirs: along the return path (RFC 3834 §4)."""
        to, group = self.post.envelope_from, self.incoming.inbound.group
        if group is not None and group.visibility == Visibility.PRIVATE and self.membership is None:
            return False  # nobody is told that it exists
        if not to or self.is_disowned or not self.may_be_answered(to):
            return False
        return self.answer(name, to, context) is Sent.SENT

    def done(self, reason: "StrOrPromise") -> Outcome:
        return Outcome(InboundState.COMMAND, self.command, as_kept(reason))

    def ignored(self, reason: str) -> Outcome:
        return Outcome(InboundState.DISCARDED, self.command, reason)
