"""Nobody is subscribed who did not say yes themselves."""

import pytest
from django.core import mail as outbox

from accounts.models import User
from groups.models import Ban, Joining, JoinRequest, Membership
from mail.models import InboundState
from tests.mail.commands.people import FORMS, command, mail_to, mails, reply_address, write

pytestmark = pytest.mark.django_db
DORA = "Dora Buy Pills <dora@example.net>"
ADDRESS = "dora@example.net"


def members(group):
    return set(Membership.objects.filter(group=group).values_list("user__email", flat=True))


def asked(group, **about):
    command(group, "subscribe", sender=DORA, **about)
    return mail_to(ADDRESS)


@pytest.mark.parametrize("form", FORMS)
def test_dora_asks_says_yes_and_is_welcomed(group, form):
    question = asked(group, form=form)
    assert ADDRESS not in members(group)
    write(reply_address(question), "yes", sender=DORA, form=form)
    assert ADDRESS in members(group)
    assert "Welcome" in mails(ADDRESS)[1].subject


@pytest.mark.parametrize("form", FORMS)
def test_sending_the_question_back_empty_is_a_yes(group, form):
    write(
        reply_address(asked(group)), "", sender=DORA, form=form, subject="Re: Please confirm: join Riverside Gardeners?"
    )
    assert ADDRESS in members(group)


@pytest.mark.parametrize("words", ["no", "Nein", "cancel", "not me"])
def test_a_no_is_a_no_and_the_question_is_over(group, words):
    question = asked(group)
    write(reply_address(question), words, sender=DORA)
    assert JoinRequest.objects.get().state == "expired"
    write(reply_address(question), "yes", sender=DORA)
    assert ADDRESS not in members(group)


def test_the_question_carries_no_word_of_whoever_asked(group):
    question = asked(group, words="BUY PILLS at http://pills.example", subject="CHEAP PILLS")
    whole = question.message().as_string()
    assert "pills" not in whole.lower().replace("x.example", "")
    assert "In-Reply-To" not in question.message()
    assert question.message()["Auto-Submitted"] == "auto-replied"


def test_whoever_is_named_in_the_letter_is_not_asked(group):
    command(
        group,
        "subscribe",
        "subscribe victim@example.com\nsubscribe address=victim@example.com",
        subject="victim@example.com",
    )
    assert mails("victim@example.com") == [] and not JoinRequest.objects.exists()


def test_a_flood_in_doras_name_is_one_mail(group):
    for _ in range(5):
        command(group, "subscribe", sender=DORA)
    assert len(mails(ADDRESS)) == 1


@pytest.mark.parametrize(
    "about",
    [
        {"envelope": ""},
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<other.example>"},
        {"subject": "Automatic reply: Please confirm"},
        {"subject": "Out of office: back on Monday"},
        {"subject": "Urlaubsabwesenheit"},
        {"subject": "Gelesen: Please confirm"},
        {"subject": "Re: Please confirm (verify your message)", "words": "Boxbe holds your message."},
        {"words": "Vielen Dank. Ich bin bis Montag nicht im Büro."},
    ],
)
def test_no_program_says_yes(group, about):
    question = asked(group)
    inbound = write(reply_address(question), **{"words": "I am away.", "sender": DORA, **about})
    assert inbound.state == InboundState.DISCARDED
    assert ADDRESS not in members(group) and len(outbox.outbox) == 1


def test_a_program_that_asks_to_join_is_not_asked_back(group):
    command(group, "subscribe", sender=DORA, Auto_Submitted="auto-generated")
    assert outbox.outbox == []


def test_a_forged_wish_to_join_asks_nobody(group):
    command(group, "subscribe", sender=DORA, authentication={"dmarc": "fail", "policy": "reject"})
    assert outbox.outbox == []


def test_bob_is_told_that_he_is_a_member(group):
    command(group, "subscribe")
    assert "already" in mail_to("bob@example.org").subject


def test_a_private_group_tells_strangers_nothing(private_group):
    for extension in ("subscribe", "unsubscribe", "help", "digest", "mute", "request"):
        command(private_group, extension, sender=DORA)
    assert outbox.outbox == []


def test_by_invitation_only_is_said(group):
    group.joining = Joining.INVITATION
    group.save()
    assert "invitation" in asked(group).subject


def test_who_is_banned_is_not_asked(group):
    Ban.objects.create(group=group, value=ADDRESS)
    command(group, "subscribe", sender=DORA)
    assert outbox.outbox == []


def test_an_invented_token_opens_nothing(group):
    people = User.objects.count()
    write("confirm+aaaaaaaaaaaaaaaaaaaaaaaa@posthouse.localhost", "yes", sender=DORA)
    assert User.objects.count() == people
    assert "ended" in mail_to(ADDRESS).subject


@pytest.mark.parametrize(
    ("subject", "words"), [("subscribe", ""), ("", "Hello,\nplease subscribe me"), ("abonnieren", ""), ("Re: 订阅", "")]
)
@pytest.mark.parametrize("form", FORMS)
def test_request_reads_the_words_of_many_languages(group, subject, words, form):
    command(group, "request", words, subject=subject, sender=DORA, form=form)
    assert "Please confirm" in mail_to(ADDRESS).subject


def test_confirm_by_a_word_and_the_token(group):
    token = reply_address(asked(group)).partition("+")[2].partition("@")[0]
    command(group, "request", subject=f"confirm {token}", sender=DORA)
    assert ADDRESS in members(group)


class TestApproval:
    @pytest.fixture
    def picky(self, group):
        group.joining = Joining.APPROVAL
        group.save()
        write(reply_address(asked(group)), "yes", sender=DORA)
        return group

    def test_the_moderators_are_asked_and_dora_hears_of_it(self, picky):
        assert ADDRESS not in members(picky)
        assert "moderator looks" in mails(ADDRESS)[1].subject
        assert ADDRESS in mail_to("alice@example.org").body

    @pytest.mark.parametrize("form", FORMS)
    def test_alice_lets_dora_in_by_a_reply(self, picky, form):
        write(reply_address(mail_to("alice@example.org")), "approve", sender="alice@example.org", form=form)
        assert ADDRESS in members(picky)
        assert "Welcome" in mails(ADDRESS)[2].subject

    def test_alice_refuses_and_dora_reads_why(self, picky):
        write(reply_address(mail_to("alice@example.org")), "reject: Locals only.", sender="alice@example.org")
        assert ADDRESS not in members(picky)
        assert "Locals only" in mails(ADDRESS)[2].body

    def test_discard_tells_nobody(self, picky):
        write(reply_address(mail_to("alice@example.org")), "discard", sender="alice@example.org")
        assert JoinRequest.objects.get().state == "refused" and len(mails(ADDRESS)) == 2


def test_dora_says_yes_twice_and_nothing_happens_twice(group):
    question = asked(group)
    write(reply_address(question), "yes", sender=DORA)
    write(reply_address(question), "yes, really", sender=DORA)
    assert len(mails(ADDRESS)) == 2
