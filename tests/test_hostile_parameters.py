"""Whatever stands in an address or behind its question mark: no page breaks over it. Run on SQLite and on PostgreSQL, which
refuse different things (PostgreSQL NUL in texts, SQLite integers beyond 64 bits)."""

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from archive.models import Message
from groups.models import Group
from tests.builders import make_message
from tests.test_every_door import ADDRESSES

pytestmark = pytest.mark.django_db

CURSOR = ("before", "after")
ASKED = {
    "directory": ("q", *CURSOR),
    "group-home": ("page",),
    "group-members": ("q", *CURSOR),
    "topics": CURSOR,
    "thread": ("page", "at", "view"),
    "message": ("remote", "fixed", "plain"),
    "message-raw": ("as",),
    "month": ("day", "by", *CURSOR),
    "authors": ("name", "page"),
    "author": CURSOR,
    "attachments": ("kind", *CURSOR),
    "group-feed": ("token",),
    "thread-feed": ("token",),
    "export-mbox": ("since", "until"),
    "search": ("q", "page", "sort"),
    "search-feed": ("q",),
    "group-search": ("q", "page", "sort"),
    "group-search-feed": ("q", "token"),
    "group-search-mbox": ("q",),
    "quarantine": ("before",),
    "import-detail": ("page",),
}
TEXTS = [
    "",
    "0",
    "-1",
    "31",
    "9" * 20,
    "9" * 5000,
    "NaN",
    "1e400",
    "²",
    "٣",
    "\0",
    "a\0b",
    "\u202e\ufdd0\uffff",
    "1.1",
    "-1.-1",
    "f" * 15 + "." + "f" * 30,
    "f" * 5000 + ".1",
    "0001-01-01",
    "9999-12-31",
    "'\"--%",
    "in:a\0b thread:99999999999999999999 thread:a\0b",
    "date:0000..9999 after:99999999d before:-1",
    "(" * 1000,
    'from:"' + "x" * 3000,
]
BROKEN = ["%ED%A0%80", "%FF%FE", "%00", "%", "%C0%AF"]


@pytest.fixture
def letter(group: Group) -> Message:
    return make_message(group, message_id="a/b@x.example", files=[("a.txt", "text/plain", b"a")])


@pytest.fixture
def places(letter: Message) -> dict[str, object]:
    return {
        "slug": letter.group.slug,
        "number": letter.number,
        "message_id": letter.message_id,
        "index": 1,
        "pk": letter.author_id,
        "year": f"{letter.sent_at.year}",
        "month": f"{letter.sent_at.month:02}",
        "tag": "harvest",
        "notice": "welcome",
        "picture": "icon",
        "name": "0",
        "width": 48,
    }


def address(name: str, places: dict[str, object]) -> str:
    return reverse(name, kwargs={one: places[one] for one in dict(ADDRESSES)[name]})


@pytest.mark.parametrize("name", ASKED)
def test_no_question_breaks_a_page(name: str, places: dict[str, object], alice: User, signed_in):
    browser = signed_in(alice)
    for parameter in ASKED[name]:
        for asked in [*map(quote, TEXTS), *BROKEN]:
            response = browser.get(f"{address(name, places)}?{parameter}={asked}")
            assert response.status_code < 500, (parameter, asked[:80])
            b"".join(response) if response.streaming else response.content


INTEGERS = [str(2**63), "9" * 400, "9" * 5000]
WORDS = ["a%00b", "..", "a%0d%0ab", "%ED%A0%80", "%E2%80%AE", "x" * 3000, "<a>"]


@pytest.mark.parametrize(("parameter", "hostile"), [("number", INTEGERS), ("pk", INTEGERS), ("index", INTEGERS)])
def test_no_number_in_an_address_breaks_it(parameter, hostile, places, alice, signed_in):
    assert broken(signed_in(alice), parameter, "8888", hostile, places) == []


@pytest.mark.parametrize("parameter", ["slug", "message_id", "filename", "token", "key", "uidb36"])
def test_no_word_in_an_address_breaks_it(parameter, places, alice, signed_in):
    assert broken(signed_in(alice), parameter, "zzzz", WORDS, places) == []
    assert broken(Client(), parameter, "zzzz", WORDS[:1], places) == []


def broken(browser: Client, parameter: str, stand_in: str, hostile: list[str], places: dict[str, object]) -> list[str]:
    """Addresses of ours and of django-allauth that do not survive one of these in the place of a parameter."""
    known = {**places, "filename": "f", "token": "x", "key": "k", "uidb36": "1", "what": "result", parameter: stand_in}
    found = []
    browser.raise_request_exception = False
    for name, parameters in ADDRESSES:
        if parameter in parameters and not name.startswith("admin:"):
            url = reverse(name, kwargs={one: known[one] for one in parameters})
            for other in (url.replace(stand_in, one) for one in hostile):
                if any(ask(other).status_code >= 500 for ask in (browser.get, browser.post)):
                    found.append(f"{name}: {other[:100]}")
    return found


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5000, "-1", "²", "", "\0"])
def test_no_mark_breaks_reading(number: str, letter: Message, bob: User, signed_in):
    for url in (
        reverse("topics-read", args=[letter.group.slug]),
        reverse("thread-read", args=[letter.group.slug, letter.thread.number]),
    ):
        assert signed_in(bob).post(url, {"number": number}).status_code == 302


def test_a_stranger_to_metrics_cannot_break_them(settings):
    settings.METRICS_TOKEN = "secret"
    assert Client().get("/metrics", headers={"Authorization": "Bearer sécret"}).status_code == 403


def test_operators_come_in_as_everybody_does():
    """django.contrib.admin's own form would count no attempts and ask for no second factor."""
    response = Client().post("/admin/login/", {"username": "op@example.org", "password": "guess"})
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")
