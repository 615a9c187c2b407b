"""Signing in with the account of an organisation: a real server for OpenID Connect, real requests to it."""

import re
import urllib.request
from html import unescape
from urllib.error import HTTPError

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client

from accounts.actions.suspending import suspend
from accounts.models import User
from accounts.oidc import openid_connect
from accounts.switches.actions import turn
from tests.accounts.oidc_server import CLIENT, SECRET, OidcServer
from tests.builders import make_operator, make_user

pytestmark = pytest.mark.django_db
DOOR = "/account/oidc/sso/login/"


@pytest.fixture
def server(settings):
    with OidcServer() as started:
        settings.OIDC_SERVER, settings.OIDC_NAME = started.url, "Riverside College"
        apps = openid_connect(started.url, "Riverside College", CLIENT, SECRET)
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}
        started.person = {"sub": "42", "name": "Dora Doe", "email": "dora@college.example", "email_verified": True}
        yield started


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def through(client: Client, **given: str):
    """As a browser: the button here, the server there, and back."""
    page = client.post(DOOR, given).content.decode()
    there = unescape(re.search(r'<a class="btn main wide" href="([^"]+)"', page)[1])
    try:
        urllib.request.build_opener(Stay).open(there)
    except HTTPError as error:
        back = error.headers["Location"]
    return client.get(back.partition("testserver")[2], follow=True)


def who(client: Client) -> str:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk).email if pk else ""


def test_a_new_person_has_an_account_with_their_name_and_a_confirmed_address(server, client):
    assert "Sign in with Riverside College" in client.get("/account/login/").content.decode()
    assert through(client).status_code == 200
    assert who(client) == "dora@college.example"
    assert User.objects.get().name == "Dora Doe"
    assert EmailAddress.objects.get().verified
    again = Client()
    through(again)
    assert who(again) == "dora@college.example" and User.objects.count() == 1


def test_whose_confirmed_address_is_known_here_gets_into_their_account(server, client):
    dora = make_user("Dora", email="dora@college.example")
    EmailAddress.objects.create(user=dora, email=dora.email, verified=True, primary=True)
    through(client)
    assert who(client) == dora.email and SocialAccount.objects.get().user == dora


def test_an_address_that_the_server_has_not_confirmed_opens_nothing(server, client):
    dora = make_user("Dora", email="dora@college.example")
    EmailAddress.objects.create(user=dora, email=dora.email, verified=True, primary=True)
    server.person["email_verified"] = False
    through(client)
    assert who(client) == "" and not SocialAccount.objects.exists()


def test_nobody_is_taken_in_where_sign_up_is_closed_but_who_has_an_account_gets_in(server, client):
    turn("sign_up", False, by=make_operator())
    through(client)
    assert who(client) == "" and not User.objects.filter(email="dora@college.example").exists()
    dora = make_user("Dora", email="dora@college.example")
    EmailAddress.objects.create(user=dora, email=dora.email, verified=True, primary=True)
    through(client)
    assert who(client) == dora.email


def test_the_suspended_stay_out(server, client):
    through(client)
    suspend(user=User.objects.get(), by=None, because="Spam.")
    fresh = Client()
    through(fresh)
    assert who(fresh) == ""


def test_the_second_step_is_asked_for_all_the_same(server, client):
    operator = make_operator(email="dora@college.example")
    EmailAddress.objects.create(user=operator, email=operator.email, verified=True, primary=True)
    response = through(client)
    assert who(client) == "" and response.request["PATH_INFO"] == "/account/2fa/authenticate/"


def test_an_account_is_connected_and_taken_away_on_its_page(server, signed_in):
    bob = make_user("Bob")
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    browser = signed_in(bob)
    page = browser.get("/account/3rdparty/").content.decode()
    assert "Connect with Riverside College" in page and "connected with no other" in page
    through(browser, process="connect")
    account = SocialAccount.objects.get(user=bob)
    page = browser.get("/account/3rdparty/").content.decode()
    assert re.search(r"dora@college.example</span> <span class=\"soft\">at Riverside College", page), page
    browser.post("/account/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


def test_a_server_that_tells_no_address_has_the_person_asked_for_one(server, client):
    del server.person["email"]
    page = through(client)
    assert page.request["PATH_INFO"] == "/account/3rdparty/signup/" and "Make an account" in page.content.decode()
    refused = client.post("/account/3rdparty/signup/", {"email": "dora@"}).content.decode()
    assert "Enter a valid email address." in refused and not User.objects.exists()
    client.post("/account/3rdparty/signup/", {"email": "dora@college.example", "name": "Dora"})
    assert mail.outbox[-1].to == ["dora@college.example"]
    assert who(client) == "" and not EmailAddress.objects.get().verified  # until the link in it was followed


def test_what_the_server_does_not_say_operators_can(server, client, settings):
    dora = make_user("Dora", email="dora@college.example")
    EmailAddress.objects.create(user=dora, email=dora.email, verified=True, primary=True)
    del server.person["email_verified"]
    through(client)
    assert who(client) == ""
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["VERIFIED_EMAIL"] = True
    through(client)
    assert who(client) == dora.email


def test_nothing_chosen_is_said(server, signed_in):
    browser = signed_in(make_user("Bob"))
    through(browser, process="connect")
    page = browser.post("/account/3rdparty/", {}).content.decode()
    assert 'role="alert"' in page and SocialAccount.objects.count() == 1


def test_a_forged_way_back_opens_nothing(server, client):
    response = client.get(f"{DOOR}callback/?code=code-0&state=made-up", follow=True)
    assert "Signing in did not work" in response.content.decode() and who(client) == ""


def test_a_server_that_is_away_is_said_in_a_sentence(server, client):
    server.__exit__()
    response = client.post(DOOR)
    assert response.status_code == 502 and "Signing in did not work" in response.content.decode()


def test_without_a_server_there_is_no_door(client):
    assert client.get(DOOR).status_code == 404
    assert "Sign in with" not in client.get("/account/login/").content.decode()
