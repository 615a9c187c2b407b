"""Groups: the directory, one's own, starting one, its settings."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings as site
from django.db import IntegrityError
from django.forms import ModelForm, model_to_dict
from django.http import HttpRequest, QueryDict
from ninja import Query, Router, Schema, Status

from accounts.models import User
from accounts.tokens.auth import needs
from accounts.tokens.models import Scope
from common.api.fields import Line, Text, Words
from common.api.lists import ListOf, Window, as_list, listed, place_in
from common.api.problems import Problem, checked
from common.ratelimit import allowed
from groups.access import person, visit_group, visit_with
from groups.actions.groups import CannotBe, change_settings, start_group
from groups.directory import asked as asking
from groups.directory.finding import find
from groups.directory.mine import with_activity
from groups.directory.tree import tree_at
from groups.directory.version import version
from groups.forms.groups import PARTS
from groups.forms.starting import NameForm
from groups.forms.who import WhoForm
from groups.models import Group, Right
from groups.presets import PRESETS, USUAL
from groups.roster import member_count
from groups.views.starting import NEW_GROUPS_A_DAY, TOO_MANY

router = Router(tags=["groups"])


class GroupInList(Schema):
    slug: str
    name: str
    summary: str
    language: str
    address: str
    url: str
    members: int
    messages: int
    topics: int
    last_message_at: datetime | None


class GroupInFull(Schema):
    """A group. `role` is the asker's, null for strangers; so is what they may do."""

    slug: str
    name: str
    summary: str
    description: str
    language: str
    address: str
    url: str
    visibility: str
    archive_access: str
    joining: str
    posting: str
    state: str
    created_at: datetime
    members: int
    messages: int | None
    topics: int | None
    last_message_number: int | None
    role: str | None
    rights: list[str]


class Settings(Schema):
    """The settings a request may change; what is left out stays as it is."""

    name: Line = ""
    summary: Line = ""
    description: Text = ""
    language: Line = ""
    visibility: Line = ""
    archive_access: Line = ""
    joining: Line = ""
    posting: Line = ""
    strangers: Line = ""
    members_seen_by: Line = ""
    owners_hear: Line = ""
    old_topics: Line = ""
    old_topic_days: int = 0
    answers_to_owners: bool = False
    hashtags_in_subjects: bool = False
    guidelines: Text = ""
    reminder: Line = ""


class DirectoryFilters(Window):
    """As on the page of the directory; what makes no sense is left out."""

    q: Words = ""
    category: Words = ""
    country: Words = ""
    language: Words = ""
    size: Words = ""
    activity: Words = ""
    joining: Words = ""
    readable: Words = ""
    sort: Words = ""


class NewGroup(Schema):
    """`preset`: what the settings begin with; those that are given count more."""

    name: Line
    slug: Line = ""
    summary: Line = ""
    preset: Line = USUAL
    visibility: Line = ""
    archive_access: Line = ""
    joining: Line = ""
    posting: Line = ""
    strangers: Line = ""
    members_seen_by: Line = ""
    owners_hear: Line = ""


def in_list(groups: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            **_named(group),
            "members": group.member_count,
            "messages": archive.message_count if archive is not None else 0,
            "topics": archive.thread_count if archive is not None else 0,
            "last_message_at": archive.last_at if archive is not None else None,
        }
        for group in groups
        for archive in (getattr(group, "archive", None),)
    ]


def _named(group: Group) -> dict[str, Any]:
    names = ("slug", "name", "summary", "language", "address")
    return {**{name: getattr(group, name) for name in names}, "url": site.SITE_URL + group.get_absolute_url()}


@router.get("/groups", response=ListOf[GroupInList], auth=needs(Scope.GROUPS_READ, anybody=True))
def list_groups(request: HttpRequest, window: Query[DirectoryFilters]) -> dict[str, Any]:
    """The directory, as its page finds and orders groups."""
    params = QueryDict(mutable=True)
    params.update({name: value for name, value in window.dict().items() if value and name not in Window.model_fields})
    number, _, _ = version()
    asked = asking.read(params, tree_at(number))
    found = find(asked, place_in(request, window), person(request), size=window.limit)
    return as_list(request, found.page, window, in_list(found.page.rows))


