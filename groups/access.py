"""The only door from a URL to a Group. A view that asks here cannot forget the check.

A stranger to a private group gets the same 404 as for a group that does not exist; a stranger to a members-only archive of
a visible group is asked to sign in (or told that it is for members).
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from common.prepared import Prepared, Slot
from common.sentences import small
from groups import permissions
from groups.domains import sites
from groups.models import Alias, Group, Membership, Right, Role, Visibility
from groups.permissions import Standing

API = "/api/v1/groups/"  # addresses of the API that name a group go on behind its slug, or end there

_by_slug = Prepared(
    lambda *related: Group.objects.select_related(*related or [None]).filter(slug=Slot("slug"))  # none, not all of them
)
_role = Prepared(
    lambda: Membership.objects.filter(user=Slot("user"), group=Slot("group")).values_list("role", "rights")
)


class MembersOnly(PermissionDenied):
    """The group may be seen, but this part is for its members. Carries the group for the page that says so."""

    def __init__(self, group: Group, what: str = "letters") -> None:
        super().__init__(f"Only members may see the {what} of {group.name}.")
        self.group = group
        self.what = what


class Moved(Exception):
    """The group has another name or host now. `location`: the same page there."""

    def __init__(self, location: str, *, is_secret: bool) -> None:
        super().__init__(f"This is at {location} now.")
        self.location, self.is_secret = location, is_secret


class TakenDown(Http404):
    """The group was taken down by those who run the site. `tells`: the reason, for its members alone."""

    def __init__(self, group: Group, standing: Standing) -> None:
        super().__init__(f"{group.name} was taken down by the people who run this site.")
        self.group = group
        self.is_member = standing.is_member


class OtherGroups(PermissionDenied):
    """The person may see the group, but the token they gave their program is limited to others."""

    def __init__(self, group: Group) -> None:
        super().__init__(f"This token is limited to other groups than {group.name}.")


class OwnersOnly(PermissionDenied):
    """A member asked for something that the group's owners do."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One person's visit to one group: what views and templates need to know to decide what to show."""

    group: Group
    standing: Standing

    @property
    def sees_addresses(self) -> bool:
        return permissions.can_see_addresses(self.standing)

    @property
    def can_see_members(self) -> bool:
        return permissions.can_see_members(self.group, self.standing)

    @property
    def can_import(self) -> bool:
        return permissions.can_import(self.standing)

    @property
    def can_moderate(self) -> bool:
        return permissions.can_moderate(self.standing)

    def may(self, right: Right) -> bool:
        return self.standing.may(right)

    @property
    def can_read_archive(self) -> bool:
        return permissions.can_read_archive(self.group, self.standing)


def standing_of(user: object, group: Group) -> Standing:
    """One query for a signed-in person, none for a stranger."""
    if not isinstance(user, User) or not user.is_authenticated or not user.is_active:
        return Standing()
    if user.is_superuser:
        return Standing(is_staff=True)
    if group.domain_id and user.pk in group.site.owners:
        return Standing(role=Role.OWNER)
    found = _role.first(user=user.pk, group=group.pk)
    if found is None:
        return Standing()
    role, rights = found
    return Standing(role=role, given=None if rights is None else frozenset(rights))


def person(request: HttpRequest) -> User | None:
    """The signed-in person, or None. Does not touch the session of somebody who has none."""
    user = request.user
    return user if isinstance(user, User) and user.is_authenticated else None


def visit_group(request: HttpRequest, slug: str, *, related: tuple[str, ...] = ()) -> Visit:
    """Fetch a group whose existence this person may know of; Http404 otherwise."""
    group = _by_slug.first(*related, slug=slug) if "\x00" not in slug else None  # PostgreSQL refuses even to compare it
    if group is None:
        raise _elsewhere(request, slug)
    visit = Visit(group, standing_of(person(request), group))
    if not permissions.can_see_group(group, visit.standing):
        raise Http404(_("There is no such group."))
    request.not_for_search_engines = not group.for_search_engines  # type: ignore[attr-defined]  # groups.middleware
    if group.is_taken_down and not visit.standing.is_staff:
        raise TakenDown(group, visit.standing)
    limited_to = getattr(request, "limited_to", None)  # an API token may be for some groups alone
    if limited_to is not None and group.pk not in limited_to:
        raise OtherGroups(group)
    _lead_home(request, group)
    return visit


def _lead_home(request: HttpRequest, group: Group) -> None:
    """The host of one domain shows no groups of another; that of the house shows all."""
    asked = sites.of_request(request)
    if not asked.is_main and asked.pk != group.domain_id:
        is_secret = group.visibility == Visibility.PRIVATE
        raise Moved(group.site.absolute(request.get_full_path()), is_secret=is_secret)


def _elsewhere(request: HttpRequest, slug: str) -> Exception:
    """Where the group is found now, for those who may know that it exists; else that there is none. One query more."""
    known = Alias.objects.select_related("group").filter(slug=slug, group__isnull=False) if "\x00" not in slug else None
    alias = known.first() if known is not None else None
    group = alias.group if alias is not None else None
    path = request.get_full_path()
    here = f"{API}{{}}" if path.startswith(API) else "/g/{}/"
    old = here.format(slug)
    if group is None or old not in path or not permissions.can_see_group(group, standing_of(person(request), group)):
        return Http404(_("There is no such group."))
    is_secret = group.visibility == Visibility.PRIVATE
    return Moved(path.replace(old, here.format(group.slug), 1), is_secret=is_secret)


def visit_archive(request: HttpRequest, slug: str, *, related: tuple[str, ...] = ()) -> Visit:
    """Fetch a group whose letters this person may read; MembersOnly where they may see the group but not its letters."""
    visit = visit_group(request, slug, related=related)
    if not visit.can_read_archive:
        raise MembersOnly(visit.group)
    return visit


def visit_as_member(request: HttpRequest, slug: str, what: str, *, related: tuple[str, ...] = ()) -> Visit:
    """Fetch a group for one of its members; MembersOnly for others, whose page says what is for members."""
    visit = visit_group(request, slug, related=related)
    if not visit.standing.is_member:
        raise MembersOnly(visit.group, what)
    return visit


def visit_as_owner(request: HttpRequest, slug: str, *, related: tuple[str, ...] = ()) -> Visit:
    """Fetch a group for one of its owners; OwnersOnly for everybody else who may see it."""
    visit = visit_group(request, slug, related=related)
    if not visit.can_import:
        raise OwnersOnly(_("This is for the owners of the group."))
    return visit


def visit_as_moderator(request: HttpRequest, slug: str) -> Visit:
    """Fetch a group for one who moderates it; OwnersOnly for everybody else who may see it."""
    visit = visit_group(request, slug)
    if not visit.can_moderate:
        raise OwnersOnly(_("This is for the moderators and owners of the group."))
    return visit


def visit_with(request: HttpRequest, slug: str, right: Right, *, related: tuple[str, ...] = ()) -> Visit:
    """Fetch a group for somebody whom its owners gave this right; OwnersOnly for everybody else who may see it."""
    visit = visit_group(request, slug, related=related)
    if not visit.may(right):
        said = _("This needs a right that the group’s owners give: to %(what)s.")
        raise OwnersOnly(said % {"what": small(right.label)})
    return visit


def visit_with_any(request: HttpRequest, slug: str, *rights: Right) -> Visit:
    """Fetch a group for somebody who has one of these rights at least; OwnersOnly for everybody else who may see it."""
    visit = visit_group(request, slug)
    if not any(visit.may(right) for right in rights):
        raise OwnersOnly(_("This is for the owners of the group, and for moderators whom they gave a right for it."))
    return visit
