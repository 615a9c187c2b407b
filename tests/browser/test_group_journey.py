"""The life of a group on a phone: Bob starts it, invites ten, lets somebody in, decides about letters (in the queue, and by
answering a mail), and bans. POSTHOUSE_SHOTS names a folder for pictures of each page, at both widths, light and dark."""

import os

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from playwright.sync_api import Page, expect

from groups.models import Ban, Group, Invitation
from mail.inbound import pipeline
from mail.models import Inbound
from tests.browser.conftest import DESK, PHONE, Look, sideways
from tests.builders import make_user
from tests.mail.commands.people import mails, reply_address, write
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("POSTHOUSE_SHOTS", "")
TEN = "\n".join(["Ida Berg <ida@example.net>", *(f"cousin{number}@example.net" for number in range(9))])


def seen(page: Page, name: str) -> None:
    """The page fits the phone; pictures where they are asked for."""
    assert sideways(page) == 0, name
    for width in (DESK, PHONE) if SHOTS else ():
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("dark", "light"):
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=f"{SHOTS}/{name}-{width}-{theme}.png", full_page=True)


def sends(group: Group, person: str, subject: str) -> Inbound:
    """A letter comes in by mail and is judged."""
    address = f"{person.lower()}@example.org"
    letter = raw(
        group.address,
        sender=f"{person} <{address}>",
        subject=subject,
        message_id=f"<{person}-{len(subject)}@example.org>",
        body="Dear all,\n\nThe boat is in the water again; who comes along on Sunday?\n\nThere is room for six.\n",
    )
    inbound = arrived(group, letter, envelope_from=address)
    pipeline.process(inbound.pk)
    return inbound


def state_of(inbound: Inbound) -> str:
    return str(Inbound.objects.get(pk=inbound.pk).state)


def test_a_group_begins_and_is_looked_after_from_a_phone(look: Look, bob, charlie):
    page = look("/groups/new/", bob, width=PHONE)
    EmailAddress.objects.create(user=charlie, email=charlie.email, verified=True, primary=True)
    site = page.url.split("/groups/")[0]
    group = starts(page)
    invites_ten(page, f"{site}/g/{group.slug}/members/invite/")
    asks_to_join(look(f"/g/{group.slug}/join/", charlie, width=PHONE))
    page.goto(f"{site}/moderation/")
    accepts_charlie(page, group)
    approves_the_first_letter(page, group)
    approves_by_answering_the_mail(group)
    bans_a_stranger(page, group, f"{site}/g/{group.slug}/moderation/")


def starts(page: Page) -> Group:
    page.get_by_label("Name", exact=True).fill("Boats of the Berg")
    page.get_by_label("One sentence").fill("Who sails when, and who brings the cake.")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("group", name="Who may join").get_by_text("After a yes").click()
    seen(page, "journey-1-who")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Start the group").click()
    expect(page.get_by_text("Boats of the Berg is open. You own it.")).to_be_visible()
    seen(page, "journey-2-started")
    return Group.objects.get()


def invites_ten(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Their addresses").fill(TEN)
    page.get_by_label("Your words to them").fill("Come aboard!")
    page.get_by_role("button", name="See what is understood").click()
    expect(page.get_by_text("10 addresses understood.")).to_be_visible()
    seen(page, "journey-3-understood")
    page.get_by_role("button", name="Send 10 invitations").click()
    expect(page.get_by_text("10 invitations are on the way.")).to_be_visible()
    seen(page, "journey-4-invited")
    assert Invitation.objects.filter(state="sent").count() == 10 == len(outbox.outbox)


def asks_to_join(page: Page) -> None:
    seen(page, "journey-5-join")
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_text("A moderator looks at your request.")).to_be_visible()


def accepts_charlie(page: Page, group: Group) -> None:
    expect(page.get_by_role("heading", name="1 waits")).to_be_visible()
    seen(page, "journey-6-request")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted: they are a member, and were told.")).to_be_visible()
    seen(page, "journey-7-nothing-waits")
    assert group.memberships.filter(user__email="charlie@example.org").exists()


def approves_the_first_letter(page: Page, group: Group) -> None:
    held = sends(group, "Charlie", "A sail on Sunday?")
    assert state_of(held) == "held"
    page.reload()
    page.get_by_role("link", name="A sail on Sunday?").click()
    seen(page, "journey-8-held")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("Approved: it is in the archive and on its way.")).to_be_visible()
    assert state_of(held) == "archived"


def approves_by_answering_the_mail(group: Group) -> None:
    group.memberships.create(user=make_user("Dora"))
    held = sends(group, "Dora", "The mooring")
    asked = [each for each in mails("bob@example.org") if "The mooring" in each.body][-1]
    write(reply_address(asked), "approve", sender="Bob <bob@example.org>", form="phone")
    assert state_of(held) == "archived"
    assert group.messages.filter(subject="The mooring").exists()


def bans_a_stranger(page: Page, group: Group, queue: str) -> None:
    held = sends(group, "Mallory", "Cheap boats")
    page.goto(queue)
    seen(page, "journey-9-stranger")
    page.get_by_role("link", name="Cheap boats").click()
    page.locator("summary", has_text="Drop and ban").click()
    seen(page, "journey-10-ban")
    page.get_by_label("Why, for the moderators who see the ban").fill("Advertisements")
    page.get_by_role("button", name="Drop and ban").click()
    expect(page.get_by_text("Dropped, and its author may not write here again.")).to_be_visible()
    ban = Ban.objects.get()
    assert (state_of(held), ban.value, ban.reason) == ("discarded", "mallory@example.org", "Advertisements")
    assert state_of(sends(group, "Mallory", "Cheap boats once more")) in ("discarded", "rejected")