@router.get("/me/groups", response=ListOf[GroupInList], auth=needs(Scope.GROUPS_READ, across_groups=False))
def list_own_groups(request: HttpRequest, window: Query[Window]) -> dict[str, Any]:
    """The groups I am in, those with the latest letters first."""
    reader = person(request)
    assert reader is not None
    mine = Group.objects.filter(pk__in=reader.memberships.values("group"))
    limited_to = getattr(request, "limited_to", None)
    if limited_to is not None:
        mine = mine.filter(pk__in=limited_to)
    return listed(request, with_activity(mine), window, in_list, field="active_at")


@router.post("/groups", response={201: GroupInFull}, auth=needs(Scope.GROUPS_WRITE))
def create_group(request: HttpRequest, wanted: NewGroup) -> Status:
    """Start a group, which I then own."""
    by = person(request)
    assert by is not None
    if wanted.preset not in PRESETS:
        raise Problem(422, "There is no such preset.", errors=[("body.preset", f"One of {', '.join(PRESETS)}.")])
    preset = PRESETS[wanted.preset]
    given = wanted.dict(exclude_unset=True)
    named = checked(NameForm({name: given.get(name, "") for name in NameForm._meta.fields or ()}))  # type: ignore[misc]
    who = checked(WhoForm({**preset.who, **given}))
    if not allowed("start-group", by.pk, limit=NEW_GROUPS_A_DAY, seconds=86400):
        raise Problem(429, str(TOO_MANY), headers={"Retry-After": "86400"})
    try:
        group = start_group(by=by, **named, **who, **preset.more)
    except IntegrityError:
        raise Problem(409, "Somebody has just taken this short name. Choose another.") from None
    return Status(201, _in_full(request, group.slug))


@router.get("/groups/{slug}", response=GroupInFull, auth=needs(Scope.GROUPS_READ, anybody=True))
def read_group(request: HttpRequest, slug: str) -> dict[str, Any]:
    """One group, as its home page shows it."""
    return _in_full(request, slug)


def _in_full(request: HttpRequest, slug: str) -> dict[str, Any]:
    visit = visit_group(request, slug, related=("archive",))
    group, standing = visit.group, visit.standing
    archive = getattr(group, "archive", None) if visit.can_read_archive else None
    names = ("description", "visibility", "archive_access", "joining", "posting", "state", "created_at")
    return {
        **_named(group),
        **{name: getattr(group, name) for name in names},
        "members": member_count(group),
        "messages": archive.message_count if archive is not None else None,
        "topics": archive.thread_count if archive is not None else None,
        "last_message_number": archive.next_number - 1 if archive is not None else None,
        "role": standing.role,
        "rights": sorted(standing.rights),
    }


@router.get("/groups/{slug}/settings", response=Settings, auth=needs(Scope.GROUPS_WRITE))
def read_settings(request: HttpRequest, slug: str) -> Group:
    """The settings that can be changed here, for whoever may change them."""
    visit = visit_with(request, slug, Right.SETTINGS)
    return visit.group


@router.patch("/groups/{slug}/settings", response=Settings, auth=needs(Scope.GROUPS_WRITE))
def change_group_settings(request: HttpRequest, slug: str, wanted: Settings) -> Group:
    """Change settings, under the rules of their pages; the log and the history keep it."""
    visit = visit_with(request, slug, Right.SETTINGS)
    by = person(request)
    assert isinstance(by, User)
    now = Group.objects.get(pk=visit.group.pk)
    given = wanted.dict(exclude_unset=True)
    values: dict[str, Any] = {}
    for part in PARTS.values():
        values |= _checked_part(part.form, now, given)
    try:
        change_settings(group=visit.group, by=by, **values)
    except CannotBe as problem:
        raise Problem(409, str(problem)) from None
    return visit.group


def _checked_part(form: "type[ModelForm[Any]]", now: Group, given: dict[str, Any]) -> dict[str, Any]:
    """What this page of the settings makes of the values that are given, beside those that stay."""
    fields = form._meta.fields or ()
    if not given.keys() & set(fields):
        return {}
    said = {**model_to_dict(now, fields=list(fields)), **given}
    cleaned = checked(form(said, instance=now))
    return {name: value for name, value in cleaned.items() if name in given}
