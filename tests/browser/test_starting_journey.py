"""Somebody starts a group in three steps, looks back on the way, and shapes it: on a phone and on a desk."""

import os
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from groups.models import Group
from tests.browser.conftest import DESK, PHONE, Axe, Look, sideways
from tests.builders import make_message

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


def test_a_group_is_started_in_three_steps(look: Look, axe: Axe, bob):
    page = look("/groups/new/", user=bob)
    page.get_by_label("Name", exact=True).fill("The Berg Family")
    page.get_by_label("One sentence").fill("Birthdays, recipes, and who brings what.")
    seen(page, axe, "start-1-name")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("link", name="Private family").click()
    page.get_by_role("group", name="Who may join").get_by_text("After a yes").click()
    expect(page.get_by_text("Each request waits until")).to_be_visible()
    seen(page, axe, "start-2-who")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("the-berg-family@")).to_be_visible()
    seen(page, axe, "start-3-look")
    page.get_by_role("link", name="Change who may what").click()
    expect(page.get_by_role("radio", name="After a yes")).to_be_checked()
    page.get_by_role("group", name="Who may join").get_by_text("Invited", exact=True).click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Start the group").click()
    expect(page.get_by_text("The Berg Family is open. You own it.")).to_be_visible()
    assert Group.objects.get().joining == "invitation"


def test_an_owner_shapes_it_and_goes_back(look: Look, axe: Axe, group, alice):
    page = look("/g/gardeners/settings/", user=alice)
    seen(page, axe, "settings-hub")
    page.get_by_role("link", name="About", exact=True).click()
    page.get_by_label("Description").fill("We garden.\n\nOn Saturdays.")
    seen(page, axe, "settings-about")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    page.goto(page.url.replace("about", "who"))
    page.get_by_role("group", name="Who reads the letters").get_by_text("Members").click()
    seen(page, axe, "settings-who")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="All settings").click()
    page.get_by_role("link", name="History").click()
    seen(page, axe, "settings-history")
    page.get_by_role("button", name="Take this change back").first.click()
    expect(page.get_by_text("It is as it was before")).to_be_visible()


def test_an_owner_words_a_notice(look: Look, axe: Axe, group, alice):
    page = look("/g/gardeners/settings/notices/", user=alice)
    seen(page, axe, "notices")
    page.get_by_role("link", name="Welcome").click()
    page.get_by_role("link", name="Write a variant").click()
    page.get_by_label("Name of this variant").fill("Warm")
    page.get_by_label("Words").fill("Hello, and **welcome** to {group}.\n\nTo leave: {leave_link}")
    page.get_by_role("button", name="Preview").click()
    seen(page, axe, "notice-preview")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Warm usual")).to_be_visible()
    seen(page, axe, "notice")


def test_an_owner_gives_the_group_a_face_and_locks_it(look: Look, axe: Axe, group, alice, settings, tmp_path):
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    page = look("/g/gardeners/settings/look/", user=alice)
    picture = {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": painted()}
    page.get_by_label("Icon").set_input_files(picture)
    page.get_by_label("Cover picture").set_input_files(picture)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The pictures are saved.")).to_be_visible()
    seen(page, axe, "look")
    page.goto(page.url.replace("look", "closing"))
    seen(page, axe, "closing")
    page.get_by_label("Reason").first.fill("Elections are over; we meet again in spring.")
    page.get_by_role("button", name="Lock the group").click()
    page.goto(page.url.replace("settings/closing/", ""))
    expect(page.get_by_text("This group is locked.")).to_be_visible()
    seen(page, axe, "home-locked")
    page.goto(page.url + "settings/addresses/")
    page.get_by_label("Short name").last.fill("growers")
    page.get_by_role("button", name="Add a name").click()
    seen(page, axe, "addresses")


def painted() -> bytes:
    written = BytesIO()
    Image.linear_gradient("L").resize((1200, 600)).convert("RGB").save(written, "JPEG")
    return written.getvalue()


def test_a_moderator_tags_a_topic_and_follows_the_tag(look: Look, axe: Axe, group, alice):
    for number in range(1, 4):
        make_message(group, subject=f"Potatoes, row {number}")
    page = look("/g/gardeners/topic/1/", user=alice)
    page.get_by_text("Add a hashtag").click()
    page.get_by_label("Hashtag").fill("#Harvest")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("link", name="#harvest")).to_be_visible()
    seen(page, axe, "topic-tagged")
    page.get_by_role("link", name="#harvest").click()
    page.get_by_role("button", name="Follow by mail").click()
    expect(page.get_by_text("You follow this hashtag.", exact=True)).to_be_visible()
    seen(page, axe, "hashtag")
    page.get_by_role("link", name="All hashtags").click()
    seen(page, axe, "hashtags")
