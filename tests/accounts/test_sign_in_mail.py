"""Asking for the mail: the same answer whoever asks, a letter with a link and a code only where there is an account."""

import re
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils.translation import get_language

from accounts.models import User

pytestmark = pytest.mark.django_db
ASK = "/account/login/code/"


@pytest.fixture
def bob(bob: User) -> User:
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    return bob


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/]+(/account/link/\S+)", text)
    assert found
    return found[1]


def test_the_letter_holds_a_link_that_signs_in_on_another_device(client: Client, bob: User):
    client.post(ASK, {"email": bob.email})
    elsewhere = Client()
    elsewhere.post(link_in(mail.outbox[0].body))
    assert "_auth_user_id" in elsewhere.session


def test_and_a_code_that_signs_in_here(client: Client, bob: User):
    client.post(ASK, {"email": bob.email})
    code = re.search(r"^ +(\d{6})$", mail.outbox[0].body, re.M)
    assert code
    client.post("/account/login/code/confirm/", {"code": code[1]})
    assert "_auth_user_id" in client.session


def test_a_wrong_code_does_not(client: Client, bob: User):
    client.post(ASK, {"email": bob.email})
    client.post("/account/login/code/confirm/", {"code": "000000"})
    assert "_auth_user_id" not in client.session


def test_an_unknown_address_gets_the_same_answer_and_no_letter(bob: User):
    known, unknown = Client(), Client()
    answers = [
        known.post(ASK, {"email": bob.email}, follow=True),
        unknown.post(ASK, {"email": "nobody@example.org"}, follow=True),
    ]
    pages = [re.sub(r'value="[^"]{64}"', "", answer.content.decode()) for answer in answers]
    assert pages[0].replace(bob.email, "nobody@example.org") == pages[1]
    assert [letter.to for letter in mail.outbox] == [[bob.email]]


def test_the_sign_in_page_asks_with_the_address_already_typed(client: Client, bob: User):
    client.post(ASK, {"login": bob.email, "password": ""})
    assert [letter.to for letter in mail.outbox] == [[bob.email]]


def test_the_link_leads_on_to_where_the_person_was_going(client: Client, bob: User):
    client.post(ASK, {"email": bob.email, "next": "/g/gardeners/members/"})
    response = Client().post(link_in(mail.outbox[0].body))
    assert response["Location"] == "/g/gardeners/members/"


def test_nobodys_mailbox_can_be_flooded(client: Client, bob: User):
    for _ in range(6):
        Client().post(ASK, {"email": bob.email})
    assert len(mail.outbox) == 3


def test_the_letter_reads_well(client: Client, bob: User, settings):
    settings.SITE_NAME = "Gardens & Groves"
    client.post(ASK, {"email": bob.email})
    letter = mail.outbox[0]
    assert re.fullmatch(r"\d{6} signs you in to Gardens & Groves", letter.subject)
    assert "&amp;" not in letter.body
    assert all(len(line) <= 72 for line in letter.body.splitlines() if "http" not in line)


def test_holiday_notices_need_not_answer_it(client: Client, bob: User):
    client.post(ASK, {"email": bob.email})
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(("chosen", "language"), [("", "fr"), ("de", "de")])
def test_the_mail_is_in_the_language_of_the_account_else_of_whoever_asks(
    client: Client, bob: User, chosen: str, language: str
):
    User.objects.filter(pk=bob.pk).update(language=chosen)
    with patch("accounts.adapter.wrapped", side_effect=lambda text: f"{get_language()}: {text}"):
        client.post(ASK, {"email": bob.email}, headers={"Accept-Language": "fr"})
    assert mail.outbox[0].body.startswith(f"{language}: ")
