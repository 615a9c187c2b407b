"""Joining and leaving: the owner of an address says yes first, and nobody is bombed."""

import os
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from groups.actions.joining import (
    Asked,
    Confirmed,
    add_member,
    ask_to_join,
    confirm_request,
    decide_request,
    membership_of,
    waiting_for,
)
from groups.actions.leaving import LastOwner, come_back, leave
from groups.models import Asked as AskedRow
from groups.models import Ban, BanKind, Delivery, JoinRequest, JoinState, Membership, PastMember
from tests.builders import make_group, make_user

pytestmark = pytest.mark.django_db


def ask(group, address="ann@example.org", **more):
    return ask_to_join(group=group, address=address, **more)


def test_asking_makes_nobody_a_member():
    group = make_group()
    wish = ask(group)
    assert (wish.outcome, wish.mail_due) == (Asked.CONFIRM, True)
    assert not Membership.objects.exists() and not User.objects.exists()


def test_confirming_makes_a_person_without_a_password_and_a_member():
    group = make_group()
    outcome, request = confirm_request(ask(group, name="Ann Berg").request.pk)
    person = User.objects.get(email="ann@example.org")
    assert outcome == Confirmed.JOINED and request.state == JoinState.JOINED
    assert membership_of(group, "ANN@example.org").user == person
    assert not person.has_usable_password() and person.name == "Ann Berg"


def test_a_password_chosen_by_somebody_else_does_not_open_the_account():
    squatter = make_user("Ann")
    confirm_request(ask(make_group()).request.pk)
    squatter.refresh_from_db()
    assert Membership.objects.get().user == squatter and not squatter.has_usable_password()


def test_a_password_of_a_confirmed_person_stays():
    ann = make_user("Ann")
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    confirm_request(ask(make_group()).request.pk)
    ann.refresh_from_db()
    assert ann.has_usable_password()


def test_confirming_twice_is_harmless():
    pk = ask(make_group()).request.pk
    confirm_request(pk)
    assert confirm_request(pk)[0] == Confirmed.MEMBER


def test_an_address_is_asked_once_a_day_by_the_whole_site():
    due = [ask(make_group(f"group-{n}"), by_mail=True).mail_due for n in range(5)]
    assert due == [True, False, False, False, False]


def test_what_else_is_asked_that_day_waits_behind_the_one_mail():
    for number in range(40):
        ask(make_group(f"group-{number}"))
    assert [request.group.slug for request in waiting_for("ann@example.org")] == [f"group-{n}" for n in range(20)]
    assert JoinRequest.objects.count() == 20  # nobody fills the table in somebody's name
    late = waiting_for("ann@example.org")[7]
    assert confirm_request(late.pk)[0] == Confirmed.JOINED


def test_thousands_of_requests_from_everywhere_are_one_mail():
    groups = [make_group(f"group-{number}") for number in range(10)]
    many = 10_000 if "FULL_TESTS" in os.environ else 1000
    due = [ask(groups[number % 10], by_mail=number % 2 == 0).mail_due for number in range(many)]
    assert due.count(True) == 1


def test_after_a_day_it_may_be_asked_again():
    group = make_group()
    ask(group)
    AskedRow.objects.update(at=timezone.now() - timedelta(hours=25))
    assert ask(group).mail_due is True


def test_an_old_request_cannot_be_confirmed():
    pk = ask(make_group()).request.pk
    JoinRequest.objects.update(made_at=timezone.now() - timedelta(days=8))
    assert confirm_request(pk)[0] == Confirmed.GONE


@pytest.mark.parametrize("name", ["Win money at https://bad.example", "www.bad.example"])
def test_a_name_carries_no_advertisement(name):
    assert ask(make_group(), name=name).request.name == ""


@pytest.mark.parametrize("address", ["", "ann", "ann@", "a b@example.org", "ann@example.org\nBcc: x@y.example"])
def test_what_is_no_address_is_refused(address):
    assert ask(make_group(), address).outcome == Asked.NO_ADDRESS


@pytest.mark.parametrize(
    ("kind", "value"),
    [(BanKind.ADDRESS, "ann@example.org"), (BanKind.DOMAIN, "example.org"), (BanKind.PATTERN, "a*@*.org")],
)
def test_the_banned_are_refused(kind, value):
    group = make_group()
    Ban.objects.create(group=group, kind=kind, value=value)
    assert ask(group).outcome == Asked.BANNED
    assert ask(group, "bob@other.example").outcome == Asked.CONFIRM


def test_a_ban_of_the_site_holds_in_every_group():
    Ban.objects.create(value="ann@example.org")
    assert ask(make_group()).outcome == Asked.BANNED


def test_a_group_by_invitation_is_not_joined():
    assert ask(make_group(joining="invitation")).outcome == Asked.INVITATION


def test_a_member_by_any_address_is_a_member():
    ann = make_user("Ann", email="ann@home.example")
    group = make_group(members=[ann])
    EmailAddress.objects.create(user=ann, email="ann@example.org", verified=True)
    assert ask(group).outcome == Asked.MEMBER


def test_where_a_moderator_decides_confirming_only_asks():
    group = make_group(joining="approval")
    outcome, request = confirm_request(ask(group).request.pk)
    assert outcome == Confirmed.PENDING and not Membership.objects.exists()
    assert decide_request(request=request, accept=True, by=None) is True
    assert membership_of(group, "ann@example.org")
    assert decide_request(request=request, accept=False, by=None) is False


def test_leaving_and_coming_back_keeps_every_choice():
    group = make_group(members=[make_user("Ann")])
    Membership.objects.update(delivery=Delivery.DIGEST, approved_posts=7, address="ann@work.example")
    past = leave(Membership.objects.get(), how="web")
    assert not Membership.objects.exists()
    back = come_back(past)
    assert (back.delivery, back.approved_posts, back.address) == ("digest", 7, "ann@work.example")
    assert membership_of(group, "ann@work.example") == back


def test_coming_back_has_an_end():
    make_group(members=[make_user("Ann")])
    past = leave(Membership.objects.get(), how="mail")
    PastMember.objects.update(left_at=timezone.now() - timedelta(days=31))
    assert come_back(past) is None


def test_who_was_removed_does_not_come_back_by_a_link():
    make_group(members=[make_user("Ann")])
    assert come_back(leave(Membership.objects.get(), how="removed")) is None
    assert not Membership.objects.exists()


def test_the_last_owner_stays():
    make_group(owner=make_user("Ann"))
    with pytest.raises(LastOwner, match="would have no owner left"):
        leave(Membership.objects.get(), how="web")


def test_an_owner_who_left_comes_back_as_a_member():
    group = make_group(owner=make_user("Ann"))
    Membership.objects.create(group=group, user=make_user("Bob"), role="owner")
    assert come_back(leave(Membership.objects.get(user__name="Ann"), how="web")).role == "member"


def test_newcomers_get_what_the_group_gives_at_first():
    group = make_group(default_delivery="digest")
    membership, _ = add_member(group, "ann@example.org")
    assert membership.delivery == "digest"
