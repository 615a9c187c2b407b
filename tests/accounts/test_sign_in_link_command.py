import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_it_prints_a_link_that_works(capsys: pytest.CaptureFixture[str], client: Client, bob: User):
    call_command("sign_in_link", "BOB@example.org")
    path = "/account/link/" + capsys.readouterr().out.strip().split("/account/link/")[1]
    client.post(path)
    assert client.session["_auth_user_id"] == str(bob.pk)


def test_for_machines_it_prints_one_line(capsys: pytest.CaptureFixture[str], bob: User):
    call_command("sign_in_link", bob.email, "--json")
    said = json.loads(capsys.readouterr().out)
    assert (said["email"], said["hours"]) == (bob.email, 24)


def test_it_says_when_there_is_nobody(bob: User):
    with pytest.raises(CommandError, match="Nobody with the address"):
        call_command("sign_in_link", "charlie@example.org")
