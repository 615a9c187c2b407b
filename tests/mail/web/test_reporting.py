"""A member reports a letter from its page."""

import pytest

from mail.models import Report
from tests.builders import make_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(group):
    return make_message(group, subject="Cheap tools")


def url(letter) -> str:
    return f"/g/{letter.group.slug}/message/{letter.number}/report/"


def test_a_member_finds_the_button_and_says_why(signed_in, bob, letter):
    browser = signed_in(bob)
    assert url(letter) in browser.get(f"/g/gardeners/message/{letter.number}/").content.decode()
    assert url(letter) in browser.get(f"/g/gardeners/topic/{letter.thread.number}/").content.decode()
    browser.post(url(letter), {"why": "spam", "words": "Again."})
    report = Report.objects.get()
    assert (report.by, report.why, report.words) == (bob, "spam", "Again.")


def test_without_a_reason_nothing_is_reported(signed_in, bob, letter):
    assert "This field is required" in signed_in(bob).post(url(letter), {"words": "x"}).content.decode()
    assert not Report.objects.exists()


def test_strangers_have_no_button_and_report_nothing(signed_in, charlie, client, letter):
    for browser in (signed_in(charlie), client):
        assert "/report/" not in browser.get(f"/g/gardeners/message/{letter.number}/").content.decode()
        assert browser.post(url(letter), {"why": "spam"}).status_code in (302, 403)
    assert not Report.objects.exists()


def test_who_reports_everything_is_stopped(signed_in, bob, group):
    letters = [make_message(group) for _ in range(21)]
    browser = signed_in(bob)
    assert [browser.post(url(letter), {"why": "spam"}).status_code for letter in letters[-2:]] == [302, 302]
    last = [browser.post(url(letter), {"why": "spam"}).status_code for letter in letters[:19]]
    assert last[-1] == 429 and Report.objects.count() == 20


def test_a_hidden_letter_cannot_be_reported(signed_in, bob, group):
    assert signed_in(bob).get(url(make_message(group, hidden=True))).status_code == 404
