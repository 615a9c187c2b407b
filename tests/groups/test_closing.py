"""Holding, locking and retiring a group."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from groups.actions.closing import lock, reopen, retire
from groups.actions.joining import Asked, Confirmed, ask_to_join, confirm_request, join_signed_in
from groups.models import Action, Group, GroupState
from tests.builders import make_message

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
URL = "/g/gardeners/settings/closing/"


def test_a_locked_group_says_so_with_the_reason_on_every_page(signed_in: SignIn, client: Client, alice, group: Group):
    make_message(group)
    before = client.get("/g/gardeners/topics/")
    signed_in(alice).post(URL, {"do": "lock", "reason": "Elections\n are over."})
    for path in ("/g/gardeners/", "/g/gardeners/topics/"):
        page = client.get(path, headers={"If-None-Match": before["ETag"]})
        assert "This group is locked." in page.content.decode() and "Elections are over." in page.content.decode()
    signed_in(alice).post(URL, {"do": "reopen"})
    assert b"This group is locked." not in client.get("/g/gardeners/topics/").content


def test_the_log_tells_each_step_once(alice, group: Group):
    steps = [
        lock(group=group, by=alice, reason="Quarrel"),
        lock(group=group, by=alice),
        retire(group=group, by=alice),
        retire(group=group, by=alice),
        reopen(group=group, by=alice),
        reopen(group=group, by=alice),
    ]
    assert steps == [True, False, True, False, True, False]
    lines = group.log.order_by("pk").values_list("action", "reason")
    assert list(lines) == [(Action.LOCKED, "Quarrel"), (Action.RETIRED, ""), (Action.REOPENED, "")]


def test_a_moderator_locks_but_does_not_retire(signed_in: SignIn, bob, group: Group):
    group.memberships.filter(user=bob).update(role="moderator", rights=["settings"])
    browser = signed_in(bob)
    assert browser.post(URL, {"do": "retire"}).status_code == 403
    browser.post(URL, {"do": "lock"})
    group.refresh_from_db()
    assert group.state == GroupState.LOCKED
    Group.objects.update(state=GroupState.RETIRED)
    assert browser.post(URL, {"do": "reopen"}).status_code == 403


def test_nobody_joins_a_retired_group(client: Client, alice, charlie, group: Group):
    wish = ask_to_join(group=group, address="dora@example.org")
    retire(group=group, by=alice)
    assert wish.request and confirm_request(wish.request.pk)[0] == Confirmed.GONE
    assert ask_to_join(group=group, address="emil@example.org").outcome == Asked.CLOSED
    assert join_signed_in(group=group, user=charlie)[0] == Asked.CLOSED
    assert "nobody joins it" in client.get("/g/gardeners/join/").content.decode()
    assert "/g/gardeners/join/" not in client.get("/g/gardeners/").content.decode()


def test_the_brake_is_pulled_and_let_go_and_moderators_see_it(
    signed_in: SignIn, client: Client, alice, bob, group: Group
):
    browser = signed_in(alice)
    browser.post(URL, {"do": "hold"})
    assert b"Everything waits" in browser.get("/g/gardeners/").content
    assert b"Everything waits" not in signed_in(bob).get("/g/gardeners/").content
    browser.post(URL, {"do": "let-go"})
    group.refresh_from_db()
    assert not group.emergency


def test_looking_changes_nothing(signed_in: SignIn, alice, group: Group, django_assert_max_num_queries):
    browser = signed_in(alice)
    with django_assert_max_num_queries(8):
        browser.get(f"{URL}?do=retire")
    group.refresh_from_db()
    assert group.state == GroupState.OPEN
