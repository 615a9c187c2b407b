"""The panel in a real browser: its scripts keep the Content-Security-Policy (look() insists), at a desk and on a phone,
in light and dark, with a mouse and with the keyboard alone."""

import os

import pytest
from playwright.sync_api import Page
from playwright.sync_api import expect as see

from groups.abuse import actions, targets
from groups.abuse.models import Case, StaffEntry
from groups.models import Membership
from mail.models import Delivery, InboundState
from tests.browser.conftest import DESK, PHONE, Axe, Look, sideways
from tests.builders import make_message, make_operator, make_user
from tests.mail.builders import make_delivery, make_inbound, make_outgoing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def spammer(group, alice):
    """Sam sells pills: three letters, one more waits, and two people said so."""
    sam = make_user("Sam Seller")
    Membership.objects.create(group=group, user=sam)
    for number in range(3):
        letter = make_message(
            group, subject=f"Cheap pills {number}", body="Buy now!", sender=f"Sam Seller <{sam.email}>"
        )
    make_inbound(group, state=InboundState.HELD, spooled={"sender": sam}, subject="More pills", author=sam.email)
    make_delivery(make_outgoing(group, letter, subject=letter.subject), sam)
    target = targets.KINDS["letter"].find(letter.pk)
    actions.report(target, what="spam", words="He writes to all of us.", by=alice)
    actions.report(target, what="illegal", words="These need a prescription.", address="eve@example.net")
    return sam


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_suspending_a_spammer_from_the_queue(look: Look, axe: Axe, spammer, width, theme):
    olga = make_operator()
    page = look("/admin/abuse/", olga, theme, width)
    calm(page, axe, f"queue-{width}-{theme}")
    page.get_by_role("link", name="Cheap pills 2").click()
    calm(page, axe, f"case-{width}-{theme}")
    page.get_by_role("button", name="I look at it").click()
    page.get_by_role("link", name="Suspend Sam Seller…").click()
    page.get_by_label("Why").fill("Sold pills to a gardening group.")
    page.get_by_label("How long").select_option("A month")
    calm(page, axe, f"suspend-{width}-{theme}")
    page.get_by_role("button", name="Suspend Sam Seller").click()
    see(page.get_by_text("Sam Seller is suspended")).to_be_visible()
    calm(page, axe, f"done-{width}-{theme}")
    page.goto(page.url.replace("/abuse/", f"/where/?address={spammer.email}"))
    see(page.get_by_text("suspended", exact=True).first).to_be_visible()
    calm(page, axe, f"where-{width}-{theme}")
    page.goto(page.url.partition("/where/")[0] + "/log/")
    see(page.get_by_text("Sold pills to a gardening group.").first).to_be_visible()
    calm(page, axe, f"log-{width}-{theme}")
    assert Case.objects.get().outcome == "suspended" and StaffEntry.objects.filter(action="suspended").exists()


def test_the_same_with_the_keyboard_alone(look: Look, spammer):
    page = look(f"/admin/abuse/{Case.objects.get().pk}/", make_operator())
    to(page, "Suspend Sam Seller…")
    page.keyboard.press("Enter")
    see(page.get_by_role("button", name="Suspend Sam Seller")).to_be_visible()
    page.get_by_label("Why").focus()
    page.keyboard.type("Spam.")
    to(page, "Suspend Sam Seller")
    page.keyboard.press("Enter")
    see(page.get_by_text("Sam Seller is suspended")).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), [(DESK, "dark"), (PHONE, "light")])
def test_lists_a_row_and_the_first_page(look: Look, axe: Axe, spammer, width, theme):
    olga = make_operator()
    page = look("/admin/groups/membership/", olga, theme, width)
    see(page.get_by_text("Riverside Gardeners").first).to_be_visible()
    calm(page, axe, f"list-{width}-{theme}")
    page = look("/admin/mail/delivery/", olga, theme, width)
    page.get_by_role("button", name="Filters").click()
    see(page.get_by_text("By state")).to_be_visible()
    shot(page, f"filters-{width}-{theme}")
    page.keyboard.press("Escape")
    page.locator("input.action-select").first.check()
    see(page.get_by_role("button", name="Run")).to_be_hidden()  # until an action is chosen
    shot(page, f"chosen-{width}-{theme}")
    for path, name in (
        ("/admin/", "index"),
        (f"/admin/accounts/user/{spammer.pk}/change/", "person"),
        ("/admin/second-factor/", "second"),
    ):
        page = look(path, olga if name != "second" else make_user("Stan", is_staff=True), theme, width)
        calm(page, axe, f"{name}-{width}-{theme}")


def test_it_works_without_scripts(look: Look, spammer):
    page = look(f"/admin/abuse/{Case.objects.get().pk}/", make_operator(), scripts=False)
    page.get_by_label("Why, in your own words").fill("Not for us.")
    page.get_by_role("button", name="Leave it as it is").click()
    assert Case.objects.get().outcome == "dismissed"


def test_without_scripts_the_filters_stand_below_the_list_and_hide_none_of_it(look: Look, spammer):
    page = look("/admin/mail/delivery/", make_operator(), width=PHONE, scripts=False)
    page.get_by_role("link", name=str(Delivery.objects.get().pk), exact=True).click(timeout=3000)
    page.wait_for_url("**/change/")


def test_the_public_form(look: Look, axe: Axe, group):
    for width, theme in ((DESK, "dark"), (PHONE, "light")):
        page = look(f"/g/{group.slug}/report/", None, theme, width)
        calm(page, axe, f"report-{width}-{theme}")
    page.get_by_label("It harasses or threatens somebody").check()
    page.get_by_role("button", name="Report it").click()
    see(page.get_by_text("Thank you. The people who run this site look at it.")).to_be_visible()


def to(page: Page, name: str) -> None:
    """Tab until what is called this has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"{name} is not reached by Tab.")


def calm(page: Page, axe: Axe, name: str) -> None:
    """Nothing that breaks WCAG 2.2 AA, and nothing that scrolls sideways."""
    page.wait_for_load_state()
    shot(page, name)
    found = axe(page)
    assert not found, f"{name}: " + "; ".join(found)
    assert sideways(page) == 0, name


def shot(page: Page, name: str) -> None:
    """A picture to look at, where somebody asks for it."""
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png", full_page=True)
