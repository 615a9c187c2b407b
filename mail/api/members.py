"""The members of a group: the list that each may see, and for those who look after them what their pages do."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest, QueryDict
from ninja import Field, Query, Router, Schema, Status

from accounts.tokens.auth import needs
from accounts.tokens.models import Scope
from common.api.fields import Key, Line, Text, Words
from common.api.lists import ListOf, Window, listed
from common.api.problems import Problem
from common.ratelimit import allowed
from groups import roster
from groups.access import Visit
from groups.actions.adding import NotAdded, begin, start
from groups.actions.leaving import LastOwner
from groups.actions.members import NotYours
from groups.models import Batch, Invitation, InvitationState, Membership, Right
from groups.pasted import Pasted, understand
from groups.tables import Unreadable
from mail.commands import adding as adding_commands
from mail.commands import inviting as inviting_commands
from mail.web.members import listing, person
from mail.web.members.adding import UPLOADS_AN_HOUR, as_table
from mail.web.members.frame import visit_for_members, visit_for_owners
from mail.web.members.inviting import MOST_AT_ONCE

router = Router(tags=["members"])
MOST_ADDED = 5000


class Member(Schema):
    """A member. `address`: null where the asker may not see it. What follows it: null but for those who look after members."""

    id: int
    name: str
    role: str
    joined_at: datetime
    address: str | None
    rights: list[str] | None
    delivery: str | None
    posting: str | None
    paused_at: datetime | None


class MemberFilters(Window):
    """`role`, `state`, `delivery` and `sort` count for those who look after members."""

    q: Words = ""
    role: Words = ""
    state: Words = ""
    delivery: Words = ""
    sort: Words = ""


class MemberChange(Schema):
    """What is left out stays as it is. `rights`: of a moderator."""

    role: Line | None = None
    rights: list[Line] | None = None
    posting: Line | None = None
    delivery: Line | None = None
    paused: bool | None = None


class Removal(Schema):
    """`words`: what they are told beside the fact; `tell`: whether they are told at all."""

    words: Words = ""
    tell: bool = True


class Someone(Schema):
    address: Line
    name: Line = ""


class Invite(Schema):
    people: Annotated[list[Someone], Field(min_length=1, max_length=MOST_AT_ONCE)]
    words: Text = ""


class LeftOut(Schema):
    address: str
    because: str


class Invited(Schema):
    invited: list[str]
    left_out: list[LeftOut]


class InvitationShown(Schema):
    id: int
    address: str
    name: str
    state: str
    sent_at: datetime
    times_sent: int
    by: str


class InvitationFilters(Window):
    state: Words = ""


class Add(Schema):
    """`consent`: how they agreed; `consent_words`: more about it."""

    people: Annotated[list[Someone], Field(min_length=1, max_length=MOST_ADDED)]
    consent: Line
    consent_words: Text = ""


class BatchShown(Schema):
    """People being added. `left_out`: how many, by the reason."""

    id: int
    state: str
    added: int
    left_out: dict[str, int]


@router.get("/groups/{slug}/members", response=ListOf[Member], auth=needs(Scope.MEMBERS_READ))
def list_members(request: HttpRequest, slug: str, window: Query[MemberFilters]) -> dict[str, Any]:
    """The members whom I may see: everybody for those who look after them, for members who wants to be seen."""
    visit = listing.visit_members(request, slug)
    group = visit.group
    if not visit.may(Right.MEMBERS):
        people = roster.directory(group, " ".join(window.q.split())[:100])
        return listed(request, people, window, lambda rows: _seen_by_members(rows, visit), field="joined_at")
    asked = QueryDict(mutable=True)
    asked.update({name: getattr(window, name) for name in ("q", "role", "state", "delivery", "sort")})
    wanted = roster.wanted_in(asked)
    how: dict[str, Any] = {"field": "joined_at", "descending": wanted.sort == "new"}
    if wanted.sort == "name":
        how = {"field": "label", "by_text": True, "descending": False}
    return listed(request, listing.found(group, wanted), window, lambda rows: [_whole(each) for each in rows], **how)


def _seen_by_members(rows: Iterable[Membership], visit: Visit) -> list[dict[str, Any]]:
    unknown = dict.fromkeys(("rights", "delivery", "posting", "paused_at"))
    return [
        {**_named(row), **unknown, "address": row.mail_address if roster.shows_address(row, visit.group) else None}
        for row in rows
    ]


def _named(row: Membership) -> dict[str, Any]:
    return {"id": row.user_id, "name": row.user.name, "role": row.role, "joined_at": row.joined_at}


def _whole(row: Membership) -> dict[str, Any]:
    names = ("delivery", "posting", "paused_at", "rights")
    return {**_named(row), **{name: getattr(row, name) for name in names}, "address": row.mail_address}


@router.get("/groups/{slug}/members/{pk}", response=Member, auth=needs(Scope.MEMBERS_READ))
def read_member(request: HttpRequest, slug: str, pk: Key) -> dict[str, Any]:
    """One member, for those who look after them."""
    visit, _ = visit_for_members(request, slug)
    return _whole(_member(visit, pk))


def _member(visit: Visit, pk: int) -> Membership:
    found = Membership.objects.filter(group=visit.group, user=pk).select_related("user").first()
    if found is None:
        raise Http404("There is no such member.")
    return found


@router.patch("/groups/{slug}/members/{pk}", response=Member, auth=needs(Scope.MEMBERS_WRITE))
def change_member(request: HttpRequest, slug: str, pk: Key, wanted: MemberChange) -> dict[str, Any]:
    """Decide about a member: each value is one decision of the member's page, in the order of this description."""
    visit, by = visit_for_members(request, slug)
    for what, said in _decisions(_member(visit, pk), wanted.dict(exclude_none=True)):
        _decide(what, said, visit, by, pk)
    return _whole(_member(visit, pk))


