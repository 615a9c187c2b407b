"""Keys for people who read with the keyboard: they walk, open, search and help; they never disturb somebody who types."""

import pytest
from playwright.sync_api import Page

from mail.models import Inbound
from tests.browser import world
from tests.browser.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def directory(look: Look) -> Page:
    world.build()
    return look("/")


def focused(page: Page) -> str:
    return str(
        page.evaluate("() => document.activeElement.closest('li')?.querySelector('h2, h3').textContent.trim() ?? ''")
    )


def rows(page: Page) -> list[str]:
    return [text.split("members read")[0].strip() for text in page.locator(".groups h2").all_inner_texts()]


def test_j_and_k_walk_through_the_rows(directory: Page):
    names = rows(directory)
    directory.keyboard.press("j")
    assert focused(directory).startswith(names[0])
    directory.keyboard.press("j")
    assert focused(directory).startswith(names[1])
    directory.keyboard.press("k")
    assert focused(directory).startswith(names[0])


def test_they_stop_at_both_ends(directory: Page):
    for _ in range(9):
        directory.keyboard.press("j")
    assert focused(directory).startswith(rows(directory)[-1])
    for _ in range(9):
        directory.keyboard.press("k")
    assert focused(directory).startswith(rows(directory)[0])


def test_enter_opens_the_row(directory: Page):
    directory.keyboard.press("j")
    directory.keyboard.press("Enter")
    directory.wait_for_url("**/g/*/")


def test_a_slash_goes_to_the_search(directory: Page):
    directory.keyboard.press("/")
    directory.keyboard.type("j?/k")
    assert directory.locator("header input[type=search]").input_value() == "j?/k"
    assert not directory.locator("dialog#keys").is_visible()


def test_a_question_mark_lists_the_keys(directory: Page):
    directory.keyboard.press("?")
    directory.locator("dialog#keys").wait_for()
    directory.keyboard.press("Escape")
    assert not directory.locator("dialog#keys").is_visible()


def test_shortcuts_of_the_browser_stay_its_own(directory: Page):
    for combination in ("Control+j", "Alt+j", "Meta+j"):
        directory.keyboard.press(combination)
    assert focused(directory) == ""


def test_they_can_be_switched_off_and_stay_so(directory: Page):
    directory.keyboard.press("?")
    directory.get_by_label("Use these keys").uncheck()
    directory.reload()
    directory.keyboard.press("j")
    directory.keyboard.press("?")
    assert focused(directory) == ""
    assert not directory.locator("dialog#keys").is_visible()


def test_they_can_be_switched_on_again_without_them(directory: Page):
    directory.evaluate("localStorage.setItem('keys', 'off')")
    directory.reload()
    directory.get_by_role("button", name="Keys").click()
    directory.get_by_label("Use these keys").check()
    directory.keyboard.press("Escape")
    directory.keyboard.press("j")
    assert focused(directory) != ""


def test_u_goes_up_from_a_letter_to_its_topic(look: Look):
    here = world.build()
    number = here.group.archive.next_number - 1
    page = look(f"/g/gardeners/message/{number}/")
    page.keyboard.press("u")
    page.wait_for_url("**/topic/**")


def test_letters_of_a_thread_are_walked_through(look: Look):
    here = world.build()
    page = look(f"/g/gardeners/topic/{here.group.archive.next_number - 3}/")
    for _ in range(2):
        page.keyboard.press("j")
    assert page.evaluate("() => document.activeElement.matches('article.msg:nth-of-type(2)')")


def test_the_first_tab_stop_skips_to_the_content(directory: Page):
    directory.keyboard.press("Tab")
    assert directory.evaluate("() => document.activeElement.textContent") == "Skip to content"
    directory.keyboard.press("Enter")
    assert directory.evaluate("() => document.activeElement.id") == "main"


def test_the_account_menu_closes_with_escape_and_by_a_click_elsewhere(look: Look):
    page = look("/", user=world.build().member)
    menu = page.locator("details.menu")
    for close in (lambda: page.keyboard.press("Escape"), lambda: page.locator("h1").click()):
        menu.locator("summary").click()
        menu.get_by_text("Sign out").wait_for()
        close()
        assert not menu.get_by_text("Sign out").is_visible()


def test_the_list_names_only_keys_that_do_something_here(look: Look):
    here = world.build()
    page = look("/")
    page.keyboard.press("?")
    assert not page.get_by_text("up, to the list").is_visible()
    page.goto(page.url + f"g/gardeners/message/{here.group.archive.next_number - 1}/")
    page.keyboard.press("?")
    page.get_by_text("up, to the list").wait_for()


def state_of(thing) -> str:
    thing.refresh_from_db()
    return thing.state


def test_a_moderator_decides_with_the_keyboard(look: Look):
    here = world.build()
    page = look("/g/gardeners/moderation/", user=here.owner)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/moderation/{here.held_row.pk}/")
    page.keyboard.press("r")
    page.get_by_label("What the author is told").wait_for()
    page.keyboard.type("a")  # a letter of the answer, not a decision
    assert page.get_by_label("What the author is told").input_value() == "a"
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("a")
    page.wait_for_url(lambda url: not url.endswith(f"/{here.held_row.pk}/"))
    assert state_of(here.held) == "archived"


def test_the_whole_queue_is_done_with_the_keyboard_alone(look: Look):
    """Claimed, approved on the list, ticked and dropped together, a request accepted: no mouse, and never lost."""
    here = world.build()
    spam = list(Inbound.objects.filter(subject__startswith="Best price").order_by("pk"))
    page = look("/g/gardeners/moderation/", user=here.owner)
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.get_by_text("claimed by you").wait_for()
    page.keyboard.press("a")
    page.wait_for_url("**/moderation/#w*")
    page.get_by_text("Approved: it is in the archive").wait_for()
    assert state_of(here.held) == "archived"
    assert focused(page) == "Best price greenhouse 0"  # one goes on where one was
    for _ in range(2):
        page.keyboard.press("x")
        page.keyboard.press("j")
    assert page.locator("input[name=waiting]:checked").count() == 2
    page.get_by_role("button", name="Drop the ticked").press("Enter")
    page.get_by_text("2 done.").wait_for()
    assert [state_of(one) for one in spam] == ["discarded", "discarded", "held"]
    page.keyboard.press("j")
    page.keyboard.press("d")
    page.wait_for_url("**?do=discard")
    page.keyboard.press("Enter")  # it asks once, and the answer has the focus
    page.get_by_text("Dropped. Nobody is told.").wait_for()
    page.keyboard.press("a")  # the page of the next one: Dora wants to join
    page.get_by_text("they are a member").wait_for()
    assert here.group.memberships.filter(user__email="dora@example.net").exists()


def test_r_answers_the_letter(look: Look):
    here = world.build()
    page = look(f"/g/gardeners/message/{here.group.archive.next_number - 3}/", user=here.member)
    page.keyboard.press("r")
    page.wait_for_url("**/reply/")
