"""Each person sees the doors they may open."""

import pytest

from groups.access import Visit
from groups.models import ArchiveAccess, Group, Role
from groups.permissions import Standing
from groups.tabs import tabs_of

READING = ["Topics", "Months", "Authors", "Attachments", "Polls", "Search"]


def labels(group: Group, standing: Standing) -> list[str]:
    return [tab.label for tab in tabs_of(Visit(group, standing), "")]


@pytest.mark.parametrize(
    ("standing", "seen"),
    [
        (Standing(), READING),
        (Standing(role=Role.MEMBER), [*READING, "Members", "Your mail"]),
        (Standing(role=Role.MODERATOR), [*READING, "Members", "Your mail", "Moderation"]),
        (Standing(role=Role.OWNER), [*READING, "Members", "Your mail", "Moderation", "Import", "Settings"]),
        (Standing(is_staff=True), [*READING, "Members", "Moderation", "Import", "Settings"]),
    ],
)
def test_in_an_open_group(standing: Standing, seen: list[str]):
    assert labels(Group(slug="gardeners"), standing) == seen


def test_a_stranger_to_a_members_group_sees_none():
    assert labels(Group(slug="committee", archive_access=ArchiveAccess.MEMBERS), Standing()) == []


def test_the_tab_we_are_on_is_marked():
    tabs = tabs_of(Visit(Group(slug="gardeners"), Standing()), "months")
    assert [tab.label for tab in tabs if tab.current] == ["Months"]
