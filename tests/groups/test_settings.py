"""What an owner changes, and nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from groups.actions.groups import SETTINGS, change_settings
from groups.forms.groups import PARTS
from groups.models import Group, Right, Role

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
HUB = "/g/gardeners/settings/"
URL = f"{HUB}about/"
WHO = f"{HUB}who/"
FIELDS = {
    "name": "Riverside Growers",
    "summary": "Seeds.",
    "description": "We *grow*.",
    "language": "nb",
}
WHO_FIELDS = {
    "visibility": "unlisted", "archive_access": "members", "joining": "approval", "posting": "moderators",
    "strangers": "reject", "members_seen_by": "moderators", "owners_hear": "members",
}  # fmt: skip


@pytest.fixture
def owner(signed_in: SignIn, alice: User, group: Group) -> Client:
    return signed_in(alice)


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


def test_an_owner_chooses_who_may_what(owner: Client, group: Group):
    owner.post(WHO, WHO_FIELDS)
    group.refresh_from_db()
    assert {name: getattr(group, name) for name in WHO_FIELDS} == WHO_FIELDS


@pytest.mark.parametrize("url", [HUB, URL, WHO, f"{HUB}history/", f"{HUB}mail/"])
def test_a_moderator_does_with_the_right_and_not_without(signed_in: SignIn, bob: User, group: Group, url: str):
    mine = group.memberships.filter(user=bob)
    mine.update(role=Role.MODERATOR)
    assert signed_in(bob).get(url).status_code == 403
    mine.update(rights=[Right.SETTINGS])
    assert signed_in(bob).get(url).status_code == 200


def test_the_list_of_members_can_be_for_moderators_alone(signed_in: SignIn, bob: User, owner: Client, group: Group):
    assert signed_in(bob).get("/g/gardeners/members/").status_code == 200
    owner.post(WHO, {**WHO_FIELDS, "visibility": "public"})
    assert signed_in(bob).get("/g/gardeners/members/").status_code == 403
    assert owner.get("/g/gardeners/members/").status_code == 200


def test_every_setting_stands_on_one_page_and_is_explained_there():
    shown = [name for part in PARTS.values() for name in part.form().fields if name not in ("category_2", "category_3")]
    shown[shown.index("category_1")] = "categories"  # up to three, a list to choose from for each
    assert sorted(shown) == sorted({*SETTINGS, "posting", "strangers", "joining"})
    for part in PARTS.values():
        for name, field in part.form().fields.items():
            assert field.help_text or all(getattr(field.widget, "sentences", {"": ""}).values()), name


def test_no_page_of_the_settings_asks_much(owner: Client, group: Group, django_assert_max_num_queries):
    for page in ("", "about/", "who/", "history/"):
        with django_assert_max_num_queries(10):
            assert owner.get(f"{HUB}{page}").status_code == 200


def test_an_owner_of_another_group_does_not_find_a_private_one(signed_in: SignIn, charlie: User, private_group: Group):
    Group.objects.create(slug="own", name="Own").memberships.create(user=charlie, role=Role.OWNER)
    assert signed_in(charlie).get("/g/plans/settings/").status_code == 404


def test_a_private_group_keeps_its_letters_private(owner: Client, group: Group):
    response = owner.post(WHO, {**WHO_FIELDS, "visibility": "private", "archive_access": "public"})
    assert b"The letters of a private group are for its members" in response.content
    group.refresh_from_db()
    assert group.visibility == "public"


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
