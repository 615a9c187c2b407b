"""Hostile HTML mail, rendered by us and read by a real Chromium: nothing runs, loads, navigates or changes when parsed again.

The pages are served without the site's Content-Security-Policy, so that only the rendering stands between letter and reader.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from archive.rendering import mask_addresses, reveal_addresses, sanitise_html
from tests.corpora import corpus

SITE = "http://letters.test/"
BATCH = 40
FIXTURES = Path(__file__).parents[1] / "fixtures" / "html"

WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open", "xss"])
  window[name] = () => { window.ran.push(name); };
"""
# Pokes every element as readers and browsers do, then lets the browser parse its own serialisation twice more.
POKE = """() => {
  const found = [];
  for (const [number, letter] of document.querySelectorAll(".letter").entries()) {
    const first = letter.innerHTML;
    for (const element of letter.querySelectorAll("*"))
      for (const type of ["mouseover", "focus", "load", "error", "toggle", "click"]) {
        const event = new Event(type, {bubbles: true, cancelable: true});
        element.addEventListener("click", happening => happening.preventDefault());
        element.dispatchEvent(event);
      }
    letter.innerHTML = first;
    const second = letter.innerHTML;
    letter.innerHTML = second;
    if (first !== second || letter.innerHTML !== second) found.push([number, "changes when parsed again"]);
    if (letter.nextElementSibling?.className !== "after") found.push([number, "leaves its place"]);
    const alive = letter.querySelector("script,style,link,meta,base,iframe,object,embed,form,input,svg,math,[id],[name]");
    if (alive) found.push([number, alive.outerHTML]);
    for (const element of letter.querySelectorAll("*"))
      for (const attribute of element.attributes)
        if (/^on|^srcset$|^formaction$/.test(attribute.name) || /^\\s*(javascript|vbscript|data:text)/i.test(attribute.value))
          found.push([number, element.outerHTML]);
  }
  return {found, ran: window.ran, clobbered: typeof document.createElement !== "function" || typeof document.cookie !== "string"};
}"""


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    context.add_init_script(WATCH)
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a letter opened a dialog: {dialog.message}"))
    yield page
    context.close()


def read(reader: Page, letters: list[str]) -> dict:
    """Open one page with all letters; report what the browser found, and every request beside the page itself."""
    asked: list[str] = []
    body = "".join(f'<div class="letter">{letter}</div><div class="after"></div>' for letter in letters)

    def serve(route: Route) -> None:
        if route.request.url == SITE:
            route.fulfill(body=f"<!doctype html><title>Letters</title>{body}", content_type="text/html; charset=utf-8")
        else:
            if not route.request.url.endswith("/favicon.ico"):
                asked.append(route.request.url)
            route.abort()

    reader.route("**/*", serve)
    reader.goto(SITE)
    seen = reader.evaluate(POKE)
    reader.wait_for_timeout(100)
    seen["ran"] = reader.evaluate("window.ran")
    reader.unroute("**/*")
    return seen | {"asked": asked, "at": reader.url}


HARMLESS = {"found": [], "ran": [], "clobbered": False, "asked": [], "at": SITE}


@pytest.mark.parametrize("shown", [reveal_addresses, mask_addresses])
def test_nothing_in_our_own_hostile_letters_runs_or_loads(reader: Page, shown) -> None:
    letters = [shown(sanitise_html(path.read_text("utf-8"), {}).html) for path in sorted(FIXTURES.glob("*.html"))]
    assert read(reader, letters) == HARMLESS


def test_no_payload_of_the_corpus_runs_or_loads(reader: Page) -> None:
    payloads = json.loads((corpus("conformance/html-payloads") / "payloads.json").read_text("utf-8"))
    letters = [reveal_addresses(sanitise_html(case["payload"], {}).html) for case in payloads]
    for start in range(0, len(letters), BATCH):
        seen = read(reader, letters[start : start + BATCH])
        titles = {number: payloads[start + number]["title"] for number, _ in seen["found"]}
        assert (seen, titles) == (HARMLESS, {})


def test_the_watch_would_notice(reader: Page) -> None:
    """The same page with a letter that was not rendered: script, request and mutation are all seen."""
    seen = read(reader, ["<img src='http://evil.example/x.png' onerror='window.ran.push(1)'><a id=x>y</a>"])
    assert seen["ran"] and set(seen["asked"]) == {"http://evil.example/x.png"} and seen["found"]
