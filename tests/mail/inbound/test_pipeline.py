from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import OperationalError
from django.utils import timezone

from archive.models import IndexJob, Message
from groups.models import Moderation, Posting
from mail.inbound import dispatch, pipeline
from mail.models import Inbound, InboundState, Spooled
from tests.mail.inbound.fake_dns import BROKEN, FakeDns, key_of, signed
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db


def test_bobs_letter_is_archived_and_waits_for_the_index(group):
    inbound = arrived(group)
    assert pipeline.process(inbound.pk) == InboundState.ARCHIVED
    letter = Message.objects.get()
    inbound.refresh_from_db()
    assert (inbound.letter, inbound.rule, inbound.subject, inbound.claimed_at) == (letter, "accept", "Seed swap", None)
    assert IndexJob.objects.filter(first_id=letter.pk).exists()
    assert letter.content.raw_bytes == inbound.spooled.raw_bytes


def test_a_letter_is_processed_once(group):
    inbound = arrived(group)
    pipeline.process(inbound.pk)
    assert pipeline.process(inbound.pk) == InboundState.ARCHIVED
    assert Message.objects.count() == 1


def test_the_same_letter_twice_is_archived_once(group):
    first, second = arrived(group), arrived(group)
    pipeline.process_waiting()
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state, second.rule) == (InboundState.ARCHIVED, InboundState.DISCARDED, "duplicate")


def test_letters_go_in_order_of_arrival(group):
    for number in range(5):
        arrived(group, raw(message_id=f"<{number}@example.org>"))
    assert pipeline.process_waiting() == 5
    assert [letter.message_id[0] for letter in Message.objects.order_by("number")] == list("01234")


def test_an_answer_to_a_letter_of_the_same_batch_is_no_new_topic(group):
    group.moderation = Moderation.TOPICS
    group.save()
    group.memberships.filter(user__email="alice@example.org").update(posting=Posting.TRUSTED)
    topic = arrived(group, raw(sender="alice@example.org"), envelope_from="alice@example.org")
    answer = arrived(
        group, raw(message_id="<2@example.org>", subject="Re: Seed swap", In_Reply_To="<swap-1@example.org>")
    )
    other = arrived(group, raw(message_id="<3@example.org>", subject="Re: Slugs"))
    pipeline.process_waiting()
    states = [Inbound.objects.get(pk=row.pk).state for row in (topic, answer, other)]
    assert states == [InboundState.ARCHIVED, InboundState.ARCHIVED, InboundState.HELD]


def test_a_strangers_letter_waits_and_both_sides_are_told(group):
    inbound = arrived(group, raw(sender="charlie@example.net"), envelope_from="charlie@example.net")
    assert pipeline.process(inbound.pk) == InboundState.HELD
    inbound.refresh_from_db()
    assert (inbound.rule, inbound.reason) == ("strangers", "charlie@example.net is not a member.")
    to_alice, to_charlie = outbox.outbox
    assert to_alice.to == ["alice@example.org"]
    assert "charlie@example.net is not a member." in to_alice.body
    assert to_charlie.to == ["charlie@example.net"]
    assert to_charlie.extra_headers["Auto-Submitted"] == "auto-replied"
    assert to_charlie.extra_headers["In-Reply-To"] == "<swap-1@example.org>"
    assert "Seed swap" not in to_charlie.subject + to_charlie.body


def test_a_letter_that_crashes_our_code_is_set_aside_and_the_queue_goes_on(group, monkeypatch):
    bad, good = arrived(group), arrived(group, raw(message_id="<good@example.org>"))
    really = dispatch.take_all

    def crash(group, judged):
        if bad.pk in [one.incoming.inbound.pk for one in judged]:
            raise RuntimeError("an odd letter")
        return really(group, judged)

    monkeypatch.setattr(dispatch, "take_all", crash)
    pipeline.process_waiting()
    bad.refresh_from_db(), good.refresh_from_db()
    assert (bad.state, good.state) == (InboundState.FAILED, InboundState.ARCHIVED)
    assert "RuntimeError: an odd letter" in bad.error
    assert bad.subject == "Seed swap"


