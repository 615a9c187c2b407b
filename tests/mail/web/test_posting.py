"""Writing on the web: who may, what becomes of it, and that it is the same as mail."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from archive.models import Message
from groups.models import Ban, Membership, Moderation, Posting, Strangers, WhoPosts
from mail.inbound import pipeline, spool
from mail.models import Delivery, Door, Inbound, InboundState, Spooled
from mail.outbox.personal import plain
from mail.web import drafts
from tests.builders import make_message
from tests.mail.letters import arrived, raw
from tests.mail.web.conftest import confirm

pytestmark = pytest.mark.django_db
URL = "/g/gardeners/post/"
ONCE = "abcdefghijklmnopqrstuvwx"
LETTER = {
    "once": ONCE,
    "address": "bob@example.org",
    "subject": "Seed swap",
    "text": "Forty packets are left.",
    "send": "1",
}


@pytest.fixture
def browser(signed_in, bob, group):
    return signed_in(bob)


def post(browser, url=URL, **fields):
    return browser.post(url, {**LETTER, **fields})


def test_a_member_writes_to_the_group(browser, group):
    page = post(browser, follow=False)
    letter = Message.objects.get()
    assert page["Location"] == f"/g/gardeners/topic/1/?at=1#n{letter.number}"
    assert (letter.subject, letter.from_address, letter.content.text.strip()) == (
        "Seed swap",
        "bob@example.org",
        "Forty packets are left.",
    )
    assert Spooled.objects.get().door == Door.WEB


def test_the_form_sent_twice_is_one_letter(browser, group):
    first, second = post(browser), post(browser)
    assert first["Location"] == second["Location"]
    assert (Inbound.objects.count(), Message.objects.count()) == (1, 1)


def test_who_goes_back_and_writes_something_else_sends_another_letter(browser, group):
    post(browser)
    post(browser, text="Thirty are left.")
    assert Message.objects.values("message_id").distinct().count() == 2


def test_the_letter_sent_in_one_moment_by_two_requests_is_one(browser, group, monkeypatch):
    """Neither saw the other when it looked."""
    post(browser)
    answers, look = [{}], spool._already_here
    monkeypatch.setattr(spool, "_already_here", lambda letters: answers.pop() if answers else look(letters))
    assert post(browser)["Location"].endswith("#n1") and not answers
    assert Message.objects.count() == 1


def test_an_answer_stands_in_its_topic(browser, group):
    first = make_message(group, subject="Blight")
    second = make_message(group, parent=first, subject="Re: Blight")
    form = browser.get("/g/gardeners/message/2/reply/").content.decode()
    assert 'value="Re: Blight"' in form and "&gt; Forty packets are left." in form
    post(browser, "/g/gardeners/message/2/reply/", subject="Re: Blight")
    answer = Message.objects.get(number=3)
    assert (answer.thread, answer.parent) == (first.thread, second)
    assert answer.references.split() == [first.message_id, second.message_id]


def test_a_web_post_and_a_mailed_post_give_the_same(browser, group, alice):
    """Headers that a mail program would have written too, the archive, and who gets a copy of what."""
    post(browser)
    (by_web,) = Message.objects.all()
    web = by_web.content.raw_bytes
    mailed = re.sub(rb"Message-ID: <[^>]+>", b"Message-ID: <swap-1@example.org>", web)
    pipeline.process(arrived(group, mailed).pk)
    by_mail = Message.objects.get(message_id="swap-1@example.org")
    for name in ("subject", "from_name", "from_address", "sent_at", "snippet", "attachment_count", "is_reply"):
        assert getattr(by_web, name) == getattr(by_mail, name), name
    assert by_web.content.html == by_mail.content.html
    assert template(by_web) == template(by_mail)
    assert copies(by_web) == copies(by_mail) == ["alice@example.org", "bob@example.org"]


def template(letter: Message) -> bytes:
    """The letter as it leaves, but for its Message-ID and number."""
    (outgoing,) = letter.outgoings.all()
    found = plain(outgoing.template_bytes).replace(letter.message_id.encode(), b"ID")
    return re.sub(rb"/message/\d+/", b"/message/N/", found)


def copies(letter: Message) -> list[str]:
    return sorted(Delivery.objects.filter(outgoing__letter=letter).values_list("address", flat=True))


def test_the_preview_shows_it_and_sends_nothing(browser, group):
    page = preview(browser, text="Look *here* <b>now</b>.").content.decode()
    assert "How it will look" in page and "Look *here* &lt;b&gt;now&lt;/b&gt;." in page
    assert not Spooled.objects.exists()


def preview(browser, **fields):
    data = {name: value for name, value in LETTER.items() if name != "send"}
    return browser.post(URL, {**data, "preview": "1", **fields})


def test_files_chosen_before_the_preview_go_with_the_letter(browser, group):
    page = preview(browser, attachments=[SimpleUploadedFile("plan.pdf", b"%PDF", "application/pdf")])
    assert "plan.pdf" in page.content.decode() and not Spooled.objects.exists()
    post(browser)
    assert Message.objects.get().attachments.get().filename == "plan.pdf"


def test_a_file_can_be_taken_away_again(browser, group):
    preview(browser, attachments=[SimpleUploadedFile("plan.pdf", b"%PDF"), SimpleUploadedFile("map.png", b"png")])
    post(browser, remove=["0001"])
    assert [each.filename for each in Message.objects.get().attachments.all()] == ["map.png"]


def test_somebody_elses_files_are_not_mine(browser, signed_in, alice, group):
    preview(browser, attachments=[SimpleUploadedFile("plan.pdf", b"%PDF")])
    post(signed_in(alice), address="alice@example.org")
    assert Message.objects.get().attachment_count == 0


def test_nobody_fills_the_disk_with_letters_never_sent(browser, group, settings):
    for number in range(drafts.MOST_DRAFTS + 3):
        preview(browser, once=f"{number:024}", attachments=[SimpleUploadedFile("plan.pdf", b"%PDF")])
    assert len(list(settings.DRAFT_FOLDER.iterdir())) == drafts.MOST_DRAFTS


@pytest.mark.parametrize("once", ["../../../../etc/cron.d/aaaaaaaa", "x", "a" * 200, ""])
def test_an_odd_name_for_the_letter_is_replaced(browser, group, settings, once):
    preview(browser, once=once, attachments=[SimpleUploadedFile("plan.pdf", b"%PDF")])
    (folder,) = settings.DRAFT_FOLDER.iterdir()
    assert len(folder.name) < 60 and folder.parent == settings.DRAFT_FOLDER


def test_what_is_too_large_is_said(browser, group, settings):
    settings.MAIL_SIZE_LIMIT = 600_000
    page = post(browser, attachments=[SimpleUploadedFile("film.mp4", b"x" * 200_000)])
    assert "a letter has room for" in page.content.decode()
    assert "Forty packets" in page.content.decode() and not Spooled.objects.exists()


def test_a_letter_larger_than_the_group_wants_waits_and_says_so(browser, group):
    group.largest_kb = 1
    group.save()
    page = browser.post(URL, {**LETTER, "attachments": [SimpleUploadedFile("plan.pdf", b"x" * 4000)]}, follow=True)
    assert "waits for a moderator" in page.content.decode() and "more than 1 KB wait" in page.content.decode()


def test_who_is_new_reads_beforehand_and_afterwards_that_it_waits(browser, group):
    group.moderation = Moderation.FIRST
    group.save()
    assert "first letter of a new member is looked at first" in browser.get(URL).content.decode()
    page = browser.post(URL, LETTER, follow=True)
    assert Inbound.objects.get().state == InboundState.HELD
    assert "It waits for a moderator" in page.content.decode()


def test_nothing_is_sent_that_says_nothing(browser, group):
    assert "Write something first" in post(browser, text="  \n").content.decode()
    assert not Spooled.objects.exists()


def test_nobody_writes_under_an_address_that_is_not_theirs(browser, group, alice):
    page = post(browser, address="alice@example.org")
    assert page.status_code == 200 and not Spooled.objects.exists()


def test_one_may_write_under_a_second_address(browser, bob, group):
    confirm(bob, "bob@allotments.example", primary=False)
    post(browser, address="bob@allotments.example")
    assert Message.objects.get().from_address == "bob@allotments.example"


def test_an_address_has_to_be_confirmed_first(signed_in, group):
    dora = User.objects.create_user("dora@example.org")
    group.memberships.create(user=dora)
    page = signed_in(dora).get(URL)
    assert page.status_code == 403 and "Confirm your address first" in page.content.decode()


def test_so_many_letters_an_hour_and_the_next_stays_in_the_form(browser, group, monkeypatch):
    monkeypatch.setattr("mail.web.posting.MOST_AN_HOUR", 1)
    post(browser)
    page = post(browser, once="z" * 24, subject="Again")
    assert page.status_code == 429 and "Forty packets" in page.content.decode()
    assert Message.objects.count() == 1


def test_a_stranger_who_writes_waits_where_the_group_says_so(signed_in, charlie, group):
    browser = signed_in(charlie)
    page = browser.get(URL).content.decode()
    assert "A moderator looks at it first" in page and "/g/gardeners/join/" in page and "at once" not in page
    post(browser, address="charlie@example.org")
    assert Inbound.objects.get().state == InboundState.HELD


@pytest.mark.parametrize("policy", [Strangers.REJECT, Strangers.DISCARD])
def test_a_stranger_does_not_write_where_only_members_may(signed_in, charlie, group, policy):
    group.strangers = policy
    group.save()
    page = signed_in(charlie).post(URL, {**LETTER, "address": "charlie@example.org"})
    assert page.status_code == 403 and not Spooled.objects.exists()


def test_who_is_banned_is_told_so_and_writes_nothing(browser, group):
    Ban.objects.create(group=group, value="bob@example.org")
    page = post(browser)
    assert page.status_code == 403 and "You may not write to this group" in page.content.decode()


def test_who_may_not_post_reads_why(browser, group):
    Membership.objects.filter(user__email="bob@example.org").update(posting=Posting.REFUSED)
    assert browser.get(URL).status_code == 403


def test_announcements_are_by_moderators(browser, signed_in, alice, group):
    group.posting = WhoPosts.MODERATORS
    group.save()
    assert browser.get(URL).status_code == 403
    assert signed_in(alice).get(URL).status_code == 200


def test_without_an_account_one_signs_in_first(client, group):
    assert "/account/login/" in client.get(URL)["Location"]


def test_letters_for_members_are_answered_by_members(signed_in, charlie, members_group):
    make_message(members_group)
    assert signed_in(charlie).get("/g/committee/message/1/reply/").status_code == 403


def test_what_became_of_a_letter_is_for_its_author(browser, signed_in, alice, group):
    group.moderation = Moderation.ALL
    group.save()
    where = post(browser)["Location"]
    assert browser.get(where).status_code == 200
    assert signed_in(alice).get(where).status_code == 404


def test_where_the_author_s_domain_asks_for_it_the_copies_come_from_the_group(browser, group, monkeypatch, settings):
    from mail.inbound import pipeline as inbound
    from tests.mail.inbound.fake_dns import FakeDns

    settings.MAIL_AUTHENTICATE = True
    monkeypatch.setattr(inbound, "resolver", FakeDns({("_dmarc.example.org", "TXT"): ["v=DMARC1; p=reject"]}))
    post(browser)
    (outgoing,) = Message.objects.get().outgoings.all()
    head = outgoing.template_bytes.partition(b"\r\n\r\n")[0]
    assert re.search(rb"^From: .*gardeners@posthouse.localhost", head, re.MULTILINE)


def test_mailed_letters_are_as_before(group):
    assert pipeline.process(arrived(group, raw()).pk) == InboundState.ARCHIVED
