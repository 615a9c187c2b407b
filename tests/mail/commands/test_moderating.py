"""A moderator answers the mail about a letter that waits."""

import pytest
from django.core import mail as outbox

from archive.models import Message
from groups.models import Ban, Membership, Posting, Role
from mail import review
from mail.inbound import pipeline
from mail.models import InboundState
from tests.builders import make_user
from tests.mail.commands.people import FORMS, mail_to, mails, reply_address, write
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db
ALICE = "alice@example.org"


@pytest.fixture
def held(group, bob):
    Membership.objects.filter(user=bob).update(posting=Posting.MODERATED)
    inbound = arrived(group, raw(body="Forty packets are left.\n"))
    pipeline.process(inbound.pk)
    return inbound


def answer(held, words, **about):
    inbound = write(reply_address(mails(ALICE)[0]), words, **{"sender": ALICE, **about})
    held.refresh_from_db()
    return inbound


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("words", ["approve", "Yes", "ok!", "genehmigen", "oui", "да", "👍"])
def test_approve(held, alice, words, form):
    answer(held, words, form=form)
    assert (held.state, held.decided_by) == (InboundState.ARCHIVED, alice)
    assert Message.objects.get().subject == "Seed swap"


@pytest.mark.parametrize("form", FORMS)
def test_reject_in_the_moderators_words(held, form):
    answer(held, "reject: Please write to the seeds group.", form=form)
    assert held.state == InboundState.REJECTED
    assert "Please write to the seeds group" in mails("bob@example.org")[-1].body


@pytest.mark.parametrize("form", FORMS)
def test_discard(held, form):
    before = len(mails("bob@example.org"))
    answer(held, "discard", form=form)
    assert held.state == InboundState.DISCARDED and len(mails("bob@example.org")) == before


def test_trust_lets_bob_wait_no_more(held, bob):
    answer(held, "trust")
    assert held.state == InboundState.ARCHIVED
    assert Membership.objects.get(user=bob, group=held.group).posting == Posting.TRUSTED


def test_ban(held):
    answer(held, "ban")
    assert held.state == InboundState.DISCARDED and Ban.objects.get().value == "bob@example.org"


@pytest.mark.parametrize("form", FORMS)
def test_what_is_not_understood_decides_nothing_and_is_asked_again(held, form):
    answer(held, "Hm, what do the others think?", form=form)
    assert held.state == InboundState.HELD
    again = mails(ALICE)[1]
    assert "what shall happen" in again.subject
    write(reply_address(again), "approve", sender=ALICE)
    held.refresh_from_db()
    assert held.state == InboundState.ARCHIVED


def test_mo_was_quicker(held, group):
    mo = make_user("Mo")
    Membership.objects.create(group=group, user=mo, role=Role.MODERATOR)
    review.discard(held, mo)
    answer(held, "approve")
    assert held.state == InboundState.DISCARDED
    assert "Dropped, by Mo." in mails(ALICE)[1].body


def test_who_moderates_no_longer_decides_nothing(held, alice):
    Membership.objects.filter(user=alice).update(role=Role.MEMBER)
    inbound = answer(held, "approve")
    assert (held.state, inbound.state) == (InboundState.HELD, InboundState.DISCARDED)


@pytest.mark.parametrize(
    "about", [{"Auto_Submitted": "auto-replied"}, {"envelope": ""}, {"subject": "Automatic reply: x"}]
)
def test_a_moderators_vacation_note_decides_nothing(held, about):
    sent = len(outbox.outbox)
    answer(held, "yes", **about)
    assert held.state == InboundState.HELD and len(outbox.outbox) == sent


def test_a_letter_about_holidays_is_decided_about_as_any_other(held):
    answer(held, "approve", subject="Re: Vacation planning")
    assert held.state != InboundState.HELD


def test_each_moderator_has_a_token_of_their_own(held, group):
    assert mail_to(ALICE).reply_to != [] and "/mail/moderate/" in mail_to(ALICE).body
