"""Members report a letter; at the threshold it is hidden, and a moderator decides."""

import pytest
from django.core import mail as outbox

from archive.models import Message
from groups.models import Ban, LogEntry, Membership, Role, Waiting
from mail.commands import moderating
from mail.models import Report
from mail.review import reporting
from mail.review.reporting import Reported
from tests.builders import make_message, make_user
from tests.mail.commands.people import mails, reply_address, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(group, bob):
    return make_message(group, subject="Cheap tools", sender="Bob Member <bob@example.org>")


@pytest.fixture
def people(group):
    people = [make_user(f"P{number}") for number in range(4)]
    for person in people:
        Membership.objects.create(group=group, user=person)
    return people


def report_all(letter, people, why="spam"):
    return [reporting.report(Message.objects.get(pk=letter.pk), person, why, "Look at it.") for person in people]


def is_hidden(letter) -> bool:
    return Message.objects.get(pk=letter.pk).hidden_at is not None


def test_three_members_hide_it(letter, people):
    assert report_all(letter, people[:3]) == [Reported.TAKEN, Reported.TAKEN, Reported.HIDDEN]
    assert is_hidden(letter)
    (row,) = Waiting.objects.all()
    assert row.reason.startswith("Reported by 3 members: it is spam") and "hidden" in row.reason


def test_one_member_counts_once(letter, people):
    assert report_all(letter, [people[0]] * 3) == [Reported.TAKEN, Reported.BEFORE, Reported.BEFORE]
    assert not is_hidden(letter)


def test_what_a_moderator_wrote_is_never_hidden_by_reports(letter, people, bob):
    Membership.objects.filter(user=bob).update(role=Role.MODERATOR)
    report_all(letter, people)
    assert not is_hidden(letter) and Waiting.objects.count() == 1


def test_where_the_group_wants_no_threshold_nothing_is_hidden(letter, people, group):
    group.report_threshold = 0
    group.save()
    report_all(letter, people)
    assert not is_hidden(letter)


def test_kept_it_is_shown_again_and_stays(letter, people, alice):
    report_all(letter, people[:3])
    assert reporting.decide(letter, "approve", alice) and not is_hidden(letter)
    assert not reporting.decide(letter, "discard", alice)
    for person in (make_user(f"Q{number}") for number in range(3)):
        reporting.report(Message.objects.get(pk=letter.pk), person, "spam")
    assert not is_hidden(letter) and Waiting.objects.open().count() == 1


def test_hidden_its_author_is_told_only_where_the_moderator_says_so(letter, people, alice):
    report_all(letter, people[:1])
    outbox.outbox.clear()
    reporting.decide(letter, "discard", alice)
    assert is_hidden(letter) and not outbox.outbox
    letter.hidden_at = None
    letter.save()
    report_all(letter, people[1:2])
    reporting.decide(letter, "reject", alice, "No advertisements.")
    assert "No advertisements." in mails("bob@example.org")[-1].body


def test_banned_its_author_writes_here_no_more(letter, people, alice):
    report_all(letter, people[:1])
    reporting.decide(letter, "ban", alice, "Spammer")
    assert is_hidden(letter) and Ban.objects.get().value == "bob@example.org"
    assert {"queue.report-settled", "letter.hidden", "member.banned"} <= set(
        LogEntry.objects.values_list("action", flat=True)
    )


@pytest.mark.parametrize(("word", "hidden"), [("keep", False), ("hide", True), ("reject: not here", True)])
def test_a_moderator_decides_by_answering_the_mail(letter, people, alice, word, hidden):
    report_all(letter, people[:1])
    write(reply_address(mails("alice@example.org")[0]), word, sender="alice@example.org")
    assert is_hidden(letter) is hidden and not Waiting.objects.open().exists()
    assert not Report.objects.filter(settled="").exists()


def test_a_mail_about_reports_decides_nothing_for_who_lost_the_right(letter, people, alice, group):
    report_all(letter, people[:1])
    Membership.objects.filter(user=alice).update(role=Role.MODERATOR, rights=["posts"])
    address = reply_address(mails("alice@example.org")[0])
    assert moderating.of_token(address.partition("+")[2].partition("@")[0]) is None
