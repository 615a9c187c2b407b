"""A poll of each kind: asked, answered and read in the browser without scripts; one of them with the keyboard alone."""

import pytest
from playwright.sync_api import Page

from groups.models import Group
from groups.polls.models import Poll
from tests.browser import world
from tests.browser.conftest import PHONE, Look, sideways
from tests.groups.polls.builders import make_poll

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = {
    "single": ("Elm", "1", "100 %"),
    "multiple": ("Elm", "1", "100 %"),
    "runoff": ("Elm", "1", "round 1, the last"),
    "schulze": ("Elm", "1 of 1"),
    "score": ("Elm", "5", "5.0"),
}


def answer(page: Page, kind: str, favourite: str) -> None:
    if kind in ("single", "multiple"):
        page.get_by_label(favourite).check()
    elif kind == "dates":
        page.get_by_role("group", name=favourite).get_by_text("yes", exact=True).click()
    else:
        page.get_by_label(favourite).select_option("5" if kind == "score" else "1")
    page.get_by_role("button", name="Vote", exact=True).click()


def figures(page: Page) -> list[str]:
    """The first row of the result's table, as a screen reader has it."""
    first = page.get_by_role("table").first.get_by_role("row").nth(1)
    return [*first.get_by_role("cell").all_inner_texts(), first.get_by_role("rowheader").inner_text()]


def test_each_kind_is_answered_and_read_without_scripts(look: Look):
    here = world.build()
    group = Group.objects.get(slug="empty")
    polls = {kind: make_poll(group, here.owner, kind, ["Oak", "Elm"]) for kind in KINDS}
    page = look("/g/empty/", user=here.owner, scripts=False, width=PHONE)
    for kind, (favourite, *expected) in KINDS.items():
        page.goto(page.url.split("/g/")[0] + polls[kind].get_absolute_url())
        answer(page, kind, favourite)
        assert figures(page) == ["1.", *expected, f"{favourite} ahead"]


def test_a_date_is_found_without_scripts(look: Look):
    page = look("/g/empty/polls/", user=world.build().owner, scripts=False, width=PHONE)
    page.get_by_role("link", name="Ask the group").click()
    page.get_by_label("Question").fill("When?")
    page.get_by_text("Finding a date", exact=True).click()
    page.get_by_role("textbox", name="Options").fill("2027-01-08\n2027-01-09 19:00")
    page.get_by_role("button", name="Open the poll").click()
    answer(page, "dates", "Sat 9 Jan 2027, 19:00")
    assert figures(page) == ["1.", "1", "0", "0", "Sat 9 Jan 2027, 19:00 ahead"]


def test_dates_are_answered_with_the_keyboard_alone(look: Look):
    here = world.build()
    page = look("/g/gardeners/polls/6/", user=here.member)
    page.locator("[name=answer-1]").first.focus()
    page.keyboard.press("Space")  # yes to the first
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")  # if need be to the second
    page.get_by_label("Add a day or time").focus()
    page.keyboard.type("2027-02-01 18:30")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("You have voted: ").wait_for()
    ballot = Poll.objects.get(group=here.group, number=6).ballots.get(voter=here.member)
    assert ballot.numbers == {1: 2, 2: 1, 4: 2}


def test_an_anonymous_voter_changes_their_ballot_with_the_receipt(look: Look):
    page = look("/g/gardeners/polls/7/", user=world.build().member, scripts=False)
    page.get_by_label("Apples").check()
    page.get_by_role("button", name="Vote", exact=True).click()
    receipt = page.locator(".receipt code").inner_text()
    page.get_by_role("link", name="Back to the poll").click()
    page.get_by_label("Pears").check()
    page.get_by_label("The receipt of your ballot").fill(receipt.lower())
    page.get_by_role("button", name="Change my vote").click()
    page.get_by_role("link", name="Back to the poll").click()
    page.get_by_text("Look your ballot up by its receipt").click()
    page.get_by_label("Receipt", exact=True).fill(receipt)
    page.get_by_role("button", name="Look it up").click()
    page.get_by_role("status").get_by_text("Pears").wait_for()


def test_options_without_a_place_to_break_stay_on_the_page(look: Look):
    here = world.build()
    page = look("/g/empty/polls/", user=here.owner, width=PHONE)
    for kind in ("multiple", "runoff"):
        poll = make_poll(
            Group.objects.get(slug="empty"), here.owner, kind, ["unbreakable" * 12, "Elm"], results="always"
        )
        page.goto(page.url.split("/g/")[0] + poll.get_absolute_url())
        assert sideways(page) == 0, kind
