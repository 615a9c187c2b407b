"""Everything can be read and done with JavaScript switched off."""

import pytest
from django.core import mail

from tests.browser import world
from tests.browser.conftest import Look
from tests.builders import PASSWORD
from tests.mail.waiting import hold

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stranger_finds_a_group_and_reads(look: Look):
    world.build()
    page = look("/", scripts=False)
    page.get_by_role("searchbox", name="Find a group").fill("slugs")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Riverside Gardeners").click()
    page.get_by_role("navigation", name="Group").get_by_role("link", name="Topics").click()
    page.get_by_role("link", name="Blight on the lower plots again").click()
    page.get_by_text("We lost the first row of Charlottes").wait_for()


def test_somebody_signs_in_changes_their_name_and_signs_out(look: Look):
    here = world.build()
    page = look("/account/login/", scripts=False)
    page.get_by_label("Email").fill(here.member.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("details.menu summary").click()
    page.get_by_role("link", name="Your profile").click()
    page.get_by_label("Your name").fill("Robert")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Your profile is saved.").wait_for()
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").wait_for()


def test_the_sign_in_page_mails_a_link(look: Look):
    here = world.build()
    page = look("/account/login/", scripts=False)
    page.get_by_label("Email").fill(here.member.email)
    page.get_by_role("button", name="Mail me a link instead").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()
    link = next(line for line in mail.outbox[0].body.splitlines() if "/account/link/" in line)
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_text("Bob Member, your account").count() == 1


def test_a_group_is_started(look: Look):
    page = look("/groups/new/", user=world.build().member, scripts=False)
    page.get_by_label("Name", exact=True).fill("Plot Holders")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("link", name="Announcements").click()
    page.get_by_role("group", name="Who may join").get_by_text("After a yes").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Start the group").click()
    page.get_by_text("Plot Holders is open. You own it.").wait_for()
    assert page.url.endswith("/g/plot-holders/")


def test_what_needs_scripts_is_not_shown(look: Look):
    page = look("/", scripts=False)
    assert not page.get_by_role("radio", name="Dark").is_visible()
    assert not page.get_by_role("button", name="Keys").is_visible()


def test_a_member_answers_a_letter_with_a_file(look: Look, settings, tmp_path):
    settings.DRAFT_FOLDER = tmp_path
    here = world.build()
    number = here.group.archive.next_number - 3
    page = look(f"/g/gardeners/topic/{number}/", user=here.member, scripts=False)
    page.get_by_role("link", name="Reply to Marta Berg").first.click()
    page.get_by_label("Letter").fill("> We lost the first row\n\nSo did we.")
    plan = {"name": "plan.png", "mimeType": "image/png", "buffer": world.PIXEL}
    page.get_by_label("Attachments").set_input_files(plan)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("heading", name="How it will look").wait_for()
    page.get_by_text("plan.png").wait_for()
    page.get_by_role("button", name="Send to the group").click()
    page.get_by_text("Your letter is published").wait_for()
    page.locator("article").last.get_by_text("So did we.").wait_for()
    page.locator("article").last.get_by_text("plan.png").wait_for()


def test_a_member_chooses_a_digest(look: Look):
    here = world.build()
    page = look("/g/gardeners/membership/", user=here.member, scripts=False)
    page.get_by_label("A digest").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Your choices are saved.").wait_for()
    page.get_by_role("button", name="It works again").click()
    page.get_by_text("Mail goes to bob@example.org again").wait_for()


def test_a_moderator_goes_through_the_queue(look: Look):
    """Claims, edits and approves one, drops two together, sends a request back with words, keeps a reported letter."""
    here = world.build()
    page = look("/g/gardeners/moderation/", user=here.owner, scripts=False)
    page.get_by_role("button", name="claim").first.click()
    page.get_by_role("link", name="Edit…").first.click()
    page.get_by_label("Subject").fill("Plot 31")
    page.get_by_role("button", name="Save and approve").click()
    page.get_by_text("Changed and approved").wait_for()
    for number in (0, 1):
        page.get_by_label(f"Tick Best price greenhouse {number}").check()
    page.get_by_role("button", name="Drop the ticked").click()
    page.get_by_text("2 done.").wait_for()
    page.goto(f"{page.url.partition('#')[0]}?kind=request")
    page.get_by_role("link", name="Refuse…").click()
    page.get_by_label("What they are told").fill("Locals only.")
    page.get_by_role("button", name="Refuse").click()
    assert "Locals only." in mail.outbox[-1].body
    page.goto(page.url.partition("/moderation/")[0] + "/moderation/?kind=report")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("It stays; reports do not hide it again.").wait_for()


def test_a_letter_is_held_and_approved_on_the_phone(look: Look):
    """Bob's letter comes in and waits; at 390 px the buttons stay at the thumb however long the letter is."""
    here = world.build()
    letter = hold(here.group, subject="Plot 31", body="I have just taken over plot 31.\n\n" * 60)
    page = look("/g/gardeners/", user=here.owner, width=390, scripts=False)
    page.locator(".waiting-count").click()
    page.get_by_role("link", name="Plot 31", exact=True).click()
    approve = page.get_by_role("button", name="Approve", exact=True)
    box = approve.bounding_box()
    assert box is not None and 450 < box["y"] < 900 - box["height"] and box["height"] >= 24
    approve.click()
    letter.refresh_from_db()
    assert letter.state == "archived" and page.get_by_text("Approved: it is in the archive").is_visible()
