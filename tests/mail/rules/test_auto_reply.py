import pytest

from mail.rules.auto_reply import check
from mail.rules.types import Action
from tests.mail.rules.posts import TRUSTED, a_post


@pytest.mark.parametrize(
    "headers",
    [
        {"auto-submitted": "auto-replied"},
        {"auto-submitted": "Auto-Replied; owner=bob@example.org"},
        {"auto-submitted": "auto-replied (vacation)"},
        {"precedence": "junk"},
        {"precedence": "auto_reply"},
        {"x-autoreply": "yes"},
        {"x-autorespond": "Out of office"},
    ],
)
def test_automatic_answers_are_dropped(headers):
    assert check(a_post(headers=headers)).action is Action.DISCARD


@pytest.mark.parametrize("headers", [{}, {"auto-submitted": "no"}, {"precedence": "list", "list-id": "<a.example>"}])
def test_what_people_write_passes(headers):
    assert check(a_post(headers=headers)) is None


def test_a_subject_about_a_vacation_alone_says_nothing():
    assert check(a_post(subject="Out of office hours for the allotment")) is None


@pytest.mark.parametrize(
    "subject", ["Automatic reply: Seed swap", "Abwesenheitsnotiz", "Réponse automatique : Seed swap"]
)
def test_a_machines_letter_with_a_vacation_subject_is_dropped(subject):
    assert check(a_post(subject=subject, headers={"x-auto-response-suppress": "All"})).action is Action.DISCARD


@pytest.mark.parametrize("subject", ["Automatic reply: Seed swap", "Automatische Antwort: Seed swap", "自動返信：種"])
def test_a_responder_that_says_so_in_the_subject_alone_waits_and_nobody_is_told(subject):
    assert check(a_post(subject=subject)).action is Action.QUARANTINE
    assert check(a_post(subject=f"Re: {subject}")) is None


def test_a_machine_with_something_to_say_waits():
    assert check(a_post(headers={"auto-submitted": "auto-generated"})).action is Action.HOLD
    assert check(a_post(headers={"precedence": "bulk"})).action is Action.HOLD


def test_a_trusted_machine_does_not_wait():
    assert check(a_post(member=TRUSTED, headers={"auto-submitted": "auto-generated"})) is None


def test_a_receipt_is_dropped():
    post = a_post(content_type="multipart/report", report_type="disposition-notification")
    assert check(post).action is Action.DISCARD