def _decisions(now: Membership, given: dict[str, Any]) -> Iterable[tuple[str, QueryDict]]:
    for name in ("role", "rights", "posting", "delivery"):
        if name in given:
            yield name, _form(name if name != "rights" else "right", given[name])
    if "paused" in given:
        yield ("pause" if given["paused"] else "go-on"), QueryDict()


def _form(name: str, value: Any) -> QueryDict:
    said = QueryDict(mutable=True)
    said.setlist(name, value if isinstance(value, list) else [value])
    return said


def _decide(what: str, said: QueryDict, visit: Visit, by: Any, pk: int) -> None:
    try:
        person.DECISIONS[what](said, visit, by, pk)
    except NotYours as error:
        raise Problem(403, str(error)) from None
    except LastOwner as error:
        raise Problem(409, str(error)) from None
    except Http404 as error:
        raise Problem(422 if "choice" in str(error) else 404, str(error)) from None


@router.delete("/groups/{slug}/members/{pk}", response={204: None}, auth=needs(Scope.MEMBERS_WRITE))
def remove_member(request: HttpRequest, slug: str, pk: Key, wanted: Query[Removal]) -> None:
    """Take a member out. It can be undone on the member's page."""
    visit, by = visit_for_members(request, slug)
    said = QueryDict(mutable=True)
    said.update({"words": wanted.words, "tell": "yes" if wanted.tell else "no"})
    _decide("remove", said, visit, by, pk)


@router.get("/groups/{slug}/invitations", response=ListOf[InvitationShown], auth=needs(Scope.MEMBERS_READ))
def list_invitations(request: HttpRequest, slug: str, window: Query[InvitationFilters]) -> dict[str, Any]:
    """Invitations, the latest first."""
    visit, _ = visit_for_members(request, slug)
    rows = Invitation.objects.filter(group=visit.group)
    if window.state in InvitationState.values:
        rows = rows.filter(state=window.state)
    return listed(request, rows, window, _invitations, field="sent_at")


def _invitations(rows: Iterable[Invitation]) -> list[dict[str, Any]]:
    names = ("address", "name", "state", "sent_at", "times_sent")
    return [{**{name: getattr(row, name) for name in names}, "id": row.pk, "by": row.by_name} for row in rows]


@router.post("/groups/{slug}/invitations", response=Invited, auth=needs(Scope.MEMBERS_WRITE))
def invite_people(request: HttpRequest, slug: str, wanted: Invite) -> dict[str, Any]:
    """Invite people by mail; they join by answering it."""
    visit, by = visit_for_members(request, slug)
    people = _understood(wanted.people)
    outcome = inviting_commands.invite(group=visit.group, people=people, words=wanted.words.strip()[:2000], by=by)
    left_out = [{"address": address, "because": because} for address, because in outcome.left_out]
    return {"invited": [each.address for each in outcome.sent], "left_out": left_out}


def _understood(people: list[Someone]) -> list[Pasted]:
    """As the page reads what is pasted: one a line."""
    lines = (f"{_plain(each.name)} <{_plain(each.address)}>" for each in people)
    found = understand("\n".join(lines))
    if not found.people:
        raise Problem(
            422, "There is no address in it.", errors=[("body.people", "Give addresses, as ann@example.org.")]
        )
    return found.people


def _plain(text: str) -> str:
    return " ".join(text.replace("<", " ").replace(">", " ").replace('"', " ").split())


@router.post("/groups/{slug}/members", response={202: BatchShown}, auth=needs(Scope.MEMBERS_WRITE))
def add_members(request: HttpRequest, slug: str, wanted: Add) -> Status:
    """Add people on the word of an owner, who says how they agreed. They are told, and can leave by one click."""
    visit, by = visit_for_owners(request, slug)
    if not allowed("member files", by.pk, limit=UPLOADS_AN_HOUR, seconds=3600):
        raise Problem(429, "You have added people often within an hour.", headers={"Retry-After": "3600"})
    try:
        batch = begin(group=visit.group, by=by, content=as_table(_understood(wanted.people)), name="API")
        start(batch, by=by, consent=wanted.consent, words=wanted.consent_words)
    except (Unreadable, NotAdded) as error:
        raise Problem(422, str(error)) from None
    adding_commands.wake()
    batch.refresh_from_db()
    return Status(202, _batch(batch))


@router.get("/groups/{slug}/batches/{pk}", response=BatchShown, auth=needs(Scope.MEMBERS_READ))
def read_batch(request: HttpRequest, slug: str, pk: Key) -> dict[str, Any]:
    """How far people are added, and who was left out."""
    visit, _ = visit_for_owners(request, slug)
    found = Batch.objects.filter(pk=pk, group=visit.group).first()
    if found is None:
        raise Http404("There is no such batch.")
    return _batch(found)


def _batch(batch: Batch) -> dict[str, Any]:
    return {"id": batch.pk, "state": batch.state, "added": batch.added, "left_out": batch.report}
