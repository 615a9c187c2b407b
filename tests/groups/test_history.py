"""What the settings were, and going back to it."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from groups.actions.groups import CannotBe, change_settings, go_back
from groups.history import as_after, before, changes_of, shown
from groups.models import Action, Group
from tests.builders import make_user

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
URL = "/g/gardeners/settings/history/"


def change(group: Group, by: User, **settings):
    change_settings(group=group, by=by, **settings)
    return changes_of(group).latest("pk")


def test_a_change_is_kept_with_who_made_it_and_shown_in_words(signed_in: SignIn, alice: User, group: Group):
    change(group, alice, joining="approval", answers_to_owners=True)
    page = signed_in(alice).get(URL).content.decode()
    assert "Alice Owner" in page
    assert "<del>Anybody may join</del> → <ins>A moderator approves</ins>" in page
    assert "<del>no</del> → <ins>yes</ins>" in page


def test_of_a_long_text_only_the_lines_that_differ_are_shown(alice: User, group: Group):
    lines = [f"Line {number}" for number in range(30)]
    change(group, alice, description="\n".join(lines))
    entry = change(group, alice, description="\n".join([*lines[:20], "New", *lines[21:]]))
    (line,) = shown([entry])[0].lines
    assert [(piece.mark, piece.text) for piece in line.pieces] == [
        (" ", "Line 19"), ("-", "Line 20"), ("+", "New"), (" ", "Line 21"),
    ]  # fmt: skip


def test_what_people_wrote_cannot_live_in_the_history(signed_in: SignIn, alice: User, group: Group):
    change(group, alice, summary="<script>alert(1)</script>")
    assert b"<script>alert" not in signed_in(alice).get(URL).content


def test_one_change_is_taken_back_and_later_ones_stay(signed_in: SignIn, alice: User, group: Group):
    entry = change(group, alice, joining="approval", summary="Seeds")
    change(group, alice, name="Growers")
    signed_in(alice).post(f"{URL}{entry.pk}/", {"to": "change"})
    group.refresh_from_db()
    assert (group.joining, group.summary, group.name) == ("open", "", "Growers")
    latest = changes_of(group).latest("pk")
    assert (latest.action, latest.by) == (Action.SETTINGS_ROLLED_BACK, alice)


def test_going_back_to_a_day_takes_all_later_changes_back(signed_in: SignIn, alice: User, group: Group):
    entry = change(group, alice, summary="Seeds")
    change(group, alice, summary="Slugs", joining="approval")
    change(group, alice, summary="Snails", joining="invitation", emergency=True)
    signed_in(alice).post(f"{URL}{entry.pk}/", {"to": "time"})
    group.refresh_from_db()
    assert (group.summary, group.joining) == ("Seeds", "open")
    assert group.emergency  # the brake is no setting of a day


def test_going_back_can_itself_be_taken_back(alice: User, group: Group):
    entry = change(group, alice, summary="Seeds")
    go_back(group=group, by=alice, settings=before(entry), to="before")
    go_back(group=group, by=alice, settings=as_after(group, entry), to="after")
    assert group.summary == "Seeds"


def test_what_does_not_go_together_is_not_brought_back(alice: User, group: Group):
    entry = change(group, alice, archive_access="members")
    change(group, alice, visibility="private")
    with pytest.raises(CannotBe):
        go_back(group=group, by=alice, settings=before(entry), to="before")
    group.refresh_from_db()
    assert group.archive_access == "members"


def test_the_change_of_another_group_cannot_be_taken_back_here(signed_in: SignIn, alice: User, group: Group):
    entry = change(Group.objects.create(slug="other", name="Other"), alice, name="Changed")
    assert signed_in(alice).post(f"{URL}{entry.pk}/", {"to": "change"}).status_code == 404


def test_a_long_history_has_pages_that_cost_the_same(
    signed_in: SignIn, alice: User, group: Group, django_assert_num_queries
):
    browser = signed_in(alice)
    change(group, alice, name="Growers 0")
    browser.get(URL)
    with django_assert_num_queries(4):
        browser.get(URL)
    for number in range(1, 45):
        change(group, make_user(f"Owner{number}"), name=f"Growers {number}")
    with django_assert_num_queries(4):
        page = browser.get(URL)
    assert page.content.decode().count("Take this change back") == 20
    assert "Older" in page.content.decode()
