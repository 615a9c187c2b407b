"""Who may do what in a group: pure, from the group's settings and the person's standing. docs/permissions.md lists the same.

Every page, feed, search, export and command asks here; groups/access.py is the only door that fetches a group for a request.
"""

from dataclasses import dataclass

from groups.models import USUAL_RIGHTS, Group, MembersSeenBy, Right, Role, Visibility

ALL_RIGHTS = frozenset(Right)
NO_RIGHTS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's standing in one group: their role, or None for a stranger; site staff may do everything, and
    owners of the group's domain what its owners may. `given`: what the
    owners let this moderator do; None: what moderators usually may."""

    role: str | None = None
    is_staff: bool = False
    given: frozenset[str] | None = None

    @property
    def is_member(self) -> bool:
        return self.role is not None or self.is_staff

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER or self.is_staff

    @property
    def is_moderator(self) -> bool:
        return self.role in (Role.OWNER, Role.MODERATOR) or self.is_staff

    @property
    def rights(self) -> frozenset[str]:
        if self.is_owner:
            return ALL_RIGHTS
        if self.role != Role.MODERATOR:
            return NO_RIGHTS
        return USUAL_RIGHTS if self.given is None else self.given

    def may(self, right: Right) -> bool:
        return right in self.rights


def can_see_group(group: Group, standing: Standing) -> bool:
    return group.visibility != Visibility.PRIVATE or standing.is_member


def can_read_archive(group: Group, standing: Standing) -> bool:
    return group.archive_is_public or standing.is_member


def can_see_addresses(standing: Standing) -> bool:
    """Strangers see names and a proof form; members of the group see whole addresses."""
    return standing.is_member


def can_see_members(group: Group, standing: Standing) -> bool:
    return standing.is_moderator or (standing.is_member and group.members_seen_by == MembersSeenBy.MEMBERS)


def can_moderate(standing: Standing) -> bool:
    return standing.is_moderator


def can_import(standing: Standing) -> bool:
    return standing.is_owner
