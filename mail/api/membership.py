"""One's own membership: joining, leaving, and how the mail comes."""

from datetime import datetime
from typing import Annotated, Any

from django.forms import model_to_dict
from django.http import HttpRequest
from ninja import Field, Router, Schema

from accounts.models import User
from accounts.tokens.auth import needs
from accounts.tokens.models import Scope
from common.api.fields import Line, Text
from common.api.problems import Problem, checked
from common.ratelimit import allowed
from groups.access import MembersOnly, person, visit_as_member, visit_group
from groups.actions.joining import Asked, Confirmed
from groups.actions.leaving import LastOwner
from groups.models import Membership
from mail.commands import leaving
from mail.web.choices import save_choices
from mail.web.choosing import MembershipForm
from mail.web.joining import FROM_ONE_PLACE, HOUR, is_confirmed, join_now, questions_of
from mail.web.people import addresses_of

router = Router(tags=["membership"])
SAID = {True: "yes", False: "no", None: ""}


class OwnMembership(Schema):
    """`address`: empty for the person's own. `listed`, `address_listed`: null for as the group says."""

    role: str
    joined_at: datetime
    delivery: str
    digest_format: str
    attachments_kb: int | None
    plain_text: bool
    address: str
    own_posts: bool
    skip_addressed: bool
    listed: bool | None
    address_listed: bool | None
    paused_at: datetime | None


class Choices(Schema):
    """What is left out stays as it is."""

    delivery: Line = ""
    digest_format: Line = ""
    attachments_kb: Annotated[int | None, Field(ge=0, le=2**31 - 1)] = None
    plain_text: bool = False
    address: Line = ""
    own_posts: bool = True
    skip_addressed: bool = True
    listed: bool | None = None
    address_listed: bool | None = None


class Join(Schema):
    """`answers`: to the group's questions, in their order."""

    answers: Annotated[list[Text], Field(max_length=20)] = []


class Joined(Schema):
    """`joined`: a member now; else `detail` says what is waited for."""

    joined: bool
    detail: str


@router.get("/groups/{slug}/membership", response=OwnMembership, auth=needs(Scope.MEMBERSHIP))
def read_membership(request: HttpRequest, slug: str) -> Membership:
    """How the group's mail comes to me."""
    return _mine(request, slug)


@router.patch("/groups/{slug}/membership", response=OwnMembership, auth=needs(Scope.MEMBERSHIP))
def change_membership(request: HttpRequest, slug: str, wanted: Choices) -> Membership:
    """Choose how the group's mail comes to me."""
    mine = _mine(request, slug)
    before = Membership.objects.get(pk=mine.pk)
    said = model_to_dict(mine, fields=list(MembershipForm._meta.fields or ()))  # type: ignore[misc]
    said |= wanted.dict(exclude_unset=True)
    said |= {name: SAID[said[name]] for name in ("listed", "address_listed")}
    said["attachments_kb"] = "" if said["attachments_kb"] is None else said["attachments_kb"]
    form = MembershipForm(None, instance=mine, addresses=addresses_of(mine.user))
    kept = {name: form[name].value() for name in form.fields if name not in said}  # days away
    form = MembershipForm({**kept, **said}, instance=mine, addresses=addresses_of(mine.user))
    save_choices(before, checked(form))
    mine.refresh_from_db()
    return mine


def _mine(request: HttpRequest, slug: str) -> Membership:
    visit = visit_as_member(request, slug, "mails")
    mine = Membership.objects.select_related("user", "group").filter(group=visit.group, user=person(request)).first()
    if mine is None:  # an operator, who may see the group but is no member
        raise MembersOnly(visit.group, "mails")
    return mine


@router.post("/groups/{slug}/membership", response=Joined, auth=needs(Scope.MEMBERSHIP))
def join_group(request: HttpRequest, slug: str, wanted: Join) -> dict[str, Any]:
    """Join the group, or ask to: moderators may have to agree."""
    visit = visit_group(request, slug)
    reader = person(request)
    assert isinstance(reader, User)
    if visit.standing.role is not None:
        raise Problem(409, str(Asked.MEMBER))
    if not is_confirmed(reader):
        raise Problem(
            403, "Confirm your address first: the page “Addresses” of your account sends you the mail for it."
        )
    if not allowed("join by api", reader.pk, limit=FROM_ONE_PLACE, seconds=HOUR):
        raise Problem(429, "You have joined many groups within an hour.", headers={"Retry-After": str(HOUR)})
    questions = [words for _, words in questions_of(visit.group)]
    answers = list(zip(questions, [*wanted.answers, *[""] * len(questions)], strict=False))
    if any(not answer.strip() for _, answer in answers):
        asked = [("body.answers", question) for question, answer in answers if not answer.strip()]
        raise Problem(422, "Please answer each question.", errors=asked)
    outcome = join_now(visit.group, reader, answers)
    if outcome in (Confirmed.JOINED, Confirmed.PENDING):
        return {"joined": outcome == Confirmed.JOINED, "detail": str(outcome)}
    raise Problem(409, str(outcome))


@router.delete("/groups/{slug}/membership", response={204: None}, auth=needs(Scope.MEMBERSHIP))
def leave_group(request: HttpRequest, slug: str) -> None:
    """Leave the group. A mail that undoes it follows."""
    try:
        leaving.leave_now(_mine(request, slug), how="web")
    except LastOwner as error:
        raise Problem(409, str(error)) from None
