import pytest
from django.test import Client

from groups.models import Membership, Role
from mail.inbound import pipeline
from mail.models import Delivery, Kind, Mailbox, MailboxState, Outgoing
from mail.outbox.letters import Letters
from tests.builders import make_message, make_thread, make_user
from tests.mail.letters import arrived

pytestmark = pytest.mark.django_db
URL = "/g/gardeners/message/1/delivery/"
AGAIN = "/g/gardeners/message/1/resend/"


@pytest.fixture
def posted(group):
    pipeline.process(arrived(group).pk)


def number_of(address: str) -> int:
    return Membership.objects.get(user__email=address).pk


def test_a_member_reads_their_own_story(signed_in, bob, posted):
    page = signed_in(bob).get(URL).content.decode()
    assert "Did this letter reach you?" in page and "A copy was queued for bob@example.org." in page


def test_a_member_reads_nobody_else_s(signed_in, bob, posted):
    page = signed_in(bob).get(URL, {"member": number_of("alice@example.org"), "q": "alice"}).content.decode()
    assert "alice@example.org" not in page and "bob@example.org" in page


def test_a_moderator_finds_any_member_and_reads_theirs(signed_in, alice, posted):
    browser = signed_in(alice)
    found = browser.get(URL, {"q": "bob"}).content.decode()
    assert f"?member={number_of('bob@example.org')}" in found
    page = browser.get(URL, {"member": number_of("bob@example.org")}).content.decode()
    assert "A copy was queued for bob@example.org." in page


def test_a_moderator_may_ask_for_an_address_that_is_no_member(signed_in, alice, posted):
    assert "is not a member" in signed_in(alice).get(URL, {"q": "who@example.org"}).content.decode()


@pytest.mark.parametrize("member", ["0", "x", "99999999999999999999"])
def test_a_member_that_does_not_exist(signed_in, alice, posted, member):
    assert signed_in(alice).get(URL, {"member": member}).status_code == 404


def test_members_of_other_groups_are_not_found(signed_in, alice, posted, charlie, members_group):
    elsewhere = members_group.memberships.create(user=charlie)
    browser = signed_in(alice)
    assert browser.get(URL, {"member": elsewhere.pk}).status_code == 404
    assert "charlie" not in browser.get(URL, {"q": "charlie"}).content.decode().replace('value="charlie"', "").replace(
        '<span dir="auto">charlie</span>', ""
    )


@pytest.mark.parametrize("url", [URL, AGAIN])
def test_strangers_do_not(signed_in, charlie, posted, url):
    browser, ask = signed_in(charlie), "get" if url == URL else "post"
    assert getattr(browser, ask)(url).status_code == 403
    assert "/account/login/" in getattr(Client(), ask)(url)["Location"]


def test_a_letter_is_sent_again_with_the_member_s_own_links(signed_in, bob, posted):
    signed_in(bob).post(AGAIN)
    (copy,) = Delivery.objects.filter(outgoing__kind=Kind.RESEND)
    assert (copy.address, copy.membership_id) == ("bob@example.org", number_of("bob@example.org"))
    first = Outgoing.objects.get(kind=Kind.POST)
    assert copy.outgoing.template_bytes == first.template_bytes
    sent = Letters().copy(copy)
    assert b"/mail/leave//" not in sent.content and b"/mail/leave/" in sent.content


def test_a_whole_topic_is_sent_again_in_order(signed_in, bob, group):
    make_thread(group, 3)
    page = signed_in(bob).post(AGAIN, {"what": "thread"}, follow=True)
    assert "3 letters are on the way" in page.content.decode()
    assert list(Outgoing.objects.order_by("pk").values_list("letter__number", flat=True)) == [1, 2, 3]


def test_a_moderator_sends_it_to_a_member(signed_in, alice, posted):
    signed_in(alice).post(AGAIN, {"member": number_of("bob@example.org")})
    assert Delivery.objects.get(outgoing__kind=Kind.RESEND).address == "bob@example.org"


def test_a_member_has_nothing_sent_to_others(signed_in, bob, posted):
    signed_in(bob).post(AGAIN, {"member": number_of("alice@example.org")})
    assert Delivery.objects.get(outgoing__kind=Kind.RESEND).address == "bob@example.org"


def test_so_often_and_no_more(signed_in, bob, posted, monkeypatch):
    monkeypatch.setattr("mail.web.deliveries.MOST_LETTERS_AN_HOUR", 2)
    browser = signed_in(bob)
    for _ in range(2):
        browser.post(AGAIN)
    assert "within an hour" in browser.post(AGAIN, follow=True).content.decode()
    assert Outgoing.objects.filter(kind=Kind.RESEND).count() == 2


def test_nothing_goes_to_a_mailbox_that_sends_everything_back(signed_in, bob, posted):
    Mailbox.objects.create(address="bob@example.org", state=MailboxState.SUSPENDED)
    page = signed_in(bob).post(AGAIN, follow=True).content.decode()
    assert "letters came back" in page and "It works again" in page
    assert not Outgoing.objects.filter(kind=Kind.RESEND).exists()


def test_a_link_sends_nothing(signed_in, bob, posted):
    assert signed_in(bob).get(AGAIN).status_code == 405


def test_a_letter_that_does_not_exist(signed_in, bob, group):
    assert signed_in(bob).get(URL).status_code == signed_in(bob).post(AGAIN).status_code == 404


def test_a_hidden_letter_has_no_story(signed_in, alice, group):
    make_message(group, hidden=True)
    assert signed_in(alice).get(URL).status_code == 404


def test_a_moderator_who_searches_pays_the_same_in_a_large_group(
    signed_in, alice, group, posted, django_assert_max_num_queries
):
    for number in range(40):
        group.memberships.create(user=make_user(f"Robert{number}"), role=Role.MEMBER)
    browser = signed_in(alice)
    with django_assert_max_num_queries(22):
        page = browser.get(URL, {"q": "robert"}).content.decode()
    assert page.count("?member=") == 20
