"""Switches of the site: what each shuts, that it holds at once and everywhere, and that it is kept who turned it."""

from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts import switches
from accounts.models import User
from accounts.switches import SWITCHES, _load, turned
from accounts.switches.actions import turn
from common import shared
from common.shared import Shared
from groups.abuse.models import StaffEntry
from groups.hooks import lanes
from mail.web.forms import LetterForm
from tests.builders import make_operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(db) -> User:
    return make_operator()


@pytest.fixture
def off(olga):
    return lambda name: turn(name, False, by=olga)


def test_all_are_as_usual_until_somebody_turns_one_and_cost_nothing(client, group, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert {name: switches.on(name) for name in SWITCHES} == {
            name: switch.usual for name, switch in SWITCHES.items()
        }
    with pytest.raises(KeyError):
        switches.on("pols")


SHUT = [
    ("start_groups", "/groups/new/", "Only those who run this site start groups."),
    ("web_posting", "/g/gardeners/post/", "Write to the group by mail."),
    ("webhooks", "/g/gardeners/settings/hooks/", "Webhooks are switched off"),
]


def test_every_switch_is_explained():
    said = (Path(__file__).parents[2] / "docs/operations.md").read_text()
    assert [name for name in SWITCHES if f"`{name}`" not in said] == []


def test_what_is_switched_off_is_shut_with_a_sentence(signed_in, alice, group, off, olga):
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    client = signed_in(alice)
    for name, path, said in SHUT:
        assert client.get(path).status_code == 200, path
        off(name)
        response = client.get(path)
        assert response.status_code == 403 and said in response.content.decode(), path
        turn(name, True, by=olga)
        assert client.get(path).status_code == 200, path


def test_pages_that_are_not_there_yet_are_shut_by_their_names(off):
    for name, url_name, path in (("polls", "poll-new", "/g/x/polls/new/"), ("api", "groups", "/api/v1/groups")):
        assert switches.shut_by(url_name, path) is None
        off(name)
        assert switches.shut_by(url_name, path) == SWITCHES[name]
    assert switches.shut_by("group-home", "/g/x/") is None


def test_superusers_still_start_groups_and_others_see_no_button(signed_in, bob, olga, off):
    off("start_groups")
    assert signed_in(olga).get("/groups/new/").status_code == 200
    assert "Start a group" in signed_in(olga).get("/").content.decode()
    assert "Start a group" not in signed_in(bob).get("/").content.decode()


def test_nobody_signs_up_while_that_is_off(client, off):
    assert b'name="email"' in client.get("/account/signup/").content
    off("sign_up")
    assert b'name="email"' not in client.get("/account/signup/").content
    client.post("/account/signup/", {"email": "new@example.org", "password1": "correct horse battery"})
    assert not User.objects.filter(email="new@example.org").exists()


def test_letters_on_the_web_are_text_alone_without_uploads(off):
    assert "attachments" in LetterForm(addresses=["a@example.org"]).fields
    off("uploads")
    assert "attachments" not in LetterForm(addresses=["a@example.org"]).fields


def test_imports_are_looked_at_but_not_begun(signed_in, alice, group, off):
    off("web_imports")
    client = signed_in(alice)
    assert client.get("/g/gardeners/import/").status_code == 200
    assert client.post("/g/gardeners/import/", {"file": "x"}).status_code == 403
    assert client.post("/g/gardeners/import/upload/", "{}", content_type="application/json").status_code == 403


def test_strangers_are_asked_to_sign_in_where_the_directory_is_not_public(client, signed_in, bob, group, off):
    kept = client.get("/")
    off("public_directory")
    again = client.get("/", headers={"if-none-match": kept["ETag"]})
    assert again.status_code == 302 and again["Location"].startswith("/account/login/?next=/")
    assert signed_in(bob).get("/").status_code == client.get("/g/gardeners/").status_code == 200


def test_no_webhook_is_told_anything_while_they_are_off(off, monkeypatch, settings):
    settings.WEBHOOK_THREADS = 1
    woken = []
    monkeypatch.setattr(lanes.QUICK, "wake", woken.append)
    monkeypatch.setattr(lanes.SLOW, "wake", woken.append)
    off("webhooks")
    lanes.wake()
    assert woken == []


def test_on_a_read_only_site_nothing_changes_but_people_still_leave_and_operators_work(signed_in, alice, group, olga):
    turn("read_only", True, by=olga)
    client = signed_in(alice)
    assert client.get("/g/gardeners/").status_code == 200
    response = client.post("/g/gardeners/settings/about/", {"name": "Changed"})
    assert response.status_code == 503 and response["Retry-After"] and b"Nothing can be changed" in response.content
    assert client.post("/mail/leave/nonsense/").status_code == 410  # the page itself answers
    operator = signed_in(olga)
    operator.post("/admin/switches/", as_usual())
    assert not switches.on("read_only")


def as_usual(**changed) -> dict[str, str]:
    state = {name: switch.usual for name, switch in SWITCHES.items()} | changed
    return {name: value if isinstance(value, str) else "on" for name, value in state.items() if value}


def test_an_operator_turns_switches_on_a_page_and_it_is_kept_who(signed_in, olga, client, group):
    kept = client.get("/")
    operator = signed_in(olga)
    operator.post("/admin/switches/", as_usual(polls=False, banner=True, banner_words="Back at <noon>"))
    assert not switches.on("polls") and switches.on("web_posting")
    page = client.get("/", headers={"if-none-match": kept["ETag"]})
    assert page.status_code == 200 and b"Back at &lt;noon&gt;" in page.content
    said = operator.get("/admin/switches/").content.decode()
    assert "Polls" in said and "Olga Operator" in said
    assert {entry.about_name for entry in StaffEntry.objects.all()} >= {"Switch polls", "Switch banner"}
    assert b"Write what the banner says" in operator.post("/admin/switches/", as_usual(banner=True)).content


def test_only_superusers_turn_them(signed_in):
    assert signed_in(make_operator("Hal", is_superuser=False)).get("/admin/switches/").status_code == 403
    assert Client().get("/admin/switches/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_another_process_knows_at_once(monkeypatch):
    monkeypatch.setattr(shared, "ASKED_EVERY", 0.0)
    other = Shared("switches", _load, {})
    try:
        other.seed()
        turn("polls", False, by=make_operator())
        assert other.get() == {"polls": (False, "")}
    finally:
        Shared.every["switches"] = turned
