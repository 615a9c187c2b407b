"""What an owner changes, and nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from groups.actions.groups import change_settings
from groups.models import Group, Role

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
URL = "/g/gardeners/settings/"
FIELDS = {
    "name": "Riverside Growers",
    "summary": "Seeds.",
    "description": "We *grow*.",
    "language": "nb",
    "visibility": "unlisted",
    "archive_access": "members",
}


def test_an_owner_changes_what_the_group_says_of_itself(signed_in: SignIn, alice: User, group: Group):
    signed_in(alice).post(URL, FIELDS)
    group.refresh_from_db()
    assert {name: getattr(group, name) for name in FIELDS} == FIELDS


@pytest.mark.parametrize(("who", "answer"), [("bob", 403), ("charlie", 403), (None, 403)])
def test_others_do_not(signed_in: SignIn, request: pytest.FixtureRequest, group: Group, who: str | None, answer: int):
    client = signed_in(request.getfixturevalue(who)) if who else Client()
    assert (client.get(URL).status_code, client.post(URL, FIELDS).status_code) == (answer, answer)
    group.refresh_from_db()
    assert group.name == "Riverside Gardeners"


def test_a_moderator_does_not(signed_in: SignIn, bob: User, group: Group):
    group.memberships.filter(user=bob).update(role=Role.MODERATOR)
    assert signed_in(bob).post(URL, FIELDS).status_code == 403


def test_an_owner_of_another_group_does_not_find_a_private_one(signed_in: SignIn, charlie: User, private_group: Group):
    Group.objects.create(slug="own", name="Own").memberships.create(user=charlie, role=Role.OWNER)
    assert signed_in(charlie).get("/g/plans/settings/").status_code == 404


def test_a_private_group_keeps_its_letters_private(signed_in: SignIn, alice: User, group: Group):
    response = signed_in(alice).post(URL, {**FIELDS, "visibility": "private", "archive_access": "public"})
    assert b"The letters of a private group are for its members" in response.content
    group.refresh_from_db()
    assert group.visibility == "public"


def test_the_short_name_stays(signed_in: SignIn, alice: User, group: Group):
    signed_in(alice).post(URL, {**FIELDS, "slug": "stolen"})
    assert Group.objects.get().slug == "gardeners"


def test_a_language_we_do_not_know_is_kept(signed_in: SignIn, alice: User, group: Group):
    Group.objects.filter(pk=group.pk).update(language="gsw-u-sd-chzh")
    signed_in(alice).post(URL, {**FIELDS, "language": "gsw-u-sd-chzh"})
    group.refresh_from_db()
    assert group.language == "gsw-u-sd-chzh"


def test_the_action_says_what_changed(alice: User, group: Group):
    assert change_settings(group=group, by=alice, name="Growers", summary="") == ["name"]


def test_saving_the_same_again_changes_nothing(alice: User, group: Group):
    before = group.changed_at
    assert change_settings(group=group, by=alice, name=group.name) == []
    group.refresh_from_db()
    assert group.changed_at == before
