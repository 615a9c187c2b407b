"""Nobody sees the panel with a password alone."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import make_operator, make_user, with_second_factor

pytestmark = pytest.mark.django_db

LISTS = ["", "accounts/user/", "groups/group/", "mail/delivery/"]


def test_somebody_of_the_staff_without_a_second_factor_is_led_to_set_it_up(signed_in, bob):
    olga = make_user("Olga Operator", is_staff=True, is_superuser=True)
    browser = signed_in(olga)
    for where in LISTS:
        page = browser.get(f"/admin/{where}", follow=True)
        assert page.redirect_chain[-1][0] == reverse("admin:second-factor"), where
        said = page.content.decode()
        assert reverse("mfa_activate_totp") in said and bob.email not in said
    with_second_factor(olga)
    assert browser.get("/admin/").status_code == 200
    assert browser.get(reverse("admin:second-factor"))["Location"] == reverse("admin:index")


def test_recovery_codes_alone_open_nothing(signed_in):
    from allauth.mfa.models import Authenticator

    olga = make_user("Olga Operator", is_staff=True)
    Authenticator.objects.create(user=olga, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
    assert signed_in(olga).get("/admin/").status_code == 302


def test_others_are_asked_to_sign_in_or_refused(signed_in, bob):
    with_second_factor(bob)
    assert signed_in(bob).get("/admin/accounts/user/", follow=True).status_code == 403
    assert signed_in(bob).get(reverse("admin:second-factor")).status_code == 403
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))


def test_the_panel_sends_the_policy_of_the_site(signed_in):
    page = signed_in(make_operator()).get("/admin/")
    assert "script-src 'self';" in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]
