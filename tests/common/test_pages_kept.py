"""What many strangers ask for is written once, as long as its version lasts."""

import gzip
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from accounts.models import User
from common import caching
from common.pages_kept import KeptPage, PagesKept
from groups.actions.groups import change_settings
from groups.models import Group, Visibility


def page(size: int = 10) -> KeptPage:
    return KeptPage(b"x" * size, ())


def test_a_page_is_found_by_its_address_and_version():
    kept = PagesKept(100)
    kept.put("/", "1", page())
    assert kept.get("/", "1") == page()
    assert kept.get("/", "2") is None
    assert kept.get("/g/", "1") is None


def test_the_page_longest_not_asked_for_goes_first():
    kept = PagesKept(25)
    for address in ("/a", "/b"):
        kept.put(address, "1", page())
    kept.get("/a", "1")
    kept.put("/c", "1", page())
    assert [address for address in ("/a", "/b", "/c") if kept.get(address, "1")] == ["/a", "/c"]
    assert kept.size == 20


def test_putting_a_page_again_counts_it_once():
    kept = PagesKept(100)
    kept.put("/", "1", page(10))
    kept.put("/", "1", page(30))
    assert kept.size == 30


def test_a_page_larger_than_the_store_is_not_kept():
    kept = PagesKept(5)
    kept.put("/", "1", page())
    assert (kept.get("/", "1"), kept.size) == (None, 0)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[PagesKept]:
    kept = PagesKept(10**6)
    monkeypatch.setattr(caching, "kept", kept)
    yield kept


def ask(path: str = "/", **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.user = AnonymousUser()
    return request


class Counted:
    """A view that says how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> HttpResponse:
        self.times += 1
        return HttpResponse(f"built {self.times}", headers={"X-Robots-Tag": "noindex"})


def test_the_second_stranger_gets_what_the_first_one_got(store: PagesKept):
    build = Counted()
    first = caching.public_page(ask(), build, version=(1,))
    second = caching.public_page(ask(), build, version=(1,))
    assert build.times == 1
    assert second.content == first.content
    assert dict(second.items()) == dict(first.items())


@pytest.mark.parametrize(
    ("path", "headers", "version"),
    [("/?q=x", {}, 1), ("/", {"hx_request": "true"}, 1), ("/", {"host": "localhost"}, 1), ("/", {}, 2)],
)
def test_another_address_fragment_host_or_version_is_built_anew(
    store: PagesKept, path: str, headers: dict[str, str], version: int
):
    build = Counted()
    caching.public_page(ask(), build, version=(1,))
    caching.public_page(ask(path, **headers), build, version=(version,))
    assert build.times == 2


def test_it_is_kept_packed_and_handed_to_each_browser_as_it_takes_it(store: PagesKept):
    words = "the same words again, " * 500
    plain, packed = ask(), ask(accept_encoding="gzip, br")
    answers = [caching.public_page(one, lambda: HttpResponse(words), version=(1,)) for one in (packed, plain, packed)]
    assert [answer.get("Content-Encoding", "") for answer in answers] == ["gzip", "", "gzip"]
    assert answers[1].content.decode() == words == gzip.decompress(answers[0].content).decode()
    assert answers[2].content == answers[0].content
    assert store.size < 1000
    assert all("Accept-Encoding" in answer["Vary"] for answer in answers)


@pytest.mark.django_db
def test_what_is_packed_is_not_packed_again(client: Client, group: Group):
    page = client.get("/g/gardeners/", headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip" and page["Content-Length"] == str(len(page.content))
    assert b"Riverside Gardeners" in gzip.decompress(page.content)


def test_people_who_are_signed_in_are_never_given_it(store: PagesKept):
    build = Counted()
    caching.public_page(ask(), build, version=(1,))
    request = ask()
    request.user = User(email="bob@example.org")
    assert caching.public_page(request, build, version=(1,)).content == b"built 2"
    assert caching.public_page(ask(), build, version=(1,)).content == b"built 1"


@pytest.mark.parametrize(
    "response", [HttpResponse(status=404), HttpResponse(status=302), StreamingHttpResponse([b"x"])]
)
def test_only_whole_pages_are_kept(store: PagesKept, response: HttpResponse):
    caching.public_page(ask(), lambda: response, version=(1,))
    assert store.size == 0


def test_a_page_with_a_cookie_is_not(store: PagesKept):
    response = HttpResponse("welcome")
    response.set_cookie("seen", "1")
    caching.public_page(ask(), lambda: response, version=(1,))
    assert store.size == 0


@pytest.mark.django_db
def test_a_group_that_goes_private_is_gone_for_strangers_at_once(
    store: PagesKept, client: Client, group: Group, alice: User
):
    for _ in range(2):
        assert b"Riverside Gardeners" in client.get("/").content
        assert client.get("/g/gardeners/").status_code == 200
    change_settings(group=group, by=alice, visibility=Visibility.PRIVATE, archive_access="members")
    assert b"Riverside Gardeners" not in client.get("/").content
    assert client.get("/g/gardeners/").status_code == 404
