"""A moderator merges two topics on a phone and takes it back; without scripts it is the same."""

import re

import pytest

from tests.browser import world
from tests.browser.conftest import PHONE, Axe, Look, sideways

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_two_topics_are_merged_and_taken_apart_again(look: Look, axe: Axe, scripts: bool):
    here = world.build()
    number = here.group.archive.next_number - 3
    page = look(f"/g/gardeners/topic/{number}/", user=here.owner, width=PHONE, scripts=scripts)
    page.get_by_text("Tools", exact=True).first.click()
    assert sideways(page) == 0
    page.get_by_role("link", name="Merge into another topic").click()
    page.get_by_label("The other topic").fill("Row 29")
    page.get_by_role("button", name="Find it").click()
    page.get_by_label(re.compile("^Row 29")).check()
    page.get_by_role("button", name="Merge", exact=True).click()
    assert page.locator("h1").inner_text() == "Row 29"
    assert page.locator("article.msg").count() == 5 and sideways(page) == 0
    if scripts:
        assert axe(page) == []
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("Taken back:").wait_for()
    page.goto(page.url.replace(page.url.split("/topic/")[1], f"{number}/"))
    assert page.locator("h1").inner_text().endswith("Blight on the lower plots again")
    assert page.locator("article.msg").count() == 3
