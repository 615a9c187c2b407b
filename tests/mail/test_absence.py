"""On holiday: no mail from one day to another, from one group or from all, and then it comes by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from archive.models import Archive
from groups.models import Membership
from mail.delivery.explain import story
from mail.delivery.post import send_on
from mail.digests import daily, due
from mail.models import Delivery, DigestMark
from tests import builders

pytestmark = pytest.mark.django_db
NOW = timezone.now()
AWAY = {"away_from": NOW - timedelta(days=1), "away_until": NOW + timedelta(days=1)}
BACK = {"away_from": NOW - timedelta(days=9), "away_until": NOW - timedelta(hours=1)}
SOON = {"away_from": NOW + timedelta(days=3), "away_until": NOW + timedelta(days=9)}


@pytest.fixture
def bob(db):
    return builders.make_user("Bob", time_zone="Asia/Tokyo")


@pytest.fixture
def group(bob):
    return builders.make_group(members=[bob])


@pytest.mark.parametrize("model", [Membership, User])
@pytest.mark.parametrize(("when", "copies"), [(AWAY, 0), (BACK, 1), (SOON, 1)])
def test_letters_do_not_come_while_bob_is_away_and_come_again_by_themselves(group, model, when, copies):
    model.objects.update(**when)
    assert send_on(builders.make_message(group)) == copies


@pytest.mark.parametrize("model", [Membership, User])
def test_a_digest_waits_for_nobody_who_is_away_and_brings_no_flood_later(group, model):
    Membership.objects.update(delivery="digest")
    due.begin_marks(NOW - timedelta(days=1))
    builders.make_message(group)
    model.objects.update(**AWAY)
    DigestMark.objects.update(next_at=NOW)
    due.send_due(NOW)
    assert not Delivery.objects.exists()
    model.objects.update(**BACK)
    DigestMark.objects.update(next_at=NOW)
    due.send_due(NOW)
    assert not Delivery.objects.exists() and Archive.objects.get().next_number == 2


@pytest.mark.parametrize("model", [Membership, User])
@pytest.mark.parametrize(("when", "mails"), [(AWAY, 0), (BACK, 1)])
def test_nor_does_the_daily_mail(group, bob, model, when, mails):
    User.objects.update(daily_mail=True)
    daily.send_due(NOW - timedelta(days=1))
    builders.make_message(group, created_at=NOW - timedelta(hours=1))
    model.objects.update(**when)
    daily.send_due(NOW + timedelta(hours=25) if when is BACK else NOW + timedelta(hours=23))
    assert Delivery.objects.count() == mails


def test_the_story_of_a_letter_says_so(group, bob):
    User.objects.update(**AWAY)
    events = story(builders.make_message(group), bob.email)
    assert any(event.what == "away" and "from any group until" in event.sentence for event in events)


@pytest.mark.parametrize("page", ["/g/gardeners/membership/", "/account/mail/"])
def test_bob_says_his_days_as_his_clock_counts_them(group, bob, client, page):
    client.force_login(bob)
    values = {"delivery": "every", "digest_format": "html", "mail_hour": 7, "time_zone": "Asia/Tokyo"}
    saved = client.post(page, {**values, "first_day": "2027-03-01", "last_day": "2027-03-02"})
    assert saved.status_code == 302
    row = (Membership if "membership" in page else User).objects.get()
    assert row.away_from == datetime(2027, 2, 28, 15, tzinfo=UTC)
    assert row.away_until == datetime(2027, 3, 2, 15, tzinfo=UTC)
    shown = client.get(page).content.decode()
    assert 'value="2027-03-01"' in shown and 'value="2027-03-02"' in shown
    client.post(page, {**values, "first_day": "", "last_day": ""})
    row.refresh_from_db()
    assert row.away_until is None


@pytest.mark.parametrize(("first", "last"), [("2027-03-02", "2027-03-01"), ("2027-03-01", ""), ("soon", "later")])
def test_days_that_make_no_sense_are_said_to(group, bob, client, first, last):
    client.force_login(bob)
    values = {"delivery": "every", "digest_format": "html", "first_day": first, "last_day": last}
    assert client.post("/g/gardeners/membership/", values).status_code == 200
    assert Membership.objects.get().away_until is None
