"""The list of members is for members."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from groups.models import Group, Role
from tests.builders import make_user

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
URL = "/g/gardeners/members/"


def test_strangers_do_not_see_it(client: Client, group: Group, signed_in: SignIn, charlie: User):
    for stranger in (client, signed_in(charlie)):
        response = stranger.get(URL)
        assert response.status_code == 403
        assert b"Bob Member" not in response.content


def test_a_private_group_shows_nothing_at_all(signed_in: SignIn, charlie: User, private_group: Group):
    assert signed_in(charlie).get("/g/plans/members/").status_code == 404


def test_a_member_sees_who_runs_the_group_and_who_is_in_it(signed_in: SignIn, bob: User, group: Group):
    response = signed_in(bob).get(URL)
    assert [one.user.name for one in response.context["running"]] == ["Alice Owner"]
    assert [one.user.name for one in response.context["page"].rows] == ["Bob Member"]
    assert b"alice@example.org" in response.content


def test_owners_stand_before_moderators(signed_in: SignIn, bob: User, charlie: User, group: Group):
    group.memberships.create(user=charlie, role=Role.MODERATOR)
    response = signed_in(bob).get(URL)
    assert [one.role for one in response.context["running"]] == [Role.OWNER, Role.MODERATOR]


def test_a_member_is_found_by_name_or_address(signed_in: SignIn, bob: User, group: Group, charlie: User):
    group.memberships.create(user=charlie)
    for wanted in ("strang", "CHARLIE@", "stranger+charlie"):
        response = signed_in(bob).get(f"{URL}?q={wanted}")
        assert [one.user for one in response.context["page"].rows] == [charlie]
        assert response.context["running"] == []


def test_nobody_found_says_so(signed_in: SignIn, bob: User, group: Group):
    assert b"Nobody called" in signed_in(bob).get(f"{URL}?q=zzz").content


def test_many_members_have_pages_and_cost_the_same(signed_in: SignIn, bob: User, group: Group):
    client = signed_in(bob)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for number in range(70):
        group.memberships.create(user=make_user(f"Member{number} X"))
    with CaptureQueriesContext(connection) as many:
        first = client.get(URL)
    second = client.get(URL + first.context["page"].next)
    assert len(many) == len(few) <= 7
    assert (len(first.context["page"].rows), len(second.context["page"].rows)) == (60, 11)
    assert second.context["running"] == []


def test_it_is_stored_nowhere(signed_in: SignIn, bob: User, group: Group):
    assert signed_in(bob).get(URL)["Cache-Control"] == "private, no-store"


def test_strangers_are_told_what_it_is_they_may_not_see(client: Client, group: Group):
    assert b"Only members may see the list of members of" in client.get(URL).content
