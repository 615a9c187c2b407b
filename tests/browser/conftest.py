"""A real Chromium looking at a real server. `look(path)` opens a page and afterwards insists that the browser had nothing to
complain about: no script errors, nothing refused by the Content-Security-Policy."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from accounts.models import User

# Playwright's synchronous interface runs an event loop in this thread, where Django would refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What is in order stays in the browser: bringing it here takes three times as long as finding it.
RUN_AXE = """async chosen => {
  const found = await axe.run(document, {runOnly: chosen, resultTypes: ["violations"], preload: false});
  return found.violations;
}"""
PHONE, DESK = 390, 1280

Look = Callable[..., Page]
Axe = Callable[..., list[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; set CHROMIUM to where one is")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _site_url(live_server: Any, settings: Any) -> None:
    """Links that name the site lead to the server under test."""
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]


@pytest.fixture
def look(chromium: Browser, live_server: Any) -> Iterator[Look]:
    """look(path, user=None, theme="light", width=1280, scripts=True) is a page as this person sees it."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        # Chromium reports every answer of 400 and more, which some pages are meant to give.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            complaints.append(f"{message.text} ({message.location.get('url')})")

    def open_page(
        path: str, user: User | None = None, theme: str = "light", width: int = DESK, scripts: bool = True, **more: Any
    ) -> Page:
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, color_scheme=theme, java_script_enabled=scripts, **more)
        contexts.append(context)
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": live_server.url}])
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def axe() -> Axe:
    """axe(page) lists what breaks WCAG 2.2 AA on it, each with the element it is about; axe(page, "color-contrast") looks at
    one rule only."""

    def check(page: Page, *rules: str) -> list[str]:
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(AXE)
        chosen = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": RULES}
        found = page.evaluate(RUN_AXE, chosen)
        return [
            f"{broken['id']}: {broken['help']}: {node['html'][:200]} ({node['failureSummary']})"
            for broken in found
            for node in broken["nodes"]
        ]

    return check


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