def test_what_crashed_leaves_nothing_behind_and_can_be_replayed(group, monkeypatch):
    inbound = arrived(group)
    with monkeypatch.context() as patch:
        patch.setattr("mail.inbound.posts.send_all_on", lambda *_: 1 / 0)
        pipeline.process(inbound.pk)
    assert not Message.objects.exists()
    assert pipeline.replay([inbound.pk]) == 1
    assert pipeline.process(inbound.pk) == InboundState.ARCHIVED


def test_a_claim_keeps_others_away_until_it_is_stale(group):
    inbound = arrived(group)
    Inbound.objects.update(claimed_at=timezone.now(), attempts=1)
    assert pipeline.process_waiting() == 0
    Inbound.objects.update(claimed_at=timezone.now() - 2 * pipeline.STALE)
    assert pipeline.process_waiting() == 1
    inbound.refresh_from_db()
    assert inbound.state == InboundState.ARCHIVED


def test_what_a_dead_worker_held_goes_to_the_next_at_once(group):
    inbound = arrived(group)
    pipeline.claim([inbound.pk])
    assert pipeline.process_waiting() == 0  # its process lives: this one
    living = Inbound.objects.values_list("holder", flat=True).get()
    machine, number, _, word = living.split(":")
    Inbound.objects.update(holder=f"{machine}:{number}:0:{word}")  # the number is ours, but was somebody else's before
    assert pipeline.process_waiting() == 1
    inbound.refresh_from_db()
    assert (inbound.state, inbound.attempts, inbound.holder) == (InboundState.ARCHIVED, 2, "")


def test_what_a_worker_on_another_machine_holds_stays_its_own_until_it_is_stale(group):
    arrived(group)
    Inbound.objects.update(claimed_at=timezone.now(), holder="elsewhere:1:1:word", attempts=1)
    assert pipeline.process_waiting() == 0


def test_nothing_overtakes_an_older_letter_of_its_group_that_is_in_hand(group, members_group):
    first = arrived(group)
    second, other = arrived(group, raw(message_id="<2@example.org>")), arrived(members_group)
    Inbound.objects.filter(pk=first.pk).update(claimed_at=timezone.now(), attempts=1)
    assert pipeline.next_ids() == [other.pk]
    Inbound.objects.filter(pk=first.pk).update(attempts=2)
    assert pipeline.next_ids() == [second.pk, other.pk]


def test_what_was_tried_before_goes_alone(group):
    first, second, _ = (arrived(group, raw(message_id=f"<{number}@example.org>")) for number in range(3))
    Inbound.objects.filter(pk=second.pk).update(attempts=1)
    assert pipeline.next_ids() == [first.pk]
    Inbound.objects.filter(pk=first.pk).update(state=InboundState.ARCHIVED)
    assert pipeline.next_ids() == [second.pk]


def test_a_letter_that_kills_its_workers_does_not_do_so_for_ever(group):
    inbound = arrived(group)
    Inbound.objects.update(attempts=pipeline.MOST_ATTEMPTS, claimed_at=timezone.now() - timedelta(hours=1))
    pipeline.process_waiting()
    inbound.refresh_from_db()
    assert inbound.state == InboundState.FAILED
    assert "died" in inbound.error


def test_a_worker_that_was_taken_for_dead_changes_nothing_any_more(group):
    inbound = arrived(group)
    (claimed,) = pipeline.claim([inbound.pk])
    Inbound.objects.update(claimed_at=timezone.now() + timedelta(seconds=1))
    pipeline._work_on([claimed])
    inbound.refresh_from_db()
    assert inbound.state == InboundState.RECEIVED
    assert not Message.objects.exists()


def test_when_the_database_refuses_the_letter_is_tried_again_later(group, monkeypatch):
    inbound = arrived(group)

    def refuse(*_):
        raise OperationalError("database is locked")

    monkeypatch.setattr(pipeline, "dispatch", refuse)
    pipeline.process_waiting()
    inbound.refresh_from_db()
    assert (inbound.state, inbound.error) == (InboundState.RECEIVED, "database is locked")
    assert inbound.claimed_at is not None


