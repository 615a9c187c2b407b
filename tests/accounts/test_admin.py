"""The operators' pages open."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from groups.abuse.models import StaffEntry
from groups.models import Group
from tests.builders import make_operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(db: None, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(make_operator())


@pytest.mark.parametrize(
    "path", ["", "accounts/user/", "accounts/user/add/", "groups/group/", "groups/group/add/", "groups/membership/"]
)
def test_a_page_of_the_operators(operator: Client, group: Group, path: str):
    assert operator.get(f"/admin/{path}").status_code == 200


def test_an_operator_looks_a_person_up(operator: Client, bob: User):
    assert b"Bob Member" in operator.get("/admin/accounts/user/?q=bob@example.org").content
    assert operator.get(f"/admin/accounts/user/{bob.pk}/change/").status_code == 200


def test_an_operator_changes_a_person_and_what_they_may_do(operator: Client, bob: User):
    page = operator.get(f"/admin/accounts/user/{bob.pk}/change/")
    form = page.context["adminform"].form
    shown = {name: value for name in form.fields if isinstance(value := form[name].value(), str) and value}
    permission = Permission.objects.get(codename="view_staffentry")
    sent = {**shown, "is_active": "on", "name": "Robert Member", "user_permissions": [permission.pk]}
    assert operator.post(f"/admin/accounts/user/{bob.pk}/change/", sent).status_code == 302
    bob.refresh_from_db()
    assert bob.name == "Robert Member" and bob.has_perm("abuse.view_staffentry")
    assert str(permission) in StaffEntry.objects.latest("pk").details["user_permissions"][1]


def test_a_list_is_called_alike_in_the_sidebar_the_title_and_the_heading(operator: Client):
    page = operator.get("/admin/mail/inbound/").content.decode()
    assert "<title> Letters in |" in " ".join(page.split())
    assert "<bdi>Letters in</bdi>" in page


def test_others_do_not_get_in(signed_in: Callable[[User], Client], bob: User):
    assert signed_in(bob).get("/admin/").status_code == 302
