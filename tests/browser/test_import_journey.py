"""An owner brings an archive in: chooses a file, reads the report, imports, watches, reads a letter, and takes it out again.

Tasks run within the request that rings for them; states in between are set by hand.
"""

import os
import re
from pathlib import Path

import pytest
import zstandard
from playwright.sync_api import Page, expect

from archive.actions.transfers import plan_import
from archive.importers.check import run_check
from archive.importers.pipeline import run_import
from archive.models import Quarantined, Transfer, TransferState
from tests.archive.letters import letter, mbox
from tests.browser.conftest import DESK, PHONE, session_of, sideways
from tests.builders import make_transfer

pytestmark = pytest.mark.django_db(transaction=True)
DEMO = Path(__file__).resolve().parents[2] / "demo" / "riverside-gardeners.mbox"
SHOTS = os.environ.get("POSTHOUSE_SHOTS", "")


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    settings.IMPORT_FOLDER = tmp_path / "import"
    settings.BLOB_FOLDER = tmp_path / "blobs"


@pytest.fixture
def broken_file(tmp_path):
    """Letters of many kinds: with wrong dates, of several years, suspicious lines, and two that cannot be read."""
    letters = [letter(number, days=200 * number, subject=f"Letter {number}") for number in range(1, 30)]
    letters[3] = letters[3].replace(b"\nDate: ", b"\nDate: Donnerstag, den ")
    letters[5] = letter(6, subject="‮عن البذور", body="One\n\nFrom here on it rains.\n")
    letters[8] += b"\nFrom the shed we heard on Mon May  3 10:11:12 2004\nnothing\n"
    return mbox(tmp_path / "letters from the allotments, 2004 to 2020.mbox", [*letters, b"", b"\n"])


def shot(page: Page, name: str) -> None:
    """For looking at: only where POSTHOUSE_SHOTS names a folder."""
    if SHOTS:
        width = page.viewport_size["width"] if page.viewport_size else 0
        theme = "dark" if page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches") else "light"
        page.screenshot(path=f"{SHOTS}/{name}-{width}-{theme}.png", full_page=True)


