"""What members choose about their mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Delivery as Wanted
from groups.models import DigestFormat, Membership, Role
from mail.models import BounceEvent, Category, DailyMark, DigestMark, Mailbox, MailboxState, TopicChoice, TopicWish
from tests.builders import make_group, make_message, make_thread
from tests.mail.web.conftest import confirm

pytestmark = pytest.mark.django_db
URL = "/g/gardeners/membership/"
CHOICES = {"delivery": "every", "digest_format": "html", "attachments_kb": "", "address": "", "skip_addressed": "on"}
DAILY = {"mail_hour": "7", "time_zone": ""}


@pytest.fixture
def mine(bob, group) -> Membership:
    return Membership.objects.get(user=bob, group=group)


@pytest.fixture
def browser(signed_in, bob, group):
    return signed_in(bob)


def suspended(address: str) -> Mailbox:
    now = timezone.now()
    for days in range(4):
        at = now - timedelta(days=days)
        BounceEvent.objects.create(
            address=address, category=Category.HARD, status="5.1.1", diagnostic="No such user here", at=at
        )
    return Mailbox.objects.create(address=address, state=MailboxState.SUSPENDED, score=4, suspended_at=now)


def test_a_member_chooses_how_the_mail_comes(browser, bob, mine):
    confirm(bob, "bob@allotments.example", primary=False)
    chosen = {
        "delivery": "digest",
        "digest_format": "mime",
        "attachments_kb": "100",
        "address": "bob@allotments.example",
    }
    browser.post(URL, chosen)
    mine.refresh_from_db()
    assert (mine.delivery, mine.digest_format, mine.attachments_kb) == (Wanted.DIGEST, DigestFormat.MIME, 100)
    assert (mine.address, mine.own_posts, mine.skip_addressed) == ("bob@allotments.example", False, False)


def test_mail_goes_to_no_address_that_is_not_confirmed(browser, mine):
    page = browser.post(URL, {**CHOICES, "address": "alice@example.org"})
    mine.refresh_from_db()
    assert page.status_code == 200 and mine.address == ""


def test_no_mail_setting_gives_a_role(browser, mine):
    browser.post(URL, {**CHOICES, "role": "owner", "posting": "trusted"})
    mine.refresh_from_db()
    assert (mine.role, mine.posting) == (Role.MEMBER, "default")


def test_who_comes_back_to_the_digest_gets_what_is_new_from_then_on(browser, mine):
    DigestMark.objects.create(membership=mine, last_number=1)
    Membership.objects.filter(pk=mine.pk).update(delivery=Wanted.DIGEST)
    browser.post(URL, CHOICES)
    assert not DigestMark.objects.exists()


def test_from_a_digest_to_the_list_of_topics_nothing_is_left_out(browser, mine):
    DigestMark.objects.create(membership=mine, last_number=7)
    Membership.objects.filter(pk=mine.pk).update(delivery=Wanted.DIGEST)
    browser.post(URL, {**CHOICES, "delivery": "summary"})
    assert DigestMark.objects.get().last_number == 7


def test_mail_can_be_paused_and_let_come_again(browser, mine):
    browser.post(f"{URL}pause/")
    mine.refresh_from_db()
    assert mine.paused_at and "Let it come again" in browser.get(URL).content.decode()
    browser.post(f"{URL}pause/", {"go": "on"})
    mine.refresh_from_db()
    assert mine.paused_at is None


def test_a_suspended_member_reads_why_and_is_back_with_one_click(browser, bob, mine):
    suspended("bob@example.org")
    page = browser.get(URL).content.decode()
    assert "No mail goes to bob@example.org" in page and "No such user here" in page and "5.1.1" in page
    assert browser.get("/account/mail/works/").status_code == 405
    browser.post("/account/mail/works/", {"address": "bob@example.org", "group": "gardeners"})
    assert Mailbox.objects.get().state == MailboxState.NORMAL
    page = browser.get(URL).content.decode()
    assert "No mail goes to" not in page and "No such user here" in page  # the history stays


def test_nobody_frees_another_one_s_mailbox(browser, alice):
    suspended("alice@example.org")
    assert browser.post("/account/mail/works/", {"address": "alice@example.org"}).status_code == 404
    assert Mailbox.objects.get().state == MailboxState.SUSPENDED


@pytest.mark.parametrize("address", [URL, f"{URL}pause/"])
def test_strangers_have_nothing_to_choose(signed_in, charlie, group, address):
    assert signed_in(charlie).post(address, CHOICES).status_code == 403


def test_an_operator_who_is_no_member_has_nothing_to_choose(signed_in, charlie, group):
    charlie.is_superuser = True
    charlie.save()
    assert signed_in(charlie).get(URL).status_code == 403


# One page for all groups


def test_all_groups_are_chosen_on_one_page(browser, bob, mine):
    other = Membership.objects.create(user=bob, group=make_group("bees"))
    browser.post("/account/mail/", {**DAILY, f"delivery-{mine.pk}": "none", f"delivery-{other.pk}": "digest"})
    assert list(Membership.objects.filter(user=bob).order_by("pk").values_list("delivery", flat=True)) == [
        "none",
        "digest",
    ]


def test_nobody_chooses_for_another(browser, alice, group):
    hers = Membership.objects.get(user=alice)
    browser.post("/account/mail/", {**DAILY, f"delivery-{hers.pk}": "none"})
    hers.refresh_from_db()
    assert hers.delivery == Wanted.EVERY


def test_a_new_hour_counts_from_today_on(browser, bob, mine):
    DigestMark.objects.create(membership=mine, next_at=timezone.now() + timedelta(hours=20))
    browser.post("/account/mail/", {"daily_mail": "on", "mail_hour": "18", "time_zone": "Asia/Kathmandu"})
    bob.refresh_from_db()
    assert (bob.daily_mail, bob.mail_hour, bob.time_zone) == (True, 18, "Asia/Kathmandu")
    assert f"{DigestMark.objects.get().next_at:%H:%M}" == "12:15"  # 18:00 in Kathmandu


def test_the_daily_mail_begins_anew_after_a_break(browser, bob):
    bob.daily_mail = True
    bob.save()
    DailyMark.objects.create(user=bob)
    browser.post("/account/mail/", DAILY)
    assert not DailyMark.objects.exists()


def test_an_hour_that_no_clock_shows_is_refused(browser, bob):
    assert browser.post("/account/mail/", {"mail_hour": "25"}).status_code == 200


@pytest.mark.parametrize("odd", ["delivery-x", "delivery-99999999999999999999", "delivery-", "delivery-²"])
def test_odd_fields_are_passed_over(browser, odd):
    assert browser.post("/account/mail/", {**DAILY, odd: "none"}).status_code == 302


def test_many_groups_cost_no_more_than_one(browser, bob, django_assert_max_num_queries):
    for number in range(30):
        Membership.objects.create(user=bob, group=make_group(f"group{number}"))
    browser.get("/account/mail/")
    with django_assert_max_num_queries(6):
        page = browser.get("/account/mail/")
    assert page.content.decode().count("<select") >= 31


# Topics


def wish(browser, number, wish, **more):
    return browser.post(f"/g/gardeners/topic/{number}/wish/", {"wish": wish, **more})


def test_a_topic_is_muted_followed_and_left_as_it_was(browser, bob, group):
    make_thread(group, 3)
    for chosen, words in (
        ("mute", "You muted this topic"),
        ("follow", "You follow this topic"),
        ("", "Follow by mail"),
    ):
        assert wish(browser, 1, chosen).status_code == 302
        assert words in browser.get("/g/gardeners/topic/1/").content.decode()
        assert TopicChoice.objects.count() == bool(chosen)


def test_a_choice_made_by_mail_is_seen_on_the_web(browser, bob, group):
    letters = make_thread(group, 3)
    TopicChoice.objects.create(user=bob, message=letters[2], wish=TopicWish.MUTE)
    assert "You muted this topic" in browser.get("/g/gardeners/topic/1/").content.decode()
    wish(browser, 1, "")
    assert not TopicChoice.objects.exists()


def test_only_members_follow_topics(signed_in, charlie, group):
    make_message(group)
    stranger = signed_in(charlie)
    assert wish(stranger, 1, "follow").status_code == 403
    assert "Follow by mail" not in stranger.get("/g/gardeners/topic/1/").content.decode()


def test_a_wish_that_does_not_exist_is_refused(browser, group):
    make_message(group)
    assert wish(browser, 1, "burn").status_code == wish(browser, 7, "mute").status_code == 404


def test_a_wish_is_never_a_link(browser, group):
    assert browser.get("/g/gardeners/topic/1/wish/").status_code == 405


def test_muted_topics_stand_on_the_page_of_choices_and_can_be_let_in_again(
    browser, group, django_assert_max_num_queries
):
    for number in range(12):
        make_message(group, subject=f"Blight {number}")
        wish(browser, number + 1, "mute")
    with django_assert_max_num_queries(11):
        page = browser.get(URL).content.decode()
    assert page.count(">Unmute<") == 12 and "Blight 7" in page
    assert wish(browser, 8, "", **{"from": "choices"})["Location"] == URL
    assert "Blight 7" not in browser.get(URL).content.decode()
