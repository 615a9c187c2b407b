"""The operators' pages open."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
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


def test_others_do_not_get_in(signed_in: Callable[[User], Client], bob: User):
    assert signed_in(bob).get("/admin/").status_code == 302
