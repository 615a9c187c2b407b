import io
import json

import pytest
from django.core import mail as outbox
from django.core.management import CommandError, call_command

from archive.models import Message
from groups.models import Moderation
from mail.inbound import pipeline
from mail.models import ContentRule, Inbound, InboundState, Spooled
from mail.rules import CHAIN
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db


def run(*words, **options):
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "letter.eml"
    path.write_bytes(raw())
    return str(path)


def judged(letter, sender="bob@example.org"):
    return json.loads(run("judge", letter, "--group", "gardeners", "--from", sender, "--json").splitlines()[-1])


def test_judge_accepts_bobs_letter(group, letter):
    found = judged(letter)
    assert (found["verdict"], found["rule"]) == ("accept", "accept")
    assert [each["rule"] for each in found["rules"]] == [rule.name for rule in CHAIN]
    assert {each["answer"] for each in found["rules"]} == {"no"}


def test_judge_says_what_every_rule_thinks(group, letter):
    group.moderation, group.emergency = Moderation.ALL, True
    group.save()
    found = judged(letter)
    answers = {each["rule"]: each["answer"] for each in found["rules"]}
    assert (found["verdict"], found["rule"]) == ("hold", "moderation")
    assert answers["emergency"] == "hold"
    assert found["reason"] == "Every letter waits in this group."


def test_judge_asks_the_groups_own_rules_too(group, letter):
    asked = [{"on": "subject", "how": "words", "value": "swap", "name": ""}]
    ContentRule.objects.create(group=group, name="Swaps", conditions=asked)
    found = judged(letter)
    assert (found["verdict"], found["rule"]) == ("hold", "content") and "“Swaps”" in found["reason"]


def test_judge_takes_the_envelope_sender_at_its_word(group, letter):
    assert judged(letter, "<>")["rule"] == "empty-return-path"


def test_judge_leaves_no_trace(group, letter, django_assert_num_queries):
    group.strangers = "reject"
    group.save()
    with django_assert_num_queries(8) as queries:
        judged(letter, "charlie@example.net")
    assert not any(
        verb in query["sql"] for query in queries.captured_queries for verb in ("INSERT", "UPDATE", "DELETE")
    )
    assert (Spooled.objects.count(), Message.objects.count(), outbox.outbox) == (0, 0, [])


def test_judge_in_words(group, letter):
    assert run("judge", letter, "--group", "gardeners", "--from", "bob@example.org").endswith(
        "accept: Nothing speaks against it.\n"
    )


@pytest.mark.parametrize(
    ("file", "slug", "sender", "sentence"),
    [
        ("no-such-file", "gardeners", "bob@example.org", "no-such-file cannot be read: No such file or directory."),
        ("", "nobody", "bob@example.org", "There is no group 'nobody'."),
        ("", "gardeners", "bob", "'bob' is no address."),
    ],
)
def test_judge_says_in_one_sentence_what_is_wrong(group, letter, file, slug, sender, sentence):
    with pytest.raises(CommandError, match=sentence.replace(".", r"\.")):
        run("judge", file or letter, "--group", slug, "--from", sender)


def test_replay_shows_what_failed_and_tries_it_again(group, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("mail.inbound.posts.send_all_on", lambda *_: 1 / 0)
        inbound = arrived(group)
        pipeline.process(inbound.pk)
    shown = json.loads(run("replay_inbound", "--json"))
    assert shown["failed"][0]["error"] == "ZeroDivisionError: division by zero"
    assert json.loads(run("replay_inbound", str(inbound.pk), "--json")) == {"replayed": 1}
    assert pipeline.process(inbound.pk) == InboundState.ARCHIVED


def test_replay_all(group):
    for number in range(3):
        arrived(group, raw(message_id=f"<{number}@x.example>"))
    Inbound.objects.update(state=InboundState.FAILED)
    assert run("replay_inbound", "--all") == "3 letters are tried again.\n"
    assert Inbound.objects.filter(state=InboundState.RECEIVED, attempts=0).count() == 3


def test_replay_wants_to_know_which(group):
    with pytest.raises(CommandError, match="not both"):
        run("replay_inbound", "1", "--all")
