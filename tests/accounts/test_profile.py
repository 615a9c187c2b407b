from collections.abc import Callable

import pytest
from django.test import Client

from accounts.forms.person import zones_by_region
from accounts.models import User

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def test_a_stranger_is_asked_to_sign_in(client: Client):
    assert client.get("/account/profile/")["Location"].startswith("/account/login/")


def test_name_and_zone_are_kept(signed_in: SignIn, bob: User):
    signed_in(bob).post("/account/profile/", {"name": "Robert", "time_zone": "Asia/Kathmandu"})
    bob.refresh_from_db()
    assert (bob.name, bob.time_zone) == ("Robert", "Asia/Kathmandu")


def test_a_zone_that_is_none_is_refused(signed_in: SignIn, bob: User):
    response = signed_in(bob).post("/account/profile/", {"name": "Robert", "time_zone": "Mars/Olympus"})
    assert response.status_code == 200
    bob.refresh_from_db()
    assert (bob.name, bob.time_zone) == ("Bob Member", "")


def test_a_zone_kept_under_an_older_name_stays_to_be_chosen(signed_in: SignIn, bob: User):
    User.objects.filter(pk=bob.pk).update(time_zone="US/Pacific")
    page = signed_in(bob).get("/account/profile/")
    assert b'<option value="US/Pacific" selected>' in page.content


def test_zones_are_those_of_places():
    named = {zone for _, zones in zones_by_region() for zone, _ in zones}
    assert {"Europe/Oslo", "America/Argentina/Ushuaia", "Asia/Kolkata"} <= named
    assert not any(zone.startswith(("Etc/", "US/", "posix/")) for zone in named)


def test_a_person_changes_only_their_own(signed_in: SignIn, bob: User, charlie: User):
    signed_in(bob).post("/account/profile/", {"name": "X", "time_zone": "", "email": "x@x.example", "is_staff": "on"})
    bob.refresh_from_db()
    charlie.refresh_from_db()
    assert (bob.email, bob.is_staff, charlie.name) == ("bob@example.org", False, "Charlie Stranger")
