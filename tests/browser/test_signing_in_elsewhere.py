"""Signing in with the account of an organisation in a real browser: the Content-Security-Policy lets people go there and back."""

import pytest

from accounts.models import User
from accounts.oidc import openid_connect
from tests.accounts.oidc_server import CLIENT, SECRET, OidcServer
from tests.browser.conftest import PHONE, Axe, Look, sideways

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scripts", [True, False])
def test_there_and_back(look: Look, axe: Axe, settings, scripts: bool):
    with OidcServer() as server:
        settings.OIDC_SERVER, settings.OIDC_NAME = server.url, "Riverside College"
        apps = openid_connect(server.url, "Riverside College", CLIENT, SECRET)
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}
        server.person = {"sub": "42", "name": "Dora Doe", "email": "dora@college.example", "email_verified": True}
        page = look("/account/login/?next=/groups/new/", width=PHONE, scripts=scripts)
        if scripts:
            assert axe(page) == [] and sideways(page) == 0
        page.get_by_role("button", name="Sign in with Riverside College").click()
        page.wait_for_url("**/groups/new/")
        page.get_by_role("heading", name="Start a group").wait_for()
    assert User.objects.get().name == "Dora Doe"
