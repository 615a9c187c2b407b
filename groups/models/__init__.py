from groups.models.group import ArchiveAccess, Group, GroupQuerySet, Visibility
from groups.models.membership import Membership, Role

__all__ = ["ArchiveAccess", "Group", "GroupQuerySet", "Membership", "Role", "Visibility"]
