"""Pages for what went wrong: in our look, with a way on, and without telling what is hidden."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory

from accounts.models import User
from common import http
from groups.models import Group

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
STORED_NOWHERE = "private, no-store"


def asked(path: str = "/somewhere/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


def test_an_unknown_address_leads_home(client: Client):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert b"There is nothing at this address" in response.content


def test_the_list_of_all_addresses_is_not_shown(client: Client):
    assert b"tried" not in client.get("/no/such/page/").content


def test_our_own_sentence_is_shown(client: Client):
    assert b"There is no such group." in http.not_found(asked(), Http404("There is no such group.")).content


def test_words_of_the_database_layer_are_not(client: Client):
    assert b"matches" not in http.not_found(asked(), Http404("No Group matches the given query.")).content


def test_a_private_group_looks_like_none(client: Client, private_group: Group):
    hidden = client.get(private_group.get_absolute_url())
    missing = client.get("/g/nothing-at-all/")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert private_group.name.encode() not in hidden.content


def test_members_only_names_the_group_and_offers_to_sign_in(client: Client, members_group: Group):
    response = client.get(f"/g/{members_group.slug}/members/")
    assert response.status_code == 403
    assert b"The Committee" in response.content
    assert b"/account/login/?next=/g/committee/members/" in response.content


def test_a_refusal_says_our_reason(client: Client):
    assert b"Owners do this." in http.forbidden(asked(), PermissionDenied("Owners do this.")).content


def test_a_broken_page_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = http.server_error(asked())
    assert response.status_code == 500
    assert b"Something broke" in response.content


def test_the_reference_of_a_broken_page_stands_in_the_log(caplog: pytest.LogCaptureFixture):
    response = http.server_error(asked("/g/gardeners/"))
    reference = caplog.records[-1].args[0]
    assert str(reference).encode() in response.content
    assert "/g/gardeners/" in caplog.text


def test_a_form_that_was_open_too_long_can_be_sent_again():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/account/login/", {"login": "bob@example.org"})
    assert response.status_code == 403
    assert b"Please send it again" in response.content


def test_no_error_page_is_kept(client: Client):
    assert "public" not in client.get("/no/such/page/").get("Cache-Control", "")


def test_nobody_stores_a_page_about_what_went_wrong(client: Client, signed_in: SignIn, bob: User, members_group: Group):
    for asking in (client, signed_in(bob)):
        for path in ("/no/such/page/", f"{members_group.get_absolute_url()}settings/"):
            response = asking.get(path)
            assert (response.status_code, response["Cache-Control"]) in [(404, STORED_NOWHERE), (403, STORED_NOWHERE)]
    assert http.server_error(asked())["Cache-Control"] == STORED_NOWHERE
