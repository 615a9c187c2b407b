"""A thread's outline says which letter is being read."""

import pytest

from tests.browser import world
from tests.browser.conftest import Look
from tests.builders import make_thread

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_letter_being_read_is_marked_in_the_outline(look: Look):
    here = world.build()
    letters = make_thread(here.group, 12, subject="A long one", body="line\n\n" * 40)
    page = look(f"/g/gardeners/topic/{letters[0].number}/")
    page.locator("nav.outline summary").wait_for()
    page.evaluate("id => document.getElementById(id).scrollIntoView()", f"n{letters[7].number}")
    marked = page.locator("nav.outline li[aria-current] a")
    marked.wait_for(state="attached")
    page.wait_for_function(
        "hash => document.querySelector('nav.outline li[aria-current] a')?.hash === hash", arg=f"#n{letters[7].number}"
    )
    assert marked.count() == 1
