"""Every page of django-allauth stands in our frame: skip link, one h1, no inline script."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.builders import PASSWORD

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]

FOR_STRANGERS = [
    "login/",
    "signup/",
    "login/code/",
    "password/reset/",
    "password/reset/done/",
    "confirm-email/",
    "inactive/",
]
FOR_PEOPLE = ["profile/", "email/", "password/change/", "logout/", "2fa/", "2fa/webauthn/"]
AFTER_PROOF = ["2fa/totp/activate/", "2fa/webauthn/add/"]
WITH_SECOND_STEP = ["2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/"]


def in_our_frame(page: str) -> bool:
    inline = [
        tag for tag in re.findall(r"<script\b[^>]*>", page) if "src=" not in tag and "application/json" not in tag
    ]
    return 'class="skip"' in page and page.count("<h1") == 1 and not inline and not re.search(r"\son\w+=", page)


def proven(client: Client) -> Client:
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.mark.parametrize("path", FOR_STRANGERS)
def test_pages_for_strangers(client: Client, path: str):
    response = client.get(f"/account/{path}")
    assert response.status_code == 200
    assert in_our_frame(response.content.decode())


@pytest.mark.parametrize("path", FOR_PEOPLE)
def test_pages_for_people(signed_in: SignIn, bob: User, path: str):
    response = signed_in(bob).get(f"/account/{path}")
    assert response.status_code == 200
    assert in_our_frame(response.content.decode())


@pytest.mark.parametrize("path", AFTER_PROOF)
def test_pages_that_ask_for_proof_first(signed_in: SignIn, bob: User, path: str):
    client = signed_in(bob)
    asked = client.get(f"/account/{path}", follow=True)
    assert b"Is it still you?" in asked.content
    assert in_our_frame(asked.content.decode())
    response = proven(client).get(f"/account/{path}")
    assert response.status_code == 200
    assert in_our_frame(response.content.decode())


@pytest.mark.parametrize("path", WITH_SECOND_STEP)
def test_pages_about_a_second_step_in_use(signed_in: SignIn, bob: User, path: str):
    TOTP.activate(bob, generate_totp_secret())
    RecoveryCodes.activate(bob)
    response = proven(signed_in(bob)).get(f"/account/{path}")
    assert response.status_code == 200
    assert in_our_frame(response.content.decode())


def test_the_page_that_asks_for_the_second_step(client: Client, bob: User):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    TOTP.activate(bob, generate_totp_secret())
    response = client.post("/account/login/", {"login": bob.email, "password": PASSWORD}, follow=True)
    assert b"The second step" in response.content
    assert in_our_frame(response.content.decode())


def test_making_an_account_sends_a_letter_and_keeps_the_name(client: Client):
    fields = {"email": "dana@example.org", "name": "Dana Silva", "password1": PASSWORD}
    response = client.post("/account/signup/", fields, follow=True)
    assert b"Look into your mail" in response.content
    assert User.objects.get().name == "Dana Silva"
    assert "Welcome" in mail.outbox[0].body


def test_an_account_needs_no_password(client: Client):
    client.post("/account/signup/", {"email": "dana@example.org", "name": "", "password1": ""})
    assert not User.objects.get().has_usable_password()


def test_making_one_twice_gives_the_same_answer_and_writes_to_the_owner(client: Client, bob: User):
    response = client.post("/account/signup/", {"email": bob.email, "name": "", "password1": PASSWORD}, follow=True)
    assert b"Look into your mail" in response.content
    assert mail.outbox[0].subject == "You have an account already"


def test_confirming_an_address_asks_before_it_does(client: Client, bob: User):
    address = EmailAddress.objects.create(user=bob, email="bob@other.example")
    path = f"/account/confirm-email/{EmailConfirmationHMAC(address).key}/"
    page = client.get(path)
    address.refresh_from_db()
    assert in_our_frame(page.content.decode())
    assert not address.verified
    client.post(path)
    address.refresh_from_db()
    assert address.verified


def test_an_old_confirmation_says_what_to_do(client: Client):
    assert b"does not work any more" in client.get("/account/confirm-email/nothing/").content


def test_a_new_password_by_mail(client: Client, bob: User):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    client.post("/account/password/reset/", {"email": bob.email})
    found = re.search(r"(/account/password/reset/key/\S+)", mail.outbox[0].body)
    assert found
    page = client.get(found[1], follow=True)
    assert in_our_frame(page.content.decode())
    new = "another horse battery"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    bob.refresh_from_db()
    assert bob.check_password(new)


def test_a_changed_password_is_told_by_mail(signed_in: SignIn, bob: User):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    new = "another horse battery"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    signed_in(bob).post("/account/password/change/", fields)
    assert mail.outbox[0].subject == "Your password was changed"
    assert "127.0.0.1" in mail.outbox[0].body


def test_signing_out_is_a_form(signed_in: SignIn, bob: User):
    client = signed_in(bob)
    client.get("/account/logout/")
    assert "_auth_user_id" in client.session
    client.post("/account/logout/")
    assert "_auth_user_id" not in client.session


def test_who_tries_too_often_is_told_in_our_look(client: Client):
    for _ in range(31):
        response = client.post("/account/login/", {"login": "bob@example.org", "password": "wrong"})
    assert response.status_code == 429
    assert b"Too many at once" in response.content
    assert in_our_frame(response.content.decode())
