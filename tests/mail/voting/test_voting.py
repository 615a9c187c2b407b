"""A poll is opened, mailed, answered by reply, changed, closed, and its result mailed."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from archive.models import Message
from groups.actions.takedown import take_down
from groups.models import Membership
from groups.polls import actions
from groups.polls.models import Poll
from mail.inbound import pipeline
from mail.models import Inbound, InboundState
from mail.polls import house
from tests.mail.letters import arrived, raw
from tests.mail.voting import clients
from tests.mail.voting.polls import DRINKS, choices_of, copy_to, open_poll, send, told, vote
from tests.mail.world import World, vacation

pytestmark = pytest.mark.django_db
BOBS = "bob@example.org"
ANSWERS = {  # kind -> what Bob answers first, and what then
    "single": ({"2": {2: 1}}, {"milk, warm": {3: 1}}),
    "multiple": ({"1, 3": {1: 1, 3: 1}}, {"coffee": {2: 1}}),
    "runoff": ({"2 > 1 > 3": {2: 1, 1: 2, 3: 3}}, {"3 1": {3: 1, 1: 2}}),
    "schulze": ({"2 > 1 = 3": {2: 1, 1: 2, 3: 2}}, {"1. Coffee\n2. Tea": {2: 1, 1: 2}}),
    "score": ({"1: 5\n2: 3": {1: 5, 2: 3}}, {"0 0 4": {1: 0, 2: 0, 3: 4}}),
    "dates": ({"yes no maybe": {1: 2, 2: 0, 3: 1}}, {"1: no\n2: ja": {1: 0, 2: 2}}),
}


@pytest.mark.parametrize(("kind", "client"), list(zip(ANSWERS, [*clients.CLIENTS, "gmail"], strict=True)))
def test_a_poll_of_each_kind_is_answered_changed_closed_and_told(group, kind, client):
    ((words, ballot),), ((others, changed),) = (answer.items() for answer in ANSWERS[kind])
    poll = open_poll(group, kind)
    asked = copy_to(BOBS)
    assert re.fullmatch(r"vote\+[a-z2-7]+@posthouse\.localhost", asked["Reply-To"])
    assert asked["From"] == "Alice Owner via Riverside Gardeners <gardeners@posthouse.localhost>"
    vote(asked, words + "\n\nCheers,\nBob", client=client)
    assert choices_of(poll) == ballot
    (confirmation,) = told()
    assert confirmation.subject == "Counted: What do we drink?"
    vote(confirmation.message(), others, client=client)
    assert choices_of(poll) == changed
    assert poll.ballots.get().via == "mail"
    assert actions.close_poll(poll=poll, by=group.memberships.first().user)
    result = copy_to(BOBS)
    assert result["In-Reply-To"] == asked["Message-ID"]
    assert "1 person voted." in result.get_payload()[0].get_payload()


def test_the_poll_is_a_topic_of_the_archive_without_anybodys_address(group, bob):
    open_poll(group)
    letter = Message.objects.select_related("content").get(group=group)
    assert (letter.subject, letter.from_address) == ("Poll: What do we drink?", "alice@example.org")
    assert b"vote+" not in letter.content.raw_bytes and "\0" not in letter.content.text
    assert "2. Coffee" in letter.content.text


def test_each_gets_it_as_they_chose(group, bob, charlie):
    Membership.objects.filter(user=bob).update(delivery="digest")
    Membership.objects.create(group=group, user=charlie, delivery="none")
    open_poll(group)
    world = World()
    world.run()
    assert world.to(BOBS) == [] == world.to("charlie@example.org")
    assert len(world.to("alice@example.org")) == 1


def test_a_poll_that_is_not_to_be_mailed_is_not(group, alice):
    poll = open_poll(group, announce=False, remind=True)
    assert house.open_in([group.pk], timezone.now()) == []  # not in digests either
    actions.close_poll(poll=poll, by=alice)
    assert not Message.objects.exists()


def test_who_may_not_vote_is_told_before_and_after(group):
    poll = open_poll(group, voters="moderators", names_shown=True)
    asked = copy_to(BOBS)
    text = asked.get_payload()[0].get_payload(decode=True).decode()
    assert "Owners and moderators vote." in text and "sees who chose what" in text
    vote(asked, "1")
    assert not poll.ballots.exists()
    assert "Only owners and moderators vote here." in told()[0].body


def test_what_is_no_vote_is_answered_with_the_options_and_counted_nowhere(group):
    poll = open_poll(group)
    vote(copy_to(BOBS), "I think we should talk about this first.")
    assert choices_of(poll) is None
    (answer,) = told()
    assert "2. Coffee" in answer.body and "gardeners@posthouse.localhost" in answer.body
    vote(answer.message(), "coffee")
    assert choices_of(poll) == {2: 1}


def test_nonsense_all_day_is_answered_ten_times(group):
    open_poll(group)
    asked = copy_to(BOBS)
    for number in range(14):
        vote(asked, f"Blah blah {number}")
    assert len(told()) == 10


def test_an_option_of_his_own(group):
    poll = open_poll(group, write_ins=True)
    vote(copy_to(BOBS), "2, other: Elder, with ice")
    assert choices_of(poll) == {2: 1, 4: 1}
    assert poll.options.get(number=4).text == "Elder, with ice"


def test_what_the_poll_does_not_take_is_said(group):
    poll = open_poll(group, "runoff")
    vote(copy_to(BOBS), "1 = 2 > 3")
    assert choices_of(poll) is None
    assert "each rank can be given once" in told()[0].body


def test_a_vote_that_stands(group):
    poll = open_poll(group, may_change=False)
    asked = copy_to(BOBS)
    vote(asked, "1")
    vote(asked, "2")
    assert choices_of(poll) == {1: 1}
    assert "a vote stands" in " ".join(told()[1].body.split())


def test_who_comes_late_is_told(group):
    poll = open_poll(group)
    asked = copy_to(BOBS)
    Poll.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    vote(asked, "1")
    assert choices_of(poll) is None
    assert "has closed" in told()[0].subject


def test_a_stranger_to_whom_it_was_forwarded_votes_for_nobody(group, charlie):
    poll = open_poll(group)
    vote(copy_to(BOBS), "1", sender="Charlie <charlie@example.org>")
    assert not poll.ballots.exists()
    assert told("charlie@example.org") == []
    assert "none of yours" in told()[0].body


def test_another_member_with_bobs_copy_votes_for_nobody(group, charlie):
    Membership.objects.create(group=group, user=charlie)
    poll = open_poll(group)
    vote(copy_to(BOBS), "1", sender="Charlie <charlie@example.org>")
    assert not poll.ballots.exists()


def test_bob_votes_from_another_of_his_addresses(group, bob):
    EmailAddress.objects.create(user=bob, email="bob@work.example", verified=True)
    poll = open_poll(group)
    vote(copy_to(BOBS), "1", sender="bob@work.example")
    assert choices_of(poll) == {1: 1}
    assert len(told()) == 1


def test_a_vote_that_may_be_forged_is_not_counted(group):
    poll = open_poll(group)
    asked = copy_to(BOBS)
    content = clients.answer(asked.as_bytes(), "1")

    inbound = arrived(None, content, recipient=asked["Reply-To"], authentication={"spf": "fail", "dmarc": "fail"})
    pipeline.process(inbound.pk)
    assert choices_of(poll) is None
    assert "may be forged" in told()[0].body


def test_programs_neither_vote_nor_are_answered(group):
    poll = open_poll(group)
    world = World(
        bob=vacation(BOBS, to_everybody=True, Auto_Submitted="auto-replied"), alice=vacation("alice@example.org")
    )
    world.run()
    assert not poll.ballots.exists() and told() == []
    vote(world.to(BOBS)[0], "1", envelope="")
    assert not poll.ballots.exists() and told() == []


def test_who_left_votes_no_more(group, bob):
    poll = open_poll(group)
    asked = copy_to(BOBS)
    Membership.objects.filter(user=bob).delete()
    vote(asked, "1")
    assert not poll.ballots.exists() and told() == []


def test_nobody_votes_while_suspended_or_in_a_group_that_was_taken_down(group, bob, alice):
    poll = open_poll(group)
    asked = copy_to(BOBS)
    User.objects.filter(pk=bob.pk).update(is_active=False, suspended_at=timezone.now())
    vote(asked, "1")
    User.objects.filter(pk=bob.pk).update(is_active=True, suspended_at=None)
    take_down(group=group, by=alice, because="Spam.")
    vote(asked, "1")
    assert not poll.ballots.exists()
    assert house.open_in([group.pk], timezone.now()) == []


def test_a_reply_to_all_is_counted_and_kept_from_the_group(group):
    poll = open_poll(group)
    asked = copy_to(BOBS)
    content = clients.answer(asked.as_bytes(), "1", To=f"{asked['Reply-To']}, gardeners@posthouse.localhost")
    send(content, str(asked["Reply-To"]))
    send(content, "gardeners@posthouse.localhost")
    assert choices_of(poll) == {1: 1}
    assert Message.objects.count() == 1
    assert not Inbound.objects.filter(group=group).exists()


def test_a_letter_that_pretends_to_be_the_poll_gets_no_answer_addresses(group):
    open_poll(group)
    asked = copy_to(BOBS)

    send(raw(subject="Poll: send money?", message_id=str(asked["Message-ID"])), "gardeners@posthouse.localhost")
    copy = copy_to("alice@example.org")
    assert copy["Subject"].endswith("send money?")
    assert "vote+" not in str(copy["Reply-To"])


def test_a_token_of_ones_own_making_opens_nothing(group):
    invented = "vote+aaaaaaaaaaaaaaaa@posthouse.localhost"
    send(raw(invented, body="1"), invented)
    assert Inbound.objects.get().state == InboundState.DISCARDED
    assert told() == []


def test_a_poll_that_asks_something_else_is_mailed_anew_and_old_answers_do_not_count(group, alice):
    poll = open_poll(group)
    asked = copy_to(BOBS)
    draft = actions.Draft("What do we drink?", "multiple", ("Coffee", "Tea"), closes_at=poll.closes_at)
    actions.edit_poll(poll=poll, by=alice, draft=draft)
    anew = copy_to(BOBS)
    assert anew["In-Reply-To"] == asked["Message-ID"]
    vote(asked, "1")
    assert choices_of(poll) is None
    assert "was changed since" in told()[0].body and "1. Coffee" in told()[0].body
    vote(told()[0].message(), "1")
    assert choices_of(poll) == {1: 1}
    vote(anew, "2")
    assert choices_of(poll) == {2: 1}


def test_another_closing_time_is_no_other_question(group, alice):
    poll = open_poll(group)
    asked = copy_to(BOBS)
    draft = actions.Draft(poll.question, poll.kind, ("Tea", "Coffee", "Milk, warm"), details="More of it.")
    actions.edit_poll(poll=poll, by=alice, draft=draft)
    assert Message.objects.count() == 1
    vote(asked, "1")
    assert choices_of(poll) == {1: 1}


def test_details_in_markdown_are_read_as_such_in_the_mail(group):
    draft = actions.Draft("What do we drink?", "single", DRINKS, "*Think* of <b>Bob</b>.", None, {})
    actions.open_poll(group=group, by=group.memberships.first().user, draft=draft)
    said = {part.get_content_type(): part.get_payload(decode=True).decode() for part in parts_of(copy_to(BOBS))}
    assert "*Think* of <b>Bob</b>." in said["text/plain"]
    assert "<em>Think</em> of &lt;b&gt;Bob&lt;/b&gt;." in said["text/html"]


def parts_of(letter):
    return [part for part in letter.walk() if not part.is_multipart()]
