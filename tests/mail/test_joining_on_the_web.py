"""The buttons of a group's home: join and leave, the same as by mail."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.test import Client

from groups.models import Group, Joining, JoinRequest, Membership, PastMember
from tests.builders import make_group

pytestmark = pytest.mark.django_db
JOIN, LEAVE = "/g/gardeners/join/", "/g/gardeners/leave/"
DORA = {"address": "dora@example.net"}


def members(group):
    return set(Membership.objects.filter(group=group).values_list("user__email", flat=True))


@pytest.fixture
def charlies(charlie, signed_in):
    EmailAddress.objects.create(user=charlie, email=charlie.email, verified=True, primary=True)
    return signed_in(charlie)


def test_the_home_offers_it_to_strangers_only(group, signed_in, bob):
    assert JOIN in Client().get("/g/gardeners/").content.decode()
    home = signed_in(bob).get("/g/gardeners/").content.decode()
    assert JOIN not in home and LEAVE in home


def test_dora_is_asked_by_mail_and_is_no_member_yet(group):
    response = Client().post(JOIN, DORA, follow=True)
    assert "a mail is on its way" in response.content.decode()
    assert outbox.outbox[0].to == ["dora@example.net"] and "dora@example.net" not in members(group)
    assert outbox.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


def test_strangers_do_not_learn_who_is_a_member(group):
    told = [
        Client().post(JOIN, {"address": who}, follow=True).content.decode()
        for who in ("bob@example.org", "nn@example.net")
    ]
    assert "a mail is on its way" in told[0] and told[0] == told[1]
    assert "already" in outbox.outbox[0].subject


def test_looking_changes_nothing(group, charlies):
    for browser in (Client(), charlies):
        assert browser.get(JOIN).status_code == browser.head(JOIN).status_code == 200
    assert not JoinRequest.objects.exists() and outbox.outbox == []


def test_robots_that_fill_every_field_ask_nobody(group):
    Client().post(JOIN, {**DORA, "website": "http://pills.example"})
    assert outbox.outbox == [] and not JoinRequest.objects.exists()


def test_one_address_is_asked_once_a_day_and_one_place_ten_times_an_hour(group):
    for _ in range(3):
        Client().post(JOIN, DORA)
    assert len(outbox.outbox) == 1
    answers = [Client().post(JOIN, {"address": f"n{n}@example.net"}).status_code for n in range(9)]
    assert (answers.count(429), len(outbox.outbox)) == (2, 8)


@pytest.mark.parametrize("address", ["", "dora", "dora@", "a b@example.net"])
def test_what_is_no_address_is_said(group, address):
    response = Client().post(JOIN, {"address": address})
    assert response.status_code == 400 and "not an address" in response.content.decode()
    assert outbox.outbox == []


def test_charlie_is_signed_in_and_joins_by_one_press(group, charlies):
    charlies.post(JOIN, {"address": "victim@example.com"})
    assert "charlie@example.org" in members(group)
    assert outbox.outbox[0].to == ["charlie@example.org"] and "Welcome" in outbox.outbox[0].subject


def test_an_address_that_is_not_confirmed_is_asked(group, signed_in, charlie):
    signed_in(charlie).post(JOIN)
    assert "charlie@example.org" not in members(group) and "confirm" in outbox.outbox[0].subject


def test_with_approval_the_moderators_decide(group, charlies):
    group.joining = Joining.APPROVAL
    group.save()
    for _ in range(2):
        charlies.post(JOIN)
    assert "charlie@example.org" not in members(group)
    assert [each.to for each in outbox.outbox] == [["charlie@example.org"], ["alice@example.org"]]


def test_by_invitation_only(group, charlies):
    group.joining = Joining.INVITATION
    group.save()
    assert "by invitation only" in charlies.post(JOIN).content.decode()
    assert "charlie@example.org" not in members(group) and JOIN not in Client().get("/g/gardeners/").content.decode()


def test_a_private_group_is_not_there(private_group, charlies):
    for browser in (Client(), charlies):
        assert browser.post("/g/plans/join/", DORA).status_code == 404
        assert browser.post("/g/plans/leave/").status_code == 404


def test_bob_leaves_and_is_mailed_the_way_back(group, signed_in, bob):
    browser = signed_in(bob)
    assert browser.get(LEAVE).status_code == 200 and "bob@example.org" in members(group)
    browser.post(LEAVE)
    assert "bob@example.org" not in members(group) and PastMember.objects.get().how == "web"
    assert outbox.outbox[0].to == ["bob@example.org"]


def test_the_only_owner_stays(group, signed_in, alice):
    response = signed_in(alice).post(LEAVE, follow=True)
    assert "no owner left" in response.content.decode() and "alice@example.org" in members(group)


def test_forms_of_other_sites_do_nothing(group, bob):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    assert browser.post(LEAVE).status_code == 403
    assert "bob@example.org" in members(group)


def asked_for_three(group):
    """Somebody, from many places, asks that Dora joins three groups; she gets one mail. Returns its link."""
    for number, slug in enumerate(("gardeners", "florists", "beekeepers") * 20):
        if not Group.objects.filter(slug=slug).exists():
            make_group(slug)
        Client(REMOTE_ADDR=f"192.0.2.{number}").post(f"/g/{slug}/join/", DORA)
    (mail,) = outbox.outbox
    return "/mail/" + mail.body.split("/mail/")[1].split()[0]


def test_one_mail_lists_all_groups_that_wait_and_its_owner_ticks_those_they_want(group):
    link = asked_for_three(group)
    page = Client().get(link).content.decode()
    assert all(name in page for name in ("Riverside Gardeners", "Florists", "Beekeepers"))
    first, second, _ = JoinRequest.objects.order_by("pk")
    answer = Client().post(link, {"join": [first.pk, second.pk]}).content.decode()
    assert answer.count("You are a member now.") == 2
    assert set(Membership.objects.filter(user__email="dora@example.net").values_list("group__slug", flat=True)) == {
        "gardeners",
        "florists",
    }


def test_who_ticks_nothing_joins_nothing_and_what_is_no_request_of_theirs_is_not_taken(group):
    link = asked_for_three(group)
    other = JoinRequest.objects.create(group=group, address="somebody@example.net")
    assert Client().post(link, {"join": [other.pk, "x", "9" * 30]}).status_code == 400
    assert not Membership.objects.filter(user__email__in=("dora@example.net", "somebody@example.net")).exists()


def test_the_page_says_that_a_second_group_waits_behind_the_first_mail(group):
    response = Client().post(JOIN, DORA, follow=True).content.decode()
    assert "if one came today already, the link in it lists this group, too" in response
