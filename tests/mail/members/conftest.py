"""Alice owns the gardeners, Mo moderates them, Bob is a member, Charlie a stranger."""

import pytest
from django.core import mail as outbox

from groups.models import Role
from tests.builders import make_user


@pytest.fixture
def mo(group):
    user = make_user("Mo Moderator")
    group.memberships.create(user=user, role=Role.MODERATOR)
    return user


@pytest.fixture
def mails():
    """mails(address) are those that went there, as texts."""
    return lambda address: [f"{each.subject}\n{each.body}" for each in outbox.outbox if address in each.to]


@pytest.fixture
def page_of(signed_in):
    """page_of(bob, "/g/…/") is what Bob sees, as text."""

    def fetch(user, path, status=200):
        response = signed_in(user).get(path)
        assert response.status_code == status, response.content[:500]
        return response.content.decode()

    return fetch


@pytest.fixture
def press(signed_in):
    """press(alice, path, name=value) posts a form and shows the page it leads to, as text."""

    def post(user, path, follow=True, **fields):
        response = signed_in(user).post(path, fields, follow=follow)
        return response.content.decode() if follow else response

    return post
