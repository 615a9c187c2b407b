"""The panel in a real browser: its scripts keep the Content-Security-Policy (look() insists), at a desk and on a phone."""

import pytest

from tests.browser.conftest import DESK, PHONE, Axe, Look, sideways
from tests.builders import make_operator

pytestmark = pytest.mark.django_db(transaction=True)


def test_lists_of_the_panel_by_mouse_and_by_keyboard(look: Look, axe: Axe, group):
    olga = make_operator()
    for width, theme in ((DESK, "light"), (PHONE, "dark")):
        page = look("/admin/groups/group/", olga, theme, width)
        page.get_by_text("Riverside Gardeners").wait_for()
        shot(page, f"groups-{width}-{theme}")
        assert sideways(page) == 0


def shot(page, name):
    import os

    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
