"""The log: who may read it, how it is narrowed, and as a file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.actions.log import note
from groups.models import Action, LogEntry, Membership, Right, Role
from tests.builders import make_user

pytestmark = pytest.mark.django_db
URL = "/g/gardeners/log/"


@pytest.fixture
def written(group, alice, bob):
    note(Action.LETTER_APPROVED, group=group, by=alice, about="“Seed swap” by bob", url="/g/gardeners/message/1/")
    note(Action.BANNED, group=group, by=alice, about="=cmd@x.example", reason="Spam", details={"kind": "address"})
    note(Action.EXPIRED, group=group, about="“Weeds” by bob")
    LogEntry.objects.filter(action=Action.EXPIRED).update(at=timezone.now() - timedelta(days=10))


@pytest.fixture
def browser(signed_in, alice):
    return signed_in(alice)


def test_what_was_done_stands_there_newest_first(browser, written):
    page = browser.get(URL).content.decode()
    assert page.index("Posthouse</bdi>") < page.index("banned an address") < page.index("approved a letter")
    assert 'href="/g/gardeners/message/1/"' in page and "kind: address" in page


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("part=member", "banned an address", "approved a letter"),
        ("part=queue", "approved a letter", "banned an address"),
        ("who=bob", "approved a letter", "banned an address"),
        ("who=alice", "banned an address", "let something wait"),
        ("to={old}", "let something wait", "banned an address"),
        ("from={old}&to=nonsense", "let something wait", "no such"),
        ("part=nothing&from=9999-99-99", "banned an address", "no such"),
    ],
)
def test_it_is_narrowed(browser, written, query, seen, unseen):
    old = (timezone.now() - timedelta(days=10)).date()
    page = browser.get(f"{URL}?{query.format(old=old)}").content.decode()
    assert seen in page and unseen not in page


def test_the_file_holds_the_same_and_no_formula(browser, written):
    response = browser.get(f"{URL}csv/?part=member")
    lines = b"".join(response).decode().splitlines()
    assert response["Content-Type"].startswith("text/csv") and len(lines) == 2
    assert "'=cmd@x.example" in lines[1] and "Spam" in lines[1]


@pytest.mark.parametrize("path", [URL, f"{URL}csv/"])
def test_it_needs_the_right(signed_in, group, bob, path):
    mo = make_user("Mo")
    Membership.objects.create(group=group, user=mo, role=Role.MODERATOR, rights=[Right.POSTS])
    assert signed_in(mo).get(path).status_code == signed_in(bob).get(path).status_code == 403
    Membership.objects.filter(user=mo).update(rights=[Right.LOG])
    assert signed_in(mo).get(path).status_code == 200


def test_a_long_log_costs_as_much_as_a_short_one(browser, group, alice, django_assert_max_num_queries):
    LogEntry.objects.bulk_create([LogEntry(group=group, action=Action.JOINED, by_name=f"{n}") for n in range(200)])
    browser.get(URL)
    with django_assert_max_num_queries(5):
        page = browser.get(URL).content.decode()
    assert page.count("data-key-item") == 60 and 'rel="next"' in page
