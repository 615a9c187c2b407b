"""What a rule is given and what it answers. Plain values, gathered beforehand: a rule never asks the database or the network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from groups.models import GroupState, Moderation, OldTopics, Posting, Role, Strangers, WhoPosts


class Action(StrEnum):
    ACCEPT = "accept"
    HOLD = "hold"
    QUARANTINE = "quarantine"  # held, and nobody is told
    REJECT = "reject"  # the sender is told why
    DISCARD = "discard"  # nobody is told; the bytes stay with the row
    COMMAND = "command"  # for mail.commands
    OWNERS = "owners"  # passed on to those who run the group
    BOUNCE = "bounce"  # a delivery report, for mail.bounces


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's yes. `reason` is a sentence for moderators; `to_sender` is one the sender may be told, empty where they are to
    be told nothing but what became of the letter."""

    action: Action
    reason: str
    to_sender: str = ""


def hold(reason: str, to_sender: str = "") -> Finding:
    return Finding(Action.HOLD, reason, to_sender)


def quarantine(reason: str) -> Finding:
    return Finding(Action.QUARANTINE, reason)


def reject(reason: str, to_sender: str) -> Finding:
    return Finding(Action.REJECT, reason, to_sender)


def discard(reason: str) -> Finding:
    return Finding(Action.DISCARD, reason)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the letter, which rule said so, and why."""

    action: Action
    rule: str
    reason: str
    to_sender: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One rule's answer, for people who want to know: "no", or what it would do and why."""

    rule: str
    answer: str
    reason: str = ""


WRITTEN_HERE = "web"  # in the place of who looked: only the policy of the author's domain was asked for


@dataclass(frozen=True, slots=True)
class Authentication:
    """SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489) and ARC (RFC 8617) as found when the letter came in.

    Results are the words of RFC 8601 §2.7: none, pass, fail, softfail, neutral, temperror, permerror.
    """

    spf: str = "none"
    spf_domain: str = ""
    dkim: tuple[tuple[str, str], ...] = ()  # (signing domain, result), in the order of the signatures
    dmarc: str = "none"
    dmarc_domain: str = ""  # where the policy was found
    policy: str = ""  # none, quarantine or reject; empty: nothing published
    arc: str = "none"
    by: str = ""  # "us", or the name of the trusted relay; empty: nobody looked

    @property
    def was_received(self) -> bool:
        """It came from somewhere, and somebody looked where from."""
        return self.by not in ("", WRITTEN_HERE)

    @property
    def forged(self) -> bool:
        """The author's domain asks not to believe this letter."""
        return self.dmarc == "fail" and self.policy in ("quarantine", "reject")

    @property
    def unsupported(self) -> bool:
        """Neither the sending host nor any signature speaks for the sender, though somebody looked."""
        return self.spf in ("fail", "softfail") and not any(result == "pass" for _, result in self.dkim)

    def as_json(self) -> dict[str, Any]:
        return {
            "spf": self.spf,
            "spf_domain": self.spf_domain,
            "dkim": [list(signature) for signature in self.dkim],
            "dmarc": self.dmarc,
            "dmarc_domain": self.dmarc_domain,
            "policy": self.policy,
            "arc": self.arc,
            "by": self.by,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Authentication":
        return cls(**{**stored, "dkim": tuple((domain, result) for domain, result in stored.get("dkim", ()))})


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """The group's side: its names and its mail policy (groups.models.MailPolicy)."""

    slug: str = "gardeners"
    address: str = "gardeners@lists.example"
    list_id: str = "gardeners.lists.example"
    other_addresses: tuple[str, ...] = ()  # that it had before, or that lead to it
    posting: str = WhoPosts.MEMBERS
    strangers: str = Strangers.HOLD
    moderation: str = Moderation.NONE
    first_posts: int = 1
    emergency: bool = False
    state: str = GroupState.OPEN
    state_reason: str = ""
    taken_down: bool = False
    answers_to_owners: bool = False
    old_topics: str = OldTopics.OPEN
    old_topic_days: int = 365
    largest_kb: int = 10_240
    most_recipients: int = 20
    spam_hold: float = 5.0
    spam_discard: float = 15.0
    posts_a_day: int = 0
    slow_minutes: int = 0

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address, *self.other_addresses)

    def command(self, extension: str) -> str:
        """The address of a command: gardeners+unsubscribe@lists.example."""
        local, _, domain = self.address.rpartition("@")
        return f"{local}+{extension}@{domain}"


