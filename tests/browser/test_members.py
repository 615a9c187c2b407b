"""The members of a group in the browser: every page about them for everybody, and two journeys of those who look after them."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from groups.actions.inviting import make_link
from groups.actions.joining import begin_waiting
from groups.actions.members import write_note
from groups.models import Batch, BatchState, Delivery, Invitation, Joining, JoinRequest, JoinState, Posting, Role
from groups.pasted import Pasted
from mail import tasks, tokens
from mail.commands import members as commands
from mail.commands.inviting import invite
from mail.models import BounceEvent, Category, InboundState, Mailbox, MailboxState
from tests.browser.conftest import DESK, PHONE, sideways
from tests.builders import make_user
from tests.mail.builders import make_delivery, make_inbound, make_outgoing

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("POSTHOUSE_SHOTS", "")
MEMBERS = "/g/gardeners/members/"
LONG = "von und zu " * 8


@pytest.fixture
def people(group, alice, bob):
    """A group in which everything about members has happened once."""
    group.joining, group.questions = Joining.APPROVAL, ["Which plot do you dig?", "Who told you of us?"]
    group.save()
    made = [make_user(f"Person{number} 木村 {LONG if number % 4 == 0 else ''}") for number in range(14)]
    rows = [group.memberships.create(user=user) for user in made]
    states = ({"role": Role.MODERATOR}, {"posting": Posting.MODERATED}, {"delivery": Delivery.DIGEST})
    for row, state in zip(rows, states, strict=False):
        type(row).objects.filter(pk=row.pk).update(**state)
    group.memberships.filter(user=bob).update(paused_at=timezone.now(), paused_because="A moderator paused it.")
    _trouble(group, bob)
    write_note(group=group, about=bob, text="Owes the key of the shed.", by=alice)
    commands.remove(rows[-1], by=alice, words="The plot is given up.")
    _at_the_door(group, alice)
    return {"bob": bob.pk, "moderator": made[0].pk, "past": made[-1].pk}


def _trouble(group, bob):
    make_inbound(group, author=bob.email, subject="Best price", state=InboundState.REJECTED, reason="An advertisement.")
    make_delivery(make_outgoing(group, subject="The shed"), bob)
    Mailbox.objects.create(address=bob.email, state=MailboxState.SUSPENDED, score=4, suspended_at=timezone.now())
    said = "smtp; 550 5.1.1 <bob@example.org>: Recipient address rejected: " + "unknown" * 12
    BounceEvent.objects.create(address=bob.email, category=Category.HARD, status="5.1.1", diagnostic=said)


def _at_the_door(group, alice):
    answers = [["Which plot do you dig?", "Number 31, by the river."], ["Who told you of us?", LONG]]
    wishes = {"group": group, "name": "Ann Berg", "answers": answers}
    now = timezone.now()
    begin_waiting(
        JoinRequest.objects.create(address="ann@example.org", state=JoinState.PENDING, pending_at=now, **wishes)
    )
    JoinRequest.objects.create(group=group, address="late@example.org")
    invite(
        group=group, people=[Pasted(f"i{number}@example.org", "Ida") for number in range(3)], words="Come!", by=alice
    )
    Invitation.objects.filter(address="i1@example.org").update(state="declined")
    BounceEvent.objects.create(address="i2@example.org", category=Category.HARD, diagnostic="550 unknown")
    make_link(group=group, by=alice, label="Poster", limit=20, expires_at=timezone.now() + timedelta(9), at_once=True)
    group.bans.create(kind="domain", value="spam.example", reason="Advertisements", made_by=alice)
    table = "email;name;role;joined\nx@example.org;Xe;owner;2011-02-03\nnobody\nalice@example.org;Alice\n"
    reading = {"delimiter": ";", "columns": ["address", "name", "role", "joined"]}
    Batch.objects.create(
        group=group, by=alice, by_name="Alice", name="all.csv", packed=Batch.pack(table.encode()), reading=reading
    )
    left_out = {"is a member already": 12, "has no address": 3}
    Batch.objects.create(
        group=group, by=alice, by_name="Alice", name="old.csv", state=BatchState.DONE, added=4, report=left_out
    )


def shot(page: Page, name: str) -> None:
    """For looking at: only where POSTHOUSE_SHOTS names a folder."""
    if SHOTS:
        width = page.viewport_size["width"] if page.viewport_size else 0
        theme = "dark" if page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches") else "light"
        page.screenshot(path=f"{SHOTS}/{name}-{width}-{theme}.png", full_page=True)


def pages_of(group, people) -> dict[str, str]:
    preview, done = group.batches.order_by("pk")
    token = tokens.to_confirm(tokens.Yes.INVITATION, group.invitations.get(address="i0@example.org").pk)
    wish, owner = group.join_requests.get(address="ann@example.org"), group.memberships.get(role=Role.OWNER)
    return {
        "members": MEMBERS,
        "filtered": f"{MEMBERS}?state=moderated&sort=name",
        "nobody": f"{MEMBERS}?q=zzz",
        "person": f"{MEMBERS}{people['bob']}/",
        "moderator": f"{MEMBERS}{people['moderator']}/",
        "gone": f"{MEMBERS}{people['past']}/",
        "past": f"{MEMBERS}past/",
        "waiting": f"{MEMBERS}waiting/",
        "unconfirmed": f"{MEMBERS}waiting/?of=unconfirmed",
        "joining": f"{MEMBERS}joining/",
        "invite": f"{MEMBERS}invite/",
        "links": f"{MEMBERS}links/",
        "add": f"{MEMBERS}add/",
        "preview": f"{MEMBERS}add/{preview.pk}/",
        "batch": f"{MEMBERS}add/{done.pk}/",
        "export": f"{MEMBERS}export/",
        "bans": f"{MEMBERS}bans/",
        "invitation": f"/mail/invitation/{token}/",
        "decide": f"/mail/moderate/{tokens.to_moderate(tokens.Case.JOINING, wish.pk, owner.user_id)}/",
    }


def check(page: Page, axe, name: str) -> list[str]:
    found = [f"{name}: {page.locator('h1').count()} h1"] if page.locator("h1").count() != 1 else []
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{name}: scrolls sideways at {width}"] if sideways(page) else []
        for theme, rules in (("light", ()), ("dark", ("color-contrast",))):
            page.emulate_media(color_scheme=theme)
            found += [f"{name}, {width}, {theme}: {problem}" for problem in axe(page, *rules)]
            shot(page, name)
    return found


def test_every_page_about_members_is_for_everybody(look, axe, group, alice, people):
    page, found = look(MEMBERS, alice), []
    for name, path in pages_of(group, people).items():
        page.goto(page.url.split("/g/")[0].split("/mail/")[0] + path)
        found += check(page, axe, name)
    page.goto(page.url.split("/mail/")[0] + MEMBERS)
    page.get_by_role("checkbox", name="Everybody on this page").check()
    page.get_by_label("What to do").select_option("remove")
    page.get_by_role("button", name="Do it").click()
    found += check(page, axe, "remove")
    assert not found, "\n".join(found)


def test_the_pages_of_strangers_and_members(look, axe, group, bob, people):
    found = check(look("/g/gardeners/join/"), axe, "join")
    found += check(look(f"/join/{group.join_links.get().secret}/"), axe, "link")
    found += check(look("/join/none/"), axe, "ended")
    found += check(look(MEMBERS, bob), axe, "directory")
    assert not found, "\n".join(found)


def test_five_thousand_members_come_from_a_file_and_go_again(look, group, alice, tmp_path):
    assert tasks.work_on_batches.name  # known to this process, so that a bell rung by the page is heard at once
    lines = [
        "Name;E-Mail",
        *(f"Person {number};p{number}@example.org" for number in range(5000)),
        "Bob;bob@example.org",
    ]
    file = tmp_path / "members.csv"
    file.write_text("\n".join(lines))
    page = look(f"{MEMBERS}add/", alice)
    page.get_by_label("A file of members").set_input_files(str(file))
    page.get_by_role("button", name="Look through it").click()
    expect(page.get_by_text("5,000 of 5,001 lines can be added.")).to_be_visible()
    assert len(page.content()) < 60_000
    page.get_by_role("radio", name="They are members of the list").check()
    page.get_by_role("button", name="Add 5,000 members").click(timeout=240_000)
    expect(page.get_by_text("5,000 members were added.")).to_be_visible(timeout=240_000)
    assert group.memberships.count() == 5002
    page.get_by_text("Take it back…").click()
    page.get_by_role("button", name="Take them out again").click(timeout=120_000)
    expect(page.get_by_text("Taken back")).to_be_visible(timeout=120_000)
    assert group.memberships.count() == 2


def test_an_applicant_is_accepted_from_a_phone(look, group, alice, people):
    page = look(MEMBERS, alice, width=PHONE)
    page.get_by_role("link", name="Who wants in").click()
    expect(page.get_by_text("Number 31, by the river.")).to_be_visible()
    assert sideways(page) == 0
    page.get_by_role("button", name="Accept Ann Berg").click()
    expect(page.get_by_role("status")).to_contain_text("Ann Berg: Accepted: they are a member, and were told.")
    assert group.memberships.filter(user__email="ann@example.org").exists()
