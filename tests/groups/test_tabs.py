"""Each person sees the doors they may open."""

import pytest

from groups.access import Visit
from groups.models import ArchiveAccess, Group, Role
from groups.permissions import Standing
from groups.tabs import tabs_of

READING = ["Topics", "Months", "Authors", "Attachments", "Search"]


def labels(group: Group, standing: Standing) -> list[str]:
    return [tab.label for tab in tabs_of(Visit(group, standing), "")]


@pytest.mark.parametrize(
    ("standing", "seen"),
    [
        (Standing(), READING),
        (Standing(role=Role.MEMBER), [*READING, "Members"]),
        (Standing(role=Role.MODERATOR), [*READING, "Members"]),
        (Standing(role=Role.OWNER), [*READING, "Members", "Import", "Settings"]),
        (Standing(is_staff=True), [*READING, "Members", "Import", "Settings"]),
    ],
)
def test_in_an_open_group(standing: Standing, seen: list[str]):
    assert labels(Group(slug="gardeners"), standing) == seen


def test_a_stranger_to_a_members_group_sees_none():
    assert labels(Group(slug="committee", archive_access=ArchiveAccess.MEMBERS), Standing()) == []


def test_the_tab_we_are_on_is_marked():
    tabs = tabs_of(Visit(Group(slug="gardeners"), Standing()), "months")
    assert [tab.label for tab in tabs if tab.current] == ["Months"]