def test_from_the_file_to_a_letter_and_back(look, group, alice):
    page = look(f"/g/{group.slug}/import/", alice)
    page.get_by_label("Files from your computer").set_input_files(str(DEMO))
    page.get_by_role("button", name="Upload and look through").click()
    expect(page.get_by_role("heading", name="What is in it")).to_be_visible()
    expect(page.get_by_role("img", name="Letters a year from")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Import")).click()
    expect(page.get_by_role("status")).to_contain_text("Imported")
    page.get_by_role("link", name="Read the letters").click()
    page.locator("main h2 a").first.click()
    expect(page.locator("article").first).to_be_visible()
    page.goto(page.url.split("/topic/")[0] + f"/import/{Transfer.objects.get().pk}/")
    page.get_by_text("Undo this import…").click()
    page.get_by_role("button", name="Take these letters out").click()
    expect(page.get_by_role("status")).to_contain_text("Undone")
    assert not group.messages.exists()


def test_the_same_without_scripts(look, group, alice):
    page = look(f"/g/{group.slug}/import/", alice, scripts=False)
    page.get_by_label("Files from your computer").set_input_files(str(DEMO))
    page.get_by_role("button", name="Upload and look through").click()
    page.get_by_role("button", name=re.compile("^Import")).click()
    page.get_by_text("Undo this import…").click()
    page.get_by_role("button", name="Take these letters out").click()
    expect(page.get_by_role("status")).to_contain_text("Undone")


def test_a_big_file_goes_in_pieces_and_on_after_the_connection_broke(chromium, live_server, group, alice, tmp_path):
    big = mbox(tmp_path / "big.mbox", [letter(number, body="x" * 900_000) for number in range(1, 21)])
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": session_of(alice), "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/g/{group.slug}/import/")
    asked = []

    def break_once(route):
        asked.append(route.request.url.partition("offset=")[2])
        if asked.count("8388608") == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/upload/0/**", break_once)
    page.get_by_label("Files from your computer").set_input_files(str(big))
    page.get_by_role("button", name="Upload and look through").click()
    expect(page.get_by_text("trying again")).to_be_visible()
    expect(page.get_by_role("heading", name="What is in it")).to_be_visible(timeout=30_000)
    assert asked == ["0", "8388608", "8388608", "16777216"]
    assert Transfer.objects.get().report["messages"] == 20
    context.close()


def test_a_stopped_upload_goes_on_when_the_same_file_is_chosen_again(look, group, alice, tmp_path):
    big = mbox(tmp_path / "big.mbox", [letter(number, body="x" * 900_000) for number in range(1, 21)])
    page = look(f"/g/{group.slug}/import/", alice)
    page.route("**/upload/0/?offset=8388608", lambda route: None)  # no answer: time to press Stop
    page.get_by_label("Files from your computer").set_input_files(str(big))
    page.get_by_role("button", name="Upload and look through").click()
    expect(page.get_by_text("46 % of 18.0 MB")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Choose the same files again to go on from here.")).to_be_visible()
    page.unroute("**/upload/0/?offset=8388608")
    page.goto(f"{page.url}{Transfer.objects.get().pk}/")
    expect(page.get_by_text("have come. Choose the same files again")).to_be_visible()
    page.get_by_role("link", name="on the page of all imports").click()
    page.get_by_label("Files from your computer").set_input_files(str(big))
    page.get_by_role("button", name="Upload and look through").click()
    expect(page.get_by_role("heading", name="What is in it")).to_be_visible(timeout=30_000)
    assert Transfer.objects.get().report["messages"] == 20


def test_progress_is_seen_without_reloading_and_the_button_keeps_the_focus(look, group, alice):
    transfer = make_transfer(
        group, state=TransferState.READING, total_bytes=1000, done_bytes=100, messages=4321, seconds=2, imported=4000
    )
    page = look(f"/g/{group.slug}/import/{transfer.pk}/", alice)
    expect(page.get_by_text("10 % · 4,321 letters · 2,160 a second · about 18 seconds left")).to_be_visible()
    page.get_by_role("button", name="Cancel").focus()
    Transfer.objects.update(done_bytes=500)
    expect(page.get_by_text("50 % ·")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("stopping after the letters in hand")).to_be_visible()
    Transfer.objects.update(state=TransferState.CANCELLED, cancel_requested=False)
    expect(page.get_by_role("link", name="Read the letters")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_of_an_import_is_accessible_and_fits(look, axe, group, alice, broken_file, settings, theme, width):
    settings.IMPORT_FOLDER.mkdir()
    (settings.IMPORT_FOLDER / "yahoo-groups-of-2019-with-a-very-long-name-that-does-not-end.tar.xz").touch()
    paths = world_of_imports(group, alice, broken_file)
    for name, path in paths.items():
        page = look(path, alice, theme=theme, width=width)
        shot(page, f"import-{name}")
        assert axe(page) == [], name
        assert sideways(page) == 0, name


def world_of_imports(group, alice, file):
    """An import in each of its states; returns the address of each page."""
    checked, done = (plan_import(group=group, sources=[file], by=alice, state=TransferState.CHECKING) for _ in range(2))
    run_check(checked)
    run_check(done)
    Transfer.objects.filter(pk=done.pk).update(state=TransferState.WAITING)
    done.refresh_from_db()
    run_import(done)
    item = Quarantined.objects.create(
        group=group, transfer=done, position=7_654_321, number=18, reason="This letter could not be read: boom.",
        raw=zstandard.compress(letter(18, body="A long line " * 30)), raw_hash=b"1" * 32,
    )  # fmt: skip
    reading = make_transfer(
        group, state=TransferState.READING, name="list.mbox", total_bytes=9, done_bytes=4, messages=9
    )
    failed = make_transfer(group, state=TransferState.FAILED, error="“list.mbox” is not there any more.", owner=alice)
    base = f"/g/{group.slug}/import/"
    return {
        "index": base,
        "checked": f"{base}{checked.pk}/",
        "reading": f"{base}{reading.pk}/",
        "done": f"{base}{done.pk}/",
        "failed": f"{base}{failed.pk}/",
        "quarantine": f"/g/{group.slug}/quarantine/",
        "quarantined": f"/g/{group.slug}/quarantine/{item.pk}/",
    }
