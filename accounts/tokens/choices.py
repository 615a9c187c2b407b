"""The groups a token can be limited to. Whoever knows groups registers where to ask."""

from collections.abc import Callable

from accounts.models import User

GroupsOf = Callable[[User], list[tuple[int, str]]]
SOURCES: list[GroupsOf] = []  # filled by the apps.py of the groups


def groups_of(user: User) -> list[tuple[int, str]]:
    """(key, name) of each of the person's groups."""
    return [each for source in SOURCES for each in source(user)]
