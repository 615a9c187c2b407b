"""Somebody finds a group in three ways: by its category, by words with a slip, by filters; and looks in before joining."""

import os

import pytest
from playwright.sync_api import Page, expect

from groups.directory.sweeping import compare, sweep
from tests.browser.conftest import DESK, PHONE, Axe, Look, sideways
from tests.builders import make_group, make_thread, make_user

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("POSTHOUSE_SHOTS", "")


def seen(page: Page, axe: Axe, name: str) -> None:
    """Nothing is wrong with this page in four combinations; pictures where POSTHOUSE_SHOTS names a folder."""
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) == 0, (name, width)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert axe(page) == [], (name, width, theme)
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/{name}-{width}-{theme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


@pytest.fixture
def town(db) -> None:
    ann = make_user("Ann Lindqvist")
    garden = {"categories": ["gardening", "clubs-and-societies"], "country": "GB", "language": "en"}
    plots = make_group("plots", owner=ann, name="Riverside Gardeners", summary="Seeds, slugs and Saturdays.", **garden)
    make_group("roses", owner=ann, name="Rose Growers", summary="Old roses, new roses.", **garden)
    make_group("jardin", owner=ann, name="Les jardins d’Arles", categories=["gardening"], country="FR", language="fr")
    closed = make_group(
        "committee", owner=ann, name="The Allotment Committee", archive_access="members", joining="approval",
        description="We look after the **water** and the keys.", guidelines="Be brief.", **garden,
    )  # fmt: skip
    for group in (plots, closed):
        for number in range(3):
            make_thread(group, 2, subject=f"Blight in row {number}")
    make_group("stars", owner=ann, name="Moorside Astronomers", categories=["astronomy"], country="GB", language="en")
    sweep()
    compare()


def test_by_category_by_words_and_by_filters(look: Look, axe: Axe, town):
    page = look("/")
    seen(page, axe, "directory")
    page.get_by_role("navigation", name="Categories").get_by_role("link", name="Home and garden").click()
    page.get_by_role("navigation", name="Categories").get_by_role("link", name="Gardening").click()
    expect(page.get_by_role("heading", name="Gardening", exact=True)).to_be_visible()
    seen(page, axe, "category")
    page.get_by_role("link", name="Rose Growers").click()
    expect(page.get_by_role("heading", name="Groups like this one")).to_be_visible()
    page.goto(page.url.split("/g/")[0])

    page.get_by_role("searchbox", name="Find a group").fill("gardners river")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("Nothing has “gardners river”.")).to_be_visible()
    expect(page.get_by_role("link", name="Riverside Gardeners")).to_be_visible()
    seen(page, axe, "found")
    page.get_by_role("link", name="take away").click()

    page.get_by_text("Narrow down").click()
    page.get_by_label("Country").select_option("GB")
    page.get_by_label("Joining").select_option("approval")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("listitem").filter(has_text="The Allotment Committee")).to_be_visible()
    expect(page.get_by_role("link", name="Rose Growers")).to_have_count(0)
    seen(page, axe, "narrowed")
    page.get_by_role("link", name="joined after a yes take away").click()
    expect(page.get_by_role("link", name="Rose Growers")).to_be_visible()
    page.get_by_role("link", name="The Allotment Committee").click()
    expect(page.get_by_role("heading", name="What is inside")).to_be_visible()
    expect(page.get_by_text("Run by Ann Lindqvist")).to_be_visible()
    seen(page, axe, "preview")


def test_an_owner_says_where_it_stands_and_makes_it_known(look: Look, axe: Axe, group, alice):
    page = look("/g/gardeners/settings/", user=alice)
    page.get_by_role("link", name="In the directory").click()
    page.get_by_label("Category", exact=True).select_option("gardening")
    page.get_by_label("Country").select_option("GB")
    seen(page, axe, "settings-directory")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    page.goto(page.url.replace("settings/directory/", ""))
    expect(page.get_by_role("link", name="Home and garden › Gardening")).to_be_visible()
    page.get_by_role("link", name="Make it known").click()
    seen(page, axe, "promote")
