"""Starting a group."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from groups.models import ArchiveAccess, Group, Membership, Role, Visibility

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
FIELDS = {"name": "Plot Holders", "slug": "", "summary": "", "visibility": "public", "archive_access": "public"}


@pytest.fixture
def browser(signed_in: SignIn, bob: User) -> Client:
    return signed_in(bob)


def start(browser: Client, **fields: str):
    return browser.post("/groups/new/", {**FIELDS, **fields})


def test_a_stranger_signs_in_first(client: Client):
    assert client.get("/groups/new/")["Location"] == "/account/login/?next=/groups/new/"
    assert start(client)["Location"].startswith("/account/login/")
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


def test_a_private_group_has_a_private_archive(browser: Client):
    response = start(browser, visibility="private")
    assert b"The letters of a private group are for its members" in response.content
    assert not Group.objects.exists()


def test_a_private_group_can_be_started(browser: Client):
    start(browser, visibility="private", archive_access="members")
    made = Group.objects.get()
    assert (made.visibility, made.archive_access) == (Visibility.PRIVATE, ArchiveAccess.MEMBERS)


def test_one_person_starts_ten_a_day(browser: Client):
    answers = [start(browser, name=f"Group {number}").status_code for number in range(11)]
    assert answers == [302] * 10 + [429]
    assert Group.objects.count() == 10


def test_each_choice_is_explained(browser: Client):
    page = browser.get("/groups/new/").content
    assert b"Only members know that it exists." in page
    assert b"Letters are for people who have joined the group." in page
