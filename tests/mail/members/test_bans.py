"""Bans of a group: made, found by the database, lifted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.actions.joining import is_banned
from groups.models import Ban, BanKind, LogEntry, Right

pytestmark = pytest.mark.django_db
BANS = "/g/gardeners/members/bans/"


@pytest.mark.parametrize(
    ("kind", "value", "hit", "missed"),
    [
        ("address", "Ann@Example.org", "ann@example.org", "anna@example.org"),
        ("domain", "*.spam.example", "a@b.spam.example", "a@notspam.example"),
        ("pattern", "sales*@*.example", "sales9@x.example", "sale@x.example"),
        ("pattern", "a_b*@x.example", "a_b1@x.example", "axb1@x.example"),
        ("pattern", "100%*@x.example", "100%off@x.example", "100off@x.example"),
    ],
)
def test_whom_a_ban_concerns(press, mo, group, members_group, kind, value, hit, missed):
    press(mo, BANS, kind=kind, value=value)
    assert is_banned(group, hit) and not is_banned(group, missed)
    assert not is_banned(members_group, hit)
    ban = Ban.objects.get()
    assert ban.concerns(hit) and not ban.concerns(missed)


def test_a_ban_of_the_site_holds_everywhere(group, members_group):
    Ban.objects.create(kind=BanKind.PATTERN, value="*@spam.example")
    assert is_banned(group, "a@spam.example") and is_banned(members_group, "a@spam.example")


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("address", "example.org", "has an @"),
        ("pattern", "*@*", "would ban everybody"),
        ("pattern", "a*b*c*d*e*f*g", "one to 5 stars"),
        ("domain", "a@b.example", "domain alone"),
        ("domain", "example.org", "who runs the group"),
        ("nonsense", "x", "Choose what is banned"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(press, mo, group, kind, value, words):
    assert words in press(mo, BANS, kind=kind, value=value)
    assert not Ban.objects.exists()


def test_members_whom_it_concerns_are_taken_out_if_wished(press, mo, bob, group, mails):
    press(mo, BANS, kind="pattern", value="b*@example.org", remove="yes")
    assert not group.memberships.filter(user=bob).exists()
    assert mails(bob.email) == []


def test_a_ban_is_lifted_and_both_stand_in_the_log(press, mo, group):
    press(mo, BANS, kind="address", value="x@spam.example", reason="Sold things.")
    press(mo, f"{BANS}{Ban.objects.get().pk}/lift/")
    assert not is_banned(group, "x@spam.example")
    assert [entry.action for entry in LogEntry.objects.order_by("pk")] == ["member.banned", "member.unbanned"]


def test_bans_of_another_group_are_not_mine_to_lift(signed_in, mo, group, members_group):
    ban = Ban.objects.create(group=members_group, value="x@spam.example")
    assert signed_in(mo).post(f"{BANS}{ban.pk}/lift/").status_code == 404


def test_the_right_is_needed(page_of, mo, bob, group):
    group.memberships.filter(user=mo).update(rights=[Right.MEMBERS])
    for user in (mo, bob):
        page_of(user, BANS, status=403)


def test_ten_thousand_bans_are_one_question(group):
    rows = [Ban(group=group, kind=BanKind.ADDRESS, value=f"x{number}@spam.example") for number in range(200)]
    Ban.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as queries:
        assert is_banned(group, "x7@spam.example") and not is_banned(group, "y@spam.example")
    assert len(queries) == 2
