"""Starting a group."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from groups.models import Group, Membership, Role
from groups.presets import PRESETS

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
NAME = {"name": "Plot Holders", "slug": "", "summary": ""}


@pytest.fixture
def browser(signed_in: SignIn, bob: User) -> Client:
    return signed_in(bob)


def say_name(browser: Client, **fields: str):
    return browser.post("/groups/new/", {**NAME, **fields})


def say_who(browser: Client, preset: str = "discussion", **fields: str):
    return browser.post("/groups/new/who/", {"preset": preset, **PRESETS[preset].who, **fields})


def chosen(page) -> set[str]:
    return set(re.findall(r'value="(\w+)"[^>]* checked', page.content.decode()))


def start(browser: Client, preset: str = "discussion", **fields: str):
    """All three steps; the answer of the last one, or of the first that refuses."""
    for answer in (say_name(browser, **fields), say_who(browser, preset)):
        if answer.status_code != 302:
            return answer
    return browser.post("/groups/new/look/")


def test_a_stranger_signs_in_first(client: Client):
    assert client.get("/groups/new/")["Location"] == "/account/login/?next=/groups/new/"
    assert say_name(client)["Location"].startswith("/account/login/")
    assert client.post("/groups/new/look/")["Location"].startswith("/account/login/")
    assert not Group.objects.exists()


def test_who_starts_it_owns_it(browser: Client, bob: User):
    response = start(browser)
    assert response["Location"] == "/g/plot-holders/"
    assert Membership.objects.get(group__slug="plot-holders", user=bob).role == Role.OWNER


def test_the_short_name_can_be_chosen(browser: Client):
    start(browser, slug=" Plots ")
    assert Group.objects.get().slug == "plots"


def test_a_made_short_name_gets_a_number_where_it_is_taken(browser: Client):
    Group.objects.create(slug="plot-holders", name="Older")
    Group.objects.create(slug="plot-holders-2", name="Old")
    start(browser)
    assert Group.objects.filter(slug="plot-holders-3").exists()


def test_a_chosen_one_that_is_taken_is_refused(browser: Client):
    Group.objects.create(slug="plots", name="Older")
    assert b"There is a group" in start(browser, slug="plots").content
    assert Group.objects.count() == 1


@pytest.mark.parametrize(
    "slug", ["new", "postmaster", "abuse", "a b", "-x", "x-", "ä", "../x", "x/y", "x\x00y", "x" * 64]
)
def test_names_that_cannot_be_addresses_are_refused(browser: Client, slug: str):
    assert start(browser, slug=slug).status_code == 200
    assert not Group.objects.exists()


def test_a_name_without_latin_letters_asks_for_a_short_name(browser: Client):
    assert b"We cannot make one from this name" in start(browser, name="園芸").content
    start(browser, name="園芸", slug="engei")
    assert Group.objects.get().name == "園芸"


def test_the_last_page_says_all_that_was_chosen_and_nothing_exists_yet(browser: Client):
    say_name(browser, summary="Seeds and slugs.")
    say_who(browser, joining="approval")
    page = browser.get("/groups/new/look/").content.decode()
    assert "plot-holders@" in page and "Seeds and slugs." in page and "Each request waits" in page
    assert not Group.objects.exists()


def test_going_back_finds_what_was_said(browser: Client):
    say_name(browser, summary="Seeds and slugs.")
    say_who(browser, "support", joining="approval")
    assert 'value="Seeds and slugs."' in browser.get("/groups/new/").content.decode()
    assert {"approval", "accept"} <= chosen(browser.get("/groups/new/who/"))
    say_name(browser, name="Seed Swap")
    browser.post("/groups/new/look/")
    made = Group.objects.get()
    assert (made.name, made.joining, made.strangers) == ("Seed Swap", "approval", "accept")


def test_steps_cannot_be_skipped(browser: Client):
    assert browser.get("/groups/new/who/")["Location"] == "/groups/new/"
    assert browser.post("/groups/new/look/")["Location"] == "/groups/new/who/"
    assert not Group.objects.exists()


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_sets_who_may_what_and_what_follows_from_it(browser: Client, preset: str):
    start(browser, preset)
    made, wanted = Group.objects.get(), {**PRESETS[preset].who, **PRESETS[preset].more}
    assert {name: getattr(made, name) for name in wanted} == wanted


def test_looking_at_a_preset_changes_nothing(browser: Client):
    say_name(browser)
    assert "invitation" in chosen(browser.get("/groups/new/who/?preset=family"))
    say_who(browser)
    assert "Private family" not in browser.get("/groups/new/look/").content.decode()


def test_a_private_group_has_a_private_archive(browser: Client):
    say_name(browser)
    response = say_who(browser, visibility="private")
    assert b"The letters of a private group are for its members" in response.content


def test_a_name_that_was_taken_meanwhile_asks_for_another(browser: Client):
    say_name(browser, slug="plots")
    say_who(browser)
    Group.objects.create(slug="plots", name="Quicker")
    assert b"There is a group" in browser.post("/groups/new/look/").content
    assert Group.objects.count() == 1


def test_it_stands_in_the_log_that_it_was_started(browser: Client, bob: User):
    start(browser)
    assert Group.objects.get().log.get().by == bob


def test_one_person_starts_ten_a_day(browser: Client):
    answers = [start(browser, name=f"Group {number}").status_code for number in range(11)]
    assert answers == [302] * 10 + [429]
    assert Group.objects.count() == 10


def test_each_choice_is_explained(browser: Client):
    say_name(browser)
    page = browser.get("/groups/new/who/").content
    assert b"Only members know that it exists." in page
    assert b"Letters are for people who have joined the group." in page
