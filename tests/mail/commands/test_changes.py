"""Leaving, choosing and muting by mail: at once, told, and undone by one reply."""

import pytest
from django.core import mail as outbox

from groups.models import Delivery, Membership, PastMember
from mail.addressing import seal
from mail.inbound import pipeline
from mail.models import InboundState, TopicChoice
from tests.builders import make_message
from tests.mail.commands.people import FORMS, SITE, command, mail_to, mails, reply_address, write
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db
BOBS = "bob@example.org"
FORGED = {"spf": "fail", "dmarc": "fail", "policy": "none"}


@pytest.fixture
def membership(group, bob):
    return Membership.objects.get(group=group, user=bob)


def is_member(group):
    return Membership.objects.filter(group=group, user__email=BOBS).exists()


@pytest.mark.parametrize("form", FORMS)
def test_bob_leaves_at_once_and_one_reply_brings_him_back(group, membership, form):
    Membership.objects.update(delivery=Delivery.DIGEST)
    command(group, "unsubscribe", "I have had enough.", form=form)
    assert not is_member(group)
    write(reply_address(mail_to(BOBS)), "", form=form)
    assert Membership.objects.get(group=group, user__email=BOBS).delivery == Delivery.DIGEST


def test_undoing_twice_is_no_harm(group, membership):
    command(group, "unsubscribe")
    for words in ("oops", "oops again"):
        write(reply_address(mail_to(BOBS)), words)
    assert is_member(group) and PastMember.objects.count() == 1


@pytest.mark.parametrize("words", ["unsubscribe", "Please remove me", "abmelden", "退订", "désabonner"])
@pytest.mark.parametrize("form", FORMS)
def test_leaving_by_a_word_to_request(group, membership, words, form):
    command(group, "request", words, form=form)
    assert not is_member(group)


def test_leave_is_another_word_for_it(group, membership):
    command(group, "leave")
    assert not is_member(group)


def test_the_token_of_a_copy_leaves_too(group, membership):
    write(f"leave+{seal('leave', membership.pk)}@{SITE}", sender="friend@example.com")
    assert not is_member(group)
    assert "left" in mail_to(BOBS).subject and mails("friend@example.com") == []


def test_a_forged_leaving_asks_bob_first(group, membership):
    for _ in range(3):
        command(group, "unsubscribe", authentication=FORGED)
    assert is_member(group)
    write(reply_address(mail_to(BOBS)), "yes")
    assert not is_member(group)


def test_the_only_owner_stays(group, alice):
    command(group, "unsubscribe", sender="alice@example.org")
    assert Membership.objects.filter(group=group, user=alice).exists()
    assert "no owner" in mail_to("alice@example.org").subject


@pytest.mark.parametrize(
    ("extension", "delivery"),
    [("digest", "digest"), ("nomail", "none"), ("special", "special"), ("summary", "summary")],
)
@pytest.mark.parametrize("form", FORMS)
def test_bob_chooses_and_one_reply_undoes_it(group, membership, extension, delivery, form):
    command(group, extension, form=form)
    membership.refresh_from_db()
    assert membership.delivery == delivery
    write(reply_address(mail_to(BOBS)), "", form=form)
    membership.refresh_from_db()
    assert membership.delivery == Delivery.EVERY


def test_who_is_on_vacation_and_says_so_may_stop_their_mail(group, membership):
    command(group, "nomail", "I am out of the office until May.", subject="Vacation")
    membership.refresh_from_db()
    assert membership.delivery == Delivery.NONE


def test_every_message_again_after_a_pause(group, membership):
    Membership.objects.update(paused_at="2026-03-01T00:00Z", paused_because="x", delivery=Delivery.NONE)
    command(group, "every")
    membership.refresh_from_db()
    assert (membership.delivery, membership.paused_at) == (Delivery.EVERY, None)


def test_choosing_what_he_has_changes_nothing_and_tells_nothing(group, membership):
    command(group, "every")
    assert outbox.outbox == []


