import json

import pytest
from django.core.management import CommandError, call_command

from groups.models import Membership, Posting
from mail.inbound import pipeline
from tests.mail.letters import arrived

pytestmark = pytest.mark.django_db


def trace(capsys, *words: str) -> str:
    call_command("trace", *words)
    return capsys.readouterr().out


def test_an_operator_reads_the_story(group, capsys):
    pipeline.process(arrived(group).pk)
    out = trace(capsys, "<swap-1@example.org>", "alice@example.org")
    assert "accepted" in out and "A copy was queued for alice@example.org." in out


def test_a_program_reads_it_from_the_last_line(group, capsys):
    pipeline.process(arrived(group).pk)
    found = json.loads(trace(capsys, "swap-1@example.org", "alice@example.org", "--json").splitlines()[-1])
    assert found["letters"] == [{"group": "gardeners", "number": 1}]
    assert [event["what"] for event in found["events"]] == ["accepted", "archived", "queued", "waits"]
    assert set(found["events"][0]) == {"at", "what", "sentence", "detail", "group"}


def test_a_letter_that_waits_has_a_story(group, bob, capsys):
    Membership.objects.filter(user=bob).update(posting=Posting.MODERATED)
    pipeline.process(arrived(group).pk)
    assert "waits for a moderator" in trace(capsys, "swap-1@example.org", "alice@example.org")


@pytest.mark.parametrize("words", [("unknown@x", "alice@example.org"), ("swap-1@example.org", "alice")])
def test_what_is_not_there_is_said_in_a_sentence(group, words):
    with pytest.raises(CommandError, match=r"\.$"):
        call_command("trace", *words)