@dataclass(frozen=True, slots=True)
class MemberFacts:
    pk: int = 0
    role: str = Role.MEMBER
    posting: str = Posting.DEFAULT
    approved_posts: int = 0
    rejected_posts: int = 0
    user: int = 0

    @property
    def is_moderator(self) -> bool:
        return self.role in (Role.OWNER, Role.MODERATOR)

    @property
    def never_waits(self) -> bool:
        """What a moderator decided about somebody counts more than the role."""
        return self.posting == Posting.TRUSTED or (self.is_moderator and self.posting == Posting.DEFAULT)


@dataclass(frozen=True, slots=True)
class BanFacts:
    value: str
    reason: str = ""
    on_site: bool = False
    is_suspension: bool = False  # `value` is an address of somebody who is suspended


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """The topic that a letter answers, as moderators set it."""

    subject: str = "Seed swap"
    locked: bool = False
    lock_reason: str = ""
    moderated: bool = False
    last_at: datetime | None = None  # its latest letter


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a group's own rule asks: of what (`on`), how it is compared, with what; mail.rules.conditions knows them."""

    on: str
    how: str = ""
    value: str = ""
    name: str = ""  # of the header field


@dataclass(frozen=True, slots=True)
class ContentRuleFacts:
    """A rule that the group wrote itself."""

    name: str
    conditions: tuple[Condition, ...]
    then: str = "hold"  # an Action
    needs_all: bool = True
    answer: str = ""
    for_moderators: bool = False


@dataclass(frozen=True, slots=True)
class FileFacts:
    name: str = ""
    content_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    """Everything a rule may ask about one letter to one group. Addresses are in small letters, header names too."""

    group: GroupFacts = field(default_factory=GroupFacts)
    # who
    authors: tuple[str, ...] = ("bob@example.org",)  # every address in From, else the one in Sender
    envelope_from: str = "bob@example.org"  # empty: <>
    signed_in: bool = False  # written on the web by somebody who is signed in
    member: MemberFacts | None = None  # of several authors the one who may least; None where one of them is a stranger
    ban: BanFacts | None = None  # one that concerns an author or the envelope sender
    authentication: Authentication = field(default_factory=Authentication)
    # what
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    content_type: str = "text/plain"
    report_type: str = ""  # of a multipart/report (RFC 6522)
    subject: str = "Seed swap"
    text: str = "Forty packets are left."  # what the author wrote, without quotes and signature
    quoted: str = ""
    attachments: int = 0
    size: int = 1000  # bytes
    # where to
    recipients: int = 1  # addresses in To and Cc
    addressed: bool = True  # the group stands in To, Cc or Resent-To
    # what we have already
    is_duplicate: bool = False
    is_answer: bool = False  # to a letter of this group's archive
    topic: TopicFacts | None = None  # which it answers; None where it begins one
    answers_moved: bool = False  # a letter that is in another group now,
    moved_to: str = ""  # and that group's name and address, where people of this one may know it
    topic_idle_days: int | None = None  # since the latest letter of the topic it answers
    # what the group's own rules ask; gathered only where it has some
    content_rules: tuple[ContentRuleFacts, ...] = ()
    body: str = ""  # the whole letter as text
    links: tuple[str, ...] = ()  # domains, one for each link
    files: tuple[FileFacts, ...] = ()
    is_first: bool = False  # of this author in the group's archive
    # how often the author writes; only where the group limits it
    posts_today: int = 0
    minutes_since_last: float | None = None
    # spam filters
    spam_score: float | None = None
    spam_flag: bool = False

    def values(self, name: str) -> tuple[str, ...]:
        return self.headers.get(name, ())

    def header(self, name: str) -> str:
        """The first value of the header, in small letters; empty where there is none."""
        return next(iter(self.values(name)), "").strip().lower()

    @property
    def never_waits(self) -> bool:
        return self.member is not None and self.member.never_waits


@dataclass(frozen=True, slots=True)
class Rule:
    """A name for records and docs, the question it asks, and the function that answers."""

    name: str
    asks: str
    check: Callable[[Post], Finding | None]