def test_mail_to_an_address_nobody_answers_for_is_kept_for_an_operator(group):
    inbound = arrived(None, recipient="postmaster@posthouse.localhost")
    assert pipeline.process(inbound.pk) == InboundState.HELD
    inbound.refresh_from_db()
    assert "postmaster@posthouse.localhost" in inbound.reason


def test_a_delivery_report_at_the_groups_address_is_no_post(group):
    report = raw(sender="MAILER-DAEMON@example.net", subject="Undelivered Mail Returned to Sender")
    assert pipeline.process(arrived(group, report, envelope_from="").pk) == InboundState.BOUNCE


def test_a_letter_without_message_id_gets_one_for_itself(group):
    pipeline.process(arrived(group, raw(message_id=None)).pk)
    assert Message.objects.get().message_id


def test_the_filters_score_is_kept_with_the_letter(group, monkeypatch):
    monkeypatch.setattr(pipeline.spam, "ask", lambda *_: 7.5)
    inbound = arrived(group)
    assert pipeline.process(inbound.pk) == InboundState.HELD
    inbound.refresh_from_db()
    assert (inbound.spam_score, inbound.rule) == (7.5, "suspicious")


def test_a_trusted_relays_word_is_stored_with_the_letter(group, settings):
    settings.TRUSTED_AUTHSERV_IDS = ["mx.example.net"]
    letter = b"Authentication-Results: mx.example.net; dmarc=fail (p=reject) header.from=example.org\r\n" + raw()
    inbound = arrived(group, letter)
    assert pipeline.process(inbound.pk) == InboundState.HELD
    inbound.refresh_from_db()
    assert inbound.rule == "forged"
    assert Spooled.objects.get().authentication["policy"] == "reject"


@pytest.fixture
def dns(settings, monkeypatch):
    """example.org wants what is not signed by it to be rejected."""
    records = {
        ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=reject"],
        ("example.org", "TXT"): ["v=spf1 -all"],
        **key_of(),
    }
    settings.MAIL_AUTHENTICATE = True
    monkeypatch.setattr(pipeline, "resolver", FakeDns(records))
    return records


def test_letters_are_authenticated_side_by_side_and_each_gets_its_own_results(group, dns):
    true = [
        arrived(group, signed(raw(message_id=f"<{number}@example.org>")), client="198.41.0.4") for number in range(3)
    ]
    forged = [arrived(group, raw(message_id=f"<x{number}@example.org>"), client="198.41.0.4") for number in range(3)]
    pipeline.process_waiting()
    for inbound in (*true, *forged):
        inbound.refresh_from_db()
    assert [(inbound.state, inbound.rule) for inbound in true] == [(InboundState.ARCHIVED, "accept")] * 3
    assert [(inbound.state, inbound.rule) for inbound in forged] == [(InboundState.HELD, "forged")] * 3
    assert true[0].spooled.authentication["dkim"] == [["example.org", "pass"]]


def test_a_forged_moderator_passes_no_moderation_and_gets_no_answer(group, dns):
    pipeline.process(
        arrived(group, raw(sender="alice@example.org"), envelope_from="alice@example.org", client="198.41.0.4").pk
    )
    assert not Message.objects.exists()
    assert [letter.subject for letter in outbox.outbox] == ["Waiting in Riverside Gardeners: Seed swap"]


def test_name_servers_that_do_not_answer_hold_nothing_up(group, dns):
    dns.update(dict.fromkeys(dns, BROKEN))
    assert pipeline.process(arrived(group, client="198.41.0.4").pk) == InboundState.ARCHIVED


def test_what_was_found_at_receipt_is_not_asked_again(group, dns):
    found = {"dmarc": "pass", "policy": "reject", "by": "us"}
    assert pipeline.process(arrived(group, client="198.41.0.4", authentication=found).pk) == InboundState.ARCHIVED
    assert pipeline.resolver.asked == []