def test_a_forged_choice_is_asked_for_first(group, membership):
    command(group, "nomail", authentication=FORGED)
    membership.refresh_from_db()
    assert membership.delivery == Delivery.EVERY
    write(reply_address(mail_to(BOBS)))
    membership.refresh_from_db()
    assert membership.delivery == Delivery.NONE


def test_a_hundred_commands_are_ten_mails(group, membership):
    for number in range(30):
        command(group, "digest" if number % 2 else "special", str(number))
    assert len(mails(BOBS)) == 10
    membership.refresh_from_db()
    assert membership.delivery == Delivery.DIGEST  # what he was told last


def test_a_stranger_changes_nothing_and_is_told(group):
    command(group, "digest", sender="charlie@example.net")
    assert "not a member" in mail_to("charlie@example.net").subject


def test_help(group, membership):
    command(group, "help")
    assert "gardeners+unsubscribe@posthouse.localhost" in mail_to(BOBS).body
    assert mail_to(BOBS).extra_headers["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize("words", ["", "What is this?", "Ich verstehe das alles nicht"])
def test_what_is_not_understood_is_answered_with_help(group, membership, words):
    command(group, "request", words)
    assert "what you can do" in mail_to(BOBS).subject


@pytest.mark.parametrize("extension", ["help", "digest", "unsubscribe", "mute"])
@pytest.mark.parametrize("about", [{"envelope": ""}, {"Auto_Submitted": "auto-replied"}, {"Precedence": "junk"}])
def test_programs_command_nothing(group, membership, extension, about):
    inbound = command(group, extension, **about)
    membership.refresh_from_db()
    assert (inbound.state, membership.delivery, outbox.outbox) == (InboundState.DISCARDED, "every", [])


def test_the_daily_mail_stops_and_comes_again(bob):
    bob.daily_mail = True
    bob.save()
    write(f"daily+{seal('daily', bob.pk)}@{SITE}")
    bob.refresh_from_db()
    assert not bob.daily_mail
    write(reply_address(mail_to(BOBS)))
    bob.refresh_from_db()
    assert bob.daily_mail


class TestTopics:
    @pytest.fixture
    def seeds(self, group):
        return make_message(group, subject="Seed swap", message_id="seeds@example.org")

    @pytest.mark.parametrize("wish", ["follow", "mute"])
    @pytest.mark.parametrize("form", FORMS)
    def test_an_answer_names_the_topic(self, group, bob, seeds, wish, form):
        command(group, wish, form=form, References="<unknown@x> <seeds@example.org>")
        assert TopicChoice.objects.get(user=bob, message=seeds).wish == wish
        assert "Seed swap" in mail_to(BOBS).subject

    def test_the_token_of_a_copy_names_topic_and_reader(self, group, bob, seeds):
        command(group, f"mute-{seal('mute', bob.pk, seeds.pk)}", sender="bob.elsewhere@example.com")
        assert TopicChoice.objects.get(user=bob).message == seeds

    def test_one_reply_undoes_it(self, group, bob, seeds):
        command(group, "mute", In_Reply_To="<seeds@example.org>")
        write(reply_address(mail_to(BOBS)))
        assert not TopicChoice.objects.exists()

    def test_no_topic_named(self, group, bob):
        command(group, "mute")
        assert "which topic" in mail_to(BOBS).subject

    def test_a_topic_of_another_group_is_not_named_by_guessing(self, group, private_group, charlie):
        letter = make_message(private_group, subject="Secret", message_id="secret@example.org")
        Membership.objects.create(group=group, user=charlie)
        command(group, "follow", sender="charlie@example.org", References="<secret@example.org>")
        command(group, f"follow-{seal('mute', charlie.pk, letter.pk)}", sender="charlie@example.org")
        assert not TopicChoice.objects.exists() and "Secret" not in str([each.body for each in outbox.outbox])


def test_commands_do_not_come_into_the_archive(group, membership):
    inbound = command(group, "help")
    assert (inbound.state, inbound.letter) == (InboundState.COMMAND, None)
    post = arrived(group, raw())
    assert pipeline.process(post.pk) == InboundState.ARCHIVED
