import pytest
from django.core import mail as outbox

from groups.models import Membership, Posting, Role, Strangers
from mail.inbound import pipeline
from mail.inbound.telling import why_not
from mail.rules import Authentication
from tests.builders import make_user
from tests.mail.letters import arrived, raw
from tests.mail.rules.posts import a_post

pytestmark = pytest.mark.django_db


def sent_to(address):
    return [letter for letter in outbox.outbox if letter.to == [address]]


def from_charlie(group, number=1, **headers):
    content = raw(sender="charlie@example.net", message_id=f"<{number}@example.net>", **headers)
    pipeline.process(arrived(group, content, envelope_from="charlie@example.net").pk)


def test_a_stranger_hears_once_a_day_that_letters_wait(group):
    from_charlie(group, 1)
    from_charlie(group, 2)
    assert len(sent_to("charlie@example.net")) == 1
    assert len(sent_to("alice@example.org")) == 2


def test_a_stranger_who_is_sent_back_hears_how_to_join(group):
    group.strangers = Strangers.REJECT
    group.save()
    from_charlie(group)
    (letter,) = sent_to("charlie@example.net")
    assert "gardeners+subscribe@posthouse.localhost" in letter.body
    assert "was not accepted" in letter.subject
    assert sent_to("alice@example.org") == []


def test_bob_reads_the_subject_of_his_own_letter(group, bob):
    Membership.objects.filter(user=bob).update(posting=Posting.MODERATED)
    pipeline.process(arrived(group, raw(subject="Beans & <peas>")).pk)
    assert 'Your letter "Beans & <peas>" to Riverside Gardeners' in sent_to("bob@example.org")[0].body


def test_every_owner_and_moderator_hears_of_it_where_their_mail_goes(group):
    Membership.objects.create(group=group, user=make_user("Mo"), role=Role.MODERATOR, address="mo@work.example")
    from_charlie(group)
    (letter,) = sent_to("mo@work.example")
    assert "http" in letter.body
    assert "/g/gardeners/moderation/" in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_flood_does_not_become_a_flood_of_notices(group):
    for number in range(25):
        from_charlie(group, number)
    assert len(sent_to("alice@example.org")) == 20


def test_a_subject_cannot_add_headers(group):
    from_charlie(group, subject="Hello =?utf-8?q?=0ABcc=3A_x=40example.net?=")
    (letter,) = sent_to("alice@example.org")
    assert "\n" not in letter.subject
    assert letter.message()["Bcc"] is None


@pytest.mark.parametrize(
    "facts",
    [
        {"envelope_from": ""},
        {"envelope_from": "MAILER-DAEMON@example.net".lower()},
        {"envelope_from": "no-reply@example.net"},
        {"envelope_from": "gardeners@posthouse.localhost"},
        {"envelope_from": "bounce+aaaaaaaaaaaaaaaa@posthouse.localhost"},
        {"headers": {"auto-submitted": "auto-generated"}},
        {"headers": {"precedence": "bulk"}},
        {"headers": {"list-id": "<birds.example>"}},
        {"authentication": Authentication(spf="fail")},
        {"authentication": Authentication(spf="softfail")},
        {"authentication": Authentication(dmarc="fail")},
    ],
)
def test_who_must_not_be_answered_is_not(facts):
    assert why_not(a_post(**facts)).startswith("not sent: ")


def test_people_are_answered():
    assert why_not(a_post(authentication=Authentication(spf="pass", dmarc="pass"))) == ""
    assert why_not(a_post(envelope_from="", signed_in=True)) == ""
