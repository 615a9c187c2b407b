"""The small scripts: colours, time zone, relative times, copying a link, a suggested short name, passkeys."""

import pytest
from playwright.sync_api import Page

from tests.browser import world
from tests.browser.conftest import PHONE, Look
from tests.builders import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
GROUND = "() => getComputedStyle(document.body).backgroundColor"
DARK, LIGHT = "rgb(21, 24, 27)", "rgb(251, 250, 246)"


@pytest.mark.parametrize(("device", "ground"), [("light", LIGHT), ("dark", DARK)])
def test_colours_follow_the_device(look: Look, device: str, ground: str):
    assert look("/", theme=device).evaluate(GROUND) == ground


@pytest.mark.parametrize(("device", "choice", "ground"), [("light", "Dark", DARK), ("dark", "Light", LIGHT)])
def test_a_choice_wins_over_the_device_and_stays(look: Look, device: str, choice: str, ground: str):
    page = look("/", theme=device)
    page.get_by_role("radio", name=choice).check()
    assert page.evaluate(GROUND) == ground
    page.reload()
    assert page.evaluate(GROUND) == ground
    assert page.get_by_role("radio", name=choice).is_checked()


def test_a_page_never_flashes_in_the_other_colours(look: Look):
    page = look("/", theme="light")
    page.get_by_role("radio", name="Dark").check()
    page.add_init_script(
        "new MutationObserver(() => { if (document.body && !window.first) window.first ="
        " getComputedStyle(document.body).backgroundColor }).observe(document, {childList: true, subtree: true})"
    )
    page.reload()
    assert page.evaluate("() => window.first") == DARK


def test_the_device_can_be_followed_again(look: Look):
    page = look("/", theme="light")
    page.get_by_role("radio", name="Dark").check()
    page.get_by_role("radio", name="As the device").check()
    page.reload()
    assert page.evaluate(GROUND) == LIGHT


def zone_cookies(page: Page) -> list[str]:
    return [str(cookie["value"]) for cookie in page.context.cookies() if cookie["name"] == "zone"]


def test_the_zone_is_told_for_people_and_never_for_strangers(look: Look):
    here = world.build()
    assert zone_cookies(look("/", timezone_id="Asia/Tokyo")) == []
    assert zone_cookies(look("/", user=here.member, timezone_id="Asia/Tokyo")) == ["Asia/Tokyo"]


def test_a_stranger_gets_no_cookie_of_any_kind(look: Look):
    world.build()
    page = look("/")
    page.goto(page.url + "g/gardeners/")
    assert page.context.cookies() == []


def test_recent_dates_have_words_beside_them_and_old_ones_have_not(look: Look):
    page = look("/")
    page.evaluate(
        """() => {
            const at = hours => new Date(Date.now() - hours * 3600e3).toISOString();
            const time = hours => `<time data-ago datetime="${at(hours)}">date</time>`;
            const odd = "<time data-ago datetime=x>odd</time>";
            document.getElementById("main").innerHTML = [2.1, 50, 24 * 800].map(time).join("") + odd;
        }"""
    )
    page.evaluate("() => document.getElementById('main').dispatchEvent(new CustomEvent('htmx:load', {bubbles: true}))")
    assert page.locator("main time").all_inner_texts() == ["date, 2 hours ago", "date, 2 days ago", "date", "odd"]


def test_a_permanent_link_is_copied(look: Look):
    here = world.build()
    page = look(
        f"/g/gardeners/message/{here.group.archive.next_number - 1}/", permissions=["clipboard-read", "clipboard-write"]
    )
    page.get_by_role("link", name="Permanent link").click()
    page.get_by_text("Copied").wait_for()
    assert "/g/gardeners/m/" in page.evaluate("() => navigator.clipboard.readText()")


def test_a_short_name_is_suggested_until_somebody_writes_one(look: Look):
    page = look("/groups/new/", user=world.build().member)
    name, short = page.get_by_label("Name", exact=True), page.get_by_label("Short name")
    name.fill("Les Élèves de Côté!")
    assert short.input_value() == "les-eleves-de-cote"
    short.fill("eleves")
    name.fill("Others")
    assert short.input_value() == "eleves"


def test_a_passkey_is_made_and_signs_in(look: Look):
    """With a virtual authenticator (Chrome DevTools Protocol, domain WebAuthn), under our own Content-Security-Policy."""
    here = world.build()
    page = look("/account/2fa/webauthn/add/", user=here.member)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    always = {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, **always}})
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("This laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("heading", level=1, name="Codes for the day").wait_for()
    page.context.clear_cookies()
    page.goto(page.url.split("/account/")[0] + "/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("Bob Member, your account").wait_for(state="attached")


def test_a_passkey_that_is_refused_is_told_in_words(look: Look):
    page = look("/account/login/")
    page.evaluate(
        "() => document.dispatchEvent(new CustomEvent('allauth.error',"
        " {detail: {exception: {name: 'NotAllowedError'}}, cancelable: true}))"
    )
    assert "The passkey was not used" in page.get_by_role("alert").inner_text()


def test_the_tab_one_is_on_is_in_sight_on_a_phone(look: Look):
    here = world.build()
    page = look("/g/gardeners/settings/", here.owner, width=PHONE)
    place = page.locator("nav.tabs [aria-current]").bounding_box()
    assert place and place["x"] >= 0 and place["x"] + place["width"] <= PHONE


def test_escape_leaves_the_search_field_and_the_keys_work_again(look: Look):
    world.build()
    page = look("/g/gardeners/topics/")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#keys").wait_for()
