"""Strangers share one copy of a page; what was made for one person is kept by nobody."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory

from accounts.models import User
from common.caching import private, public_page


def stranger(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/", headers=headers)
    request.user = AnonymousUser()
    return request


def page() -> HttpResponse:
    return HttpResponse("letters")


def never() -> HttpResponse:
    raise AssertionError("the page was built")


def test_a_stranger_gets_a_page_that_may_be_kept_for_a_minute():
    response = public_page(stranger(), page, version=(1,))
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Cookie" in response["Vary"]


def test_who_has_this_version_gets_304_and_nothing_is_built():
    etag = public_page(stranger(), page, version=(1,))["ETag"]
    response = public_page(stranger(if_none_match=etag), never, version=(1,))
    assert response.status_code == 304


def test_a_304_carries_the_same_headers_as_the_page():
    first = public_page(stranger(), page, version=(1,))
    again = public_page(stranger(if_none_match=first["ETag"]), never, version=(1,))
    assert [again[name] for name in ("ETag", "Cache-Control")] == [first[name] for name in ("ETag", "Cache-Control")]


def test_a_changed_version_is_sent_whole():
    etag = public_page(stranger(), page, version=(1,))["ETag"]
    assert public_page(stranger(if_none_match=etag), page, version=(2,)).content == b"letters"


def test_neighbouring_parts_of_a_version_are_told_apart():
    one = public_page(stranger(), page, version=(1, 23))["ETag"]
    other = public_page(stranger(), page, version=(12, 3))["ETag"]
    assert one != other


def test_the_fragment_for_htmx_is_another_version_than_the_page():
    whole = public_page(stranger(), page, version=(1,))
    fragment = public_page(stranger(hx_request="true"), page, version=(1,))
    assert whole["ETag"] != fragment["ETag"]
    assert "HX-Request" in fragment["Vary"]


def test_unchanged_since_the_date_a_browser_names_is_304():
    moment = datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)
    response = public_page(stranger(), page, version=(1,), changed_at=moment)
    assert response["Last-Modified"] == "Mon, 02 Mar 2026 09:00:30 GMT"
    asked = stranger(if_modified_since=response["Last-Modified"])
    assert public_page(asked, never, version=(1,), changed_at=moment).status_code == 304


def test_a_page_for_somebody_signed_in_is_stored_nowhere():
    request = stranger()
    request.user = User(email="bob@example.org")
    response = public_page(request, page, version=(1,))
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response


def test_what_only_members_read_is_stored_nowhere():
    assert public_page(stranger(), page, version=(1,), public=False)["Cache-Control"] == "private, no-store"


def test_a_page_with_a_notice_for_one_browser_is_not_shared():
    request = stranger()
    request.COOKIES["messages"] = "You are signed out."
    assert public_page(request, page, version=(1,))["Cache-Control"] == "private, no-store"


def test_a_page_with_a_form_token_is_not_shared():
    request = stranger()

    def with_form() -> HttpResponse:
        get_token(request)
        return HttpResponse("a form")

    assert public_page(request, with_form, version=(1,))["Cache-Control"] == "private, no-store"


def test_a_page_that_sets_a_cookie_is_not_shared():
    def with_cookie() -> HttpResponse:
        response = HttpResponse("welcome")
        response.set_cookie("seen", "1")
        return response

    assert public_page(stranger(), with_cookie, version=(1,))["Cache-Control"] == "private, no-store"


def test_a_redirect_gets_no_entity_tag():
    response = public_page(stranger(), lambda: HttpResponse(status=302), version=(1,))
    assert "ETag" not in response


@pytest.mark.parametrize("kept", ["max-age=9", "no-cache"])
def test_private_overrules_what_a_view_said(kept: str):
    assert private(HttpResponse(headers={"Cache-Control": kept}))["Cache-Control"] == "private, no-store"
