"""Where is this address? Everything the site knows about it, in a fixed number of queries, each by an index."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts.models import User
from common import lookups  # noqa: F401  registers __among
from common.prepared import Prepared, Slot
from groups.abuse.models import Case, StaffEntry
from groups.actions.joining import person_of
from groups.models import Ban, Group, Invitation, JoinRequest, Membership, PastMember, Waiting
from mail.models import BounceEvent, Category, Delivery, Inbound, InboundState, Mailbox
from mail.outbox.stopping import addresses_of

SHOWN = 20
OF_GROUPS = ("pk", "slug", "name", "taken_down_at")  # all that is shown of them
OF_MEMBERSHIPS = ("group", "role", "joined_at", "delivery", "address", "paused_at", "posting", "user__email")
OF_COPIES = (
    "address",
    "state",
    "code",
    "reply",
    "outgoing__made_at",
    "outgoing__subject",
    "outgoing__kind",
    "outgoing__group",
)
MOST_MEMBERSHIPS = 500
BY_INDEX = "NOT (groups_membership.address = '')"  # for SQLite's planner: the index is of addresses that are not empty


def _at(model: Any, column: str = "address") -> Any:
    """The last rows that name one of the addresses."""
    return model.objects.filter(**{f"{column}__among": Slot("addresses")}).order_by("-pk")[:SHOWN]


def _of(model: Any, column: str = "person") -> Any:
    """The last rows about the person."""
    return model.objects.filter(**{column: Slot("person")}).order_by("-pk")


MEMBERSHIPS_AT = Prepared(
    lambda: Membership.objects.filter(address__among=Slot("addresses")).extra(where=[BY_INDEX])  # noqa: S610  a constant
    .values_list("pk")[:MOST_MEMBERSHIPS]
)  # fmt: skip
MEMBERSHIPS_OF = Prepared(lambda: Membership.objects.filter(user=Slot("person")).values_list("pk")[:MOST_MEMBERSHIPS])
MEMBERSHIPS = Prepared(
    lambda: Membership.objects.filter(pk__among=Slot("keys")).select_related("user").only(*OF_MEMBERSHIPS)
    .order_by("group__name", "pk")[:MOST_MEMBERSHIPS]
)  # fmt: skip
INVITATIONS = Prepared(lambda: _at(Invitation))
REQUESTS = Prepared(lambda: _at(JoinRequest))
LETTERS_IN = Prepared(lambda: _at(Inbound, "author"))
LETTERS_OUT = Prepared(
    lambda: Delivery.objects.filter(address__among=Slot("addresses")).select_related("outgoing").only(*OF_COPIES)
    .order_by("-outgoing_id")[:SHOWN]
)  # fmt: skip
BOUNCES = Prepared(lambda: BounceEvent.objects.filter(address__among=Slot("addresses")).order_by("-pk")[: 2 * SHOWN])
MAILBOXES = Prepared(lambda: Mailbox.objects.filter(address__among=Slot("addresses")))
OWN_ADDRESSES = Prepared(lambda: EmailAddress.objects.filter(user=Slot("person")).order_by("-primary", "email"))
PAST = Prepared(lambda: _of(PastMember, "user").select_related("by")[:SHOWN])
WAITING = Prepared(lambda: Waiting.objects.open().filter(person=Slot("person")).order_by("-pk")[:SHOWN])
STEPS = Prepared(lambda: Authenticator.objects.filter(user=Slot("person")))
CASES = Prepared(lambda: _of(Case)[:SHOWN])
HISTORY = Prepared(
    lambda: StaffEntry.objects.filter(about_kind="accounts.user", about_id=Slot("person")).order_by("-id")[:SHOWN]
)


@dataclass
class Found:
    """`addresses`: the one that was asked for and all others of the same person, in small letters."""

    asked: str
    person: User | None
    addresses: list[str]
    own: list[EmailAddress] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    past: list[PastMember] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    requests: list[JoinRequest] = field(default_factory=list)
    bans: list[Ban] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    held: list[Inbound] = field(default_factory=list)
    letters_in: list[Inbound] = field(default_factory=list)
    letters_out: list[Delivery] = field(default_factory=list)
    bounces: list[BounceEvent] = field(default_factory=list)
    complaints: list[BounceEvent] = field(default_factory=list)
    mailboxes: list[Mailbox] = field(default_factory=list)
    steps: list[Authenticator] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    history: list[StaffEntry] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        rows: Sequence[object] = (
            self.person, self.memberships, self.past, self.invitations, self.requests, self.bans, self.letters_in,
            self.letters_out, self.bounces, self.mailboxes,
        )  # fmt: skip
        return any(rows)


def look_up(address: str) -> Found:
    """`address` in any case, with or without a name around it."""
    asked = address.strip().rpartition("<")[2].removesuffix(">").strip().lower().replace("\0", "")[:320]
    person = person_of(asked) if "@" in asked else None
    found = Found(asked, person, list(dict.fromkeys([asked, *(addresses_of(person) if person else [])])))
    if "@" not in asked:
        return found
    _about_groups(found)
    _about_mail(found)
    if person is not None:
        _about_person(found, person)
    _name_groups(found)
    return found


def _about_groups(found: Found) -> None:
    keys = {pk for (pk,) in MEMBERSHIPS_AT.all(addresses=found.addresses)}
    if found.person:
        keys |= {pk for (pk,) in MEMBERSHIPS_OF.all(person=found.person.pk)}
    found.memberships = MEMBERSHIPS.all(keys=sorted(keys))
    found.invitations = INVITATIONS.all(addresses=found.addresses)
    found.requests = REQUESTS.all(addresses=found.addresses)
    found.bans = list(Ban.objects.matching(found.addresses[:20]).order_by("pk")[:50])


def _about_mail(found: Found) -> None:
    found.letters_in = LETTERS_IN.all(addresses=found.addresses)
    found.held = [letter for letter in found.letters_in if letter.state == InboundState.HELD]
    found.letters_out = LETTERS_OUT.all(addresses=found.addresses)
    for event in BOUNCES.all(addresses=found.addresses):
        (found.complaints if event.category == Category.COMPLAINT else found.bounces).append(event)
    found.mailboxes = MAILBOXES.all(addresses=found.addresses)
    states = {mailbox.address: mailbox for mailbox in found.mailboxes}
    for membership in found.memberships:
        membership.mailbox = states.get(membership.mail_address.lower())  # type: ignore[attr-defined]


def _about_person(found: Found, person: User) -> None:
    found.own = OWN_ADDRESSES.all(person=person.pk)
    found.past = PAST.all(person=person.pk)
    found.waiting = WAITING.all(person=person.pk)
    found.steps = STEPS.all(person=person.pk)
    found.cases = CASES.all(person=person.pk)
    found.history = HISTORY.all(person=str(person.pk))


def _name_groups(found: Found) -> None:
    """One question for the groups of everything; a group has many columns, and each kind of row would fetch them all."""
    letters = [copy.outgoing for copy in found.letters_out]
    rows: list[Any] = [
        *found.memberships, *found.past, *found.invitations, *found.requests, *found.bans, *found.waiting, *letters,
    ]  # fmt: skip
    groups = Group.objects.only(*OF_GROUPS).in_bulk({row.group_id for row in rows if row.group_id})
    for row in rows:
        if row.group_id:
            row.group = groups[row.group_id]
