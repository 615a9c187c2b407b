"""People with confirmed addresses: who writes on the web has one."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User


@pytest.fixture(autouse=True)
def _drafts(settings, tmp_path):
    settings.DRAFT_FOLDER = tmp_path / "drafts"


@pytest.fixture(autouse=True)
def confirmed(request, db):
    """Everybody who is in the test has confirmed their address."""
    for name in ("alice", "bob", "charlie"):
        if name in request.fixturenames:
            confirm(request.getfixturevalue(name))


def confirm(user: User, address: str = "", primary: bool = True) -> None:
    EmailAddress.objects.create(user=user, email=address or user.email, verified=True, primary=primary)
