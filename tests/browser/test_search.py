"""The ways to narrow a search come by themselves after the hits; without scripts a link brings them."""

import pytest

from archive.models import Message
from archive.search import indexer
from tests.browser import world
from tests.browser.conftest import DESK, PHONE, Axe, Look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def letters() -> None:
    world.build()
    keys = Message.objects.values_list("pk", flat=True)
    indexer.enqueue(min(keys), max(keys))
    indexer.index_pending()


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_facets_come_after_the_hits(letters: None, look: Look, axe: Axe, width: int):
    page = look("/g/gardeners/search/?q=blight OR row", width=width)
    narrow = page.get_by_role("complementary", name="Narrow the search")
    # Not by way of the element: where it is in view at once, another takes its place at once.
    page.keyboard.press("End")
    author = page.get_by_role("heading", name="Author")
    author.wait_for()
    assert axe(page) == []
    before = page.locator("[data-key-item]").count()
    narrow.locator("section", has=author).get_by_role("link").first.click()
    page.wait_for_url("**from%3A**")
    assert 0 < page.locator("[data-key-item]").count() <= before
    assert "facets" not in page.url


def test_a_link_brings_them_without_scripts(letters: None, look: Look, axe: Axe):
    page = look("/g/gardeners/search/?q=blight OR row", scripts=False)
    page.get_by_role("link", name="Narrow down").click()
    page.get_by_role("heading", name="Author").wait_for()
    assert page.locator("[data-key-item]").count() > 0
