"""The mailed link: works once, soon ends, signs nobody in by being looked at, and does not go round the second step."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.sign_in import read_token, sign_in_token, sign_in_url, use_up
from tests.builders import PASSWORD

pytestmark = pytest.mark.django_db


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def path_of(user: User, **how: object) -> str:
    url = urlsplit(sign_in_url(user, **how))
    return f"{url.path}?{url.query}"


def test_looking_at_the_link_signs_nobody_in(client: Client, bob: User):
    response = client.get(path_of(bob))
    assert response.status_code == 200
    assert b"Bob Member" in response.content
    assert not is_signed_in(client)


def test_a_scanner_does_not_use_the_link_up(client: Client, bob: User):
    path = path_of(bob)
    Client().get(path)
    Client().head(path)
    client.post(path)
    assert is_signed_in(client)


def test_the_button_signs_in_and_confirms_the_address(client: Client, bob: User):
    response = client.post(path_of(bob))
    assert response.status_code == 302
    assert is_signed_in(client)
    assert EmailAddress.objects.get(user=bob).verified


def test_the_link_works_once(client: Client, bob: User):
    path = path_of(bob)
    client.post(path)
    second = Client()
    assert second.post(path).status_code == 410
    assert not is_signed_in(second)


def test_of_two_that_come_at_the_same_moment_one_gets_in(bob: User):
    token = sign_in_token(bob)
    first, second = read_token(token), read_token(token)
    assert first is not None and second is not None
    assert [use_up(first), use_up(second)] == [True, False]


def test_a_used_link_says_so_and_offers_another(client: Client, bob: User):
    path = path_of(bob)
    client.post(path)
    response = Client().get(path)
    assert response.status_code == 410
    assert b"/account/login/code/" in response.content


def test_an_hour_later_it_is_too_old(client: Client, bob: User):
    token = sign_in_token(bob, hours=-0.01)
    assert read_token(token) is None


def test_one_for_the_operator_may_live_longer(bob: User, monkeypatch: pytest.MonkeyPatch):
    day, hour = sign_in_token(bob, hours=24), sign_in_token(bob)
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("accounts.sign_in.timezone.now", lambda: later)
    assert read_token(day) is not None
    assert read_token(hour) is None


def test_a_new_password_ends_all_links(bob: User):
    token = sign_in_token(bob)
    bob.set_password("another horse battery")
    bob.save()
    assert read_token(token) is None


def test_a_closed_account_has_no_way_in(bob: User):
    token = sign_in_token(bob)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert read_token(token) is None


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "é", "\x00", "." * 5000])
def test_what_we_never_wrote_is_no_link(token: str):
    assert read_token(token) is None


def test_one_letter_changed_is_no_link(client: Client, bob: User):
    path = path_of(bob)
    assert client.post(path[:-8] + ("A" if path[-8] != "A" else "B") + path[-7:]).status_code == 410


def test_a_link_to_an_address_of_somebody_else_does_not_work(client: Client, bob: User, charlie: User):
    EmailAddress.objects.create(user=charlie, email="shared@example.org", verified=True)
    assert client.post(path_of(bob, email="shared@example.org")).status_code == 410
    assert not is_signed_in(client)


def test_it_goes_on_to_the_page_the_person_wanted(client: Client, bob: User):
    response = client.post(path_of(bob, next_url="/g/gardeners/topics/"))
    assert response["Location"] == "/g/gardeners/topics/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_but_never_to_another_site(client: Client, bob: User, target: str):
    response = client.post(path_of(bob, next_url=target))
    assert response["Location"] == "/"


def test_the_second_step_is_asked_for_all_the_same(client: Client, bob: User):
    TOTP.activate(bob, generate_totp_secret())
    response = client.post(path_of(bob))
    assert response["Location"].startswith("/account/2fa/authenticate/")
    assert not is_signed_in(client)


def test_the_page_tells_no_other_site_where_it_was_reached(client: Client, bob: User):
    response = client.get(path_of(bob))
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_a_guessing_machine_is_slowed_down(client: Client):
    answers = [client.post("/account/link/wrong/").status_code for _ in range(22)]
    assert answers[0] == 410
    assert answers[-1] == 429


def test_a_password_account_can_use_both_ways(client: Client, bob: User):
    client.post(path_of(bob))
    client.logout()
    client.post("/account/login/", {"login": bob.email, "password": PASSWORD})
    assert is_signed_in(client)
