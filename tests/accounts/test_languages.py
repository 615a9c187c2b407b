"""Pages speak the reader's language: the account's, else one chosen in the browser, else what it asks for, else the site's."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.models import User
from common import notices
from config import languages
from groups.models import Group

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
LOGIN = "/account/login/"


def said(client: Client, url: str = LOGIN, asked: str = "") -> str:
    """The language of a page, as its root element and its header say it."""
    response = client.get(url, headers={"Accept-Language": asked} if asked else {})
    language = response.headers["Content-Language"]
    assert f'<html lang="{language}"' in response.content.decode()
    return str(language)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "en"), ("de-AT,de;q=0.9,en;q=0.8", "de"), ("fr-CA", "fr"), ("ja,ar;q=0.5", "ar"), ("nn,xx", "en"),
        ("*", "en"), ("de;q=x", "en"), ("\x00", "en"), (",".join(["de-xx"] * 4000), "de"),
    ],
)  # fmt: skip
def test_a_stranger_reads_what_the_browser_asks_for(client: Client, asked: str, language: str):
    assert said(client, asked=asked) == language


def test_the_site_has_a_language_of_its_own_for_all_others(client: Client, settings):
    settings.LANGUAGE_CODE = "fr"
    assert said(client, asked="ja") == "fr"


def test_caches_keep_the_languages_apart(client: Client, group: Group):
    response = client.get("/", headers={"Accept-Language": "de"})
    assert "Accept-Language" in response.headers["Vary"]
    assert response.headers["ETag"] != client.get("/").headers["ETag"]


def test_arabic_runs_from_right_to_left(client: Client):
    page = client.get(LOGIN, headers={"Accept-Language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl">' in page


def test_what_a_stranger_chose_is_kept_in_the_browser(client: Client):
    response = client.post(
        "/account/language/", {"language": "fr", "next": "/help/?a=b"}, headers={"Accept-Language": "de"}
    )
    assert (response.status_code, response.headers["Location"]) == (302, "/help/?a=b")
    assert said(client, asked="de") == "fr"


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_leads_nowhere_else(client: Client, away: str):
    assert client.post("/account/language/", {"language": "fr", "next": away}).headers["Location"] == "/"


def test_a_language_nobody_speaks_here_is_not_chosen(client: Client):
    response = client.post("/account/language/", {"language": "tlh"})
    assert response.status_code == 422
    assert "language" not in response.cookies
    client.cookies["language"] = "tlh"
    assert said(client, asked="de") == "de"


def test_the_account_s_language_comes_first(bob: User, signed_in: SignedIn):
    as_bob = signed_in(bob)
    as_bob.cookies["language"] = "fr"
    assert said(as_bob, "/account/profile/", "de") == "fr"
    saved = as_bob.post("/account/profile/", {"name": "Bob", "language": "ar", "time_zone": ""})
    assert saved.status_code == 302
    assert said(as_bob, "/account/profile/", "de") == "ar"
    assert as_bob.get("/account/language/").headers["Location"] == "/account/profile/"


def test_a_language_that_is_offered_no_more_is_passed_over(bob: User, signed_in: SignedIn, settings):
    User.objects.filter(pk=bob.pk).update(language="fr")
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    assert said(signed_in(bob), "/account/profile/", "de") == "de"


@pytest.mark.parametrize("url", ["/api/v1/groups", "/admin/login/"])
def test_programs_and_the_panel_are_spoken_to_in_english(client: Client, url: str):
    german, english = (client.get(url, headers={"Accept-Language": asked}) for asked in ("de", "en"))
    assert german.content == english.content
    assert german.headers.get("Content-Language", "en") == "en"


def test_the_house_writes_to_people_in_their_language(bob: User, group: Group):
    group.language = "ar"
    User.objects.filter(pk=bob.pk).update(language="de")
    assert notices.language_of(bob.email.upper(), {"group": group}) == "de"
    assert notices.language_of("nobody@example.org", {"group": group}) == "ar"
    assert notices.language_of("nobody@example.org", {}) == "en"
    group.language = "pt-br"
    assert notices.language_of("nobody@example.org", {"group": group}) == "en"
    assert mail.outbox == []


def test_operators_choose_the_languages():
    assert languages.offered(["de"]) == [("en", "English"), ("de", "Deutsch")]
    with pytest.raises(ImproperlyConfigured, match="no pages in tlh"):
        languages.offered(["tlh", "de"])


def test_what_is_no_page_is_in_no_language_of_ours(client: Client):
    response = client.get("/robots.txt", headers={"Accept-Language": "de"})
    assert response.status_code == 200
    assert "Content-Language" not in response.headers
    assert "Accept-Language" not in response.headers.get("Vary", "")
