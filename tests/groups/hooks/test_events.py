"""What the house tells: letters that come, wait, are hidden and destroyed; and never more than may be read when it is told."""

import json

import pytest

from archive.actions import hiding
from archive.actions.destroying import destroy_letters
from archive.models import Message
from groups import events
from groups.actions.joining import add_member
from groups.hooks.models import Event, Hook, Sending
from groups.models import Moderation
from mail.inbound import pipeline
from mail.inbound.spool import accept
from mail.models import Door
from tests.groups.hooks.conftest import hook_to
from tests.groups.hooks.test_sending import DOCS, serve_all

pytestmark = pytest.mark.django_db

LETTER = b"""From: Bob <bob@example.org>
To: gardeners@posthouse.localhost
Subject: %s
Message-ID: <%s@example.org>
Date: Mon, 2 Mar 2026 09:00:00 +0000
%s
Forty packets are left.
"""


def comes(group, name, headers=b""):
    raw = LETTER % (b"Seeds", name, headers + b"\n" if headers else b"")
    accept(raw, "bob@example.org", [group.address], door=Door.LMTP)
    pipeline.process_waiting()


def heard(there):
    return [json.loads(body) for _, body in there.got]


@pytest.fixture
def everything(group, alice, there):
    return hook_to(there, group, alice, *events.KNOWN, with_text=True)


def test_a_letter_begins_a_topic_and_its_answer_does_not(everything, group, there):
    comes(group, b"one")
    comes(group, b"two", b"In-Reply-To: <one@example.org>")
    serve_all()
    told = heard(there)
    assert [event["type"] for event in told] == ["message.posted", "topic.created", "message.posted"]
    assert [event["data"]["number"] for event in told] == [1, 1, 2]
    content = told[0]["data"]["content"]
    assert (content["subject"], content["message_id"]) == ("Seeds", "one@example.org")
    assert content["from"] == {"name": "Bob", "address": "bob@example.org"} and "Forty packets" in content["text"]


def test_without_the_text_it_hears_no_word_of_the_letter(everything, group, there):
    Hook.objects.update(with_text=False)
    comes(group, b"one")
    serve_all()
    assert there.got and not any(b"Forty" in body for _, body in there.got)


def test_what_is_destroyed_before_it_is_told_is_told_to_nobody(everything, group, alice, there):
    comes(group, b"one")
    letter = Message.objects.get()
    assert "Forty" not in str(list(Event.objects.values())) and "Seeds" not in str(list(Event.objects.values()))
    hiding.hide(group, [letter], by=alice)
    destroy_letters(group, [letter.pk], by=alice)
    serve_all()
    told = {event["type"]: event for event in heard(there)}
    assert told["message.posted"]["data"]["content"] is None
    assert {"message.hidden", "message.destroyed"} <= set(told)
    assert not any(b"Forty" in body for _, body in there.got)


def test_a_letter_that_waits_is_told_to_owners_without_its_text(everything, group, there):
    group.moderation = Moderation.ALL
    group.save()
    comes(group, b"one")
    serve_all()
    (event,) = heard(there)
    assert event["type"] == "message.held"
    assert event["data"]["content"] == {"subject": "Seeds", "from": {"address": "bob@example.org"}}
    assert b"Forty" not in there.got[0][1]


def test_whoever_joins_is_told(everything, group, there):
    add_member(group, "dora@example.org", "Dora")
    serve_all()
    assert [(event["type"], event["data"]["about"]) for event in heard(there)] == [("member.joined", "Dora")]


def test_every_event_can_be_chosen_and_is_in_the_documentation():
    page = DOCS.read_text()
    assert [name for name in events.KNOWN if f"`{name}`" not in page] == []
    unknown = {*events.OF_ACTIONS.values(), *events.OF_WAITING.values()} - set(events.KNOWN)
    assert not unknown and not Sending.objects.exists()
