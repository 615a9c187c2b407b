"""Times stand in the zone of the account, else of the browser, else of the site; strangers always get the site's."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.middleware import ReaderZoneMiddleware
from accounts.models import User


def zone_of(user: object, **cookies: str) -> str:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(timezone.get_current_timezone_name())

    request = RequestFactory().get("/")
    request.COOKIES.update(sessionid="x", **cookies)
    request.user = user
    return ReaderZoneMiddleware(page)(request).content.decode()


def person(zone: str = "") -> User:
    return User(email="bob@example.org", time_zone=zone)


def test_the_zone_of_the_account_comes_first():
    assert zone_of(person("Pacific/Kiritimati"), zone="Europe/Oslo") == "Pacific/Kiritimati"


def test_then_that_of_the_browser():
    assert zone_of(person(), zone="Europe/Oslo") == "Europe/Oslo"


def test_strangers_share_the_zone_of_the_site():
    assert zone_of(AnonymousUser(), zone="Europe/Oslo") == "UTC"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "/etc/passwd", "\x00", "x" * 5000, "Europe"])
def test_what_is_no_zone_is_passed_over(zone: str):
    assert zone_of(person(), zone=zone) == "UTC"
