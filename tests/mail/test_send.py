"""Sending what is due: nobody is forgotten, nobody gets it twice, and the operator is told when the relay is away."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from mail.models import Delivery, DeliveryState, Kind, Outgoing, Relay, SendClaim, SigningKey
from mail.outbox import claims
from mail.outbox import send as sending
from mail.outbox.personal import ADDRESS, LEAVE, MUTE, mark
from mail.outbox.queue import queue_letter
from mail.outbox.send import Sender
from mail.outbox.session import Address
from tests.mail.relay import EXTENSIONS, FakeRelay

LETTER = f"Subject: Seeds\r\nList-Unsubscribe: <{mark(LEAVE)}>\r\n\r\nFor {mark(ADDRESS)} {mark(MUTE)}\r\n".encode()

pytestmark = pytest.mark.django_db


@pytest.fixture
def relay():
    with FakeRelay() as started:
        yield started


def sender_to(relay: FakeRelay, tmp_path=None, **limits: int) -> Sender:
    return Sender(Address("127.0.0.1", relay.port), tmp_path, limits)


def queue(*people: str, kind: Kind = Kind.POST) -> Outgoing:
    return queue_letter(kind, LETTER, [f"{name}@{name[0]}.example" for name in people])


def states() -> dict[str, str]:
    return {row.address.split("@")[0]: row.state for row in Delivery.objects.all()}


def people(count: int) -> list[str]:
    return [f"{chr(97 + number % 26)}{number}" for number in range(count)]


def test_everybody_gets_a_copy_of_their_own_once(relay):
    queue(*people(60))
    sender = sender_to(relay)
    assert sender.send_due() == 60
    assert sender.send_due() == 0
    assert len({letter.mail for letter in relay.letters}) == 60
    assert len({letter.rcpt for letter in relay.letters}) == 60
    assert set(states().values()) == {"sent"}
    assert relay.connections == 1
    assert not SendClaim.objects.exists()


def test_the_return_path_tells_whose_copy_came_back(relay):
    from mail.addressing import unseal

    queue("bob")
    sender_to(relay).send_due()
    token = relay.letters[0].mail.split("bounce+")[1].split("@")[0]
    assert unseal("bounce", token) == (Delivery.objects.get().pk,)


def test_the_answer_of_the_relay_is_kept(relay):
    relay.answers["RCPT TO:<bob@"] = "550 5.1.1 no such user"
    relay.answers["RCPT TO:<carl@"] = "451 4.7.1 greylisted"
    queue("alice", "bob", "carl")
    sender_to(relay).send_due()
    bob, carl = (Delivery.objects.get(address__startswith=name) for name in ("bob", "carl"))
    assert states() == {"alice": "sent", "bob": "failed", "carl": "deferred"}
    assert (bob.code, bob.status, bob.reply) == (550, "5.1.1", "no such user")
    assert carl.due_at > timezone.now()
    assert carl.attempts == 1


def test_a_deferred_copy_is_tried_again_when_it_is_due_and_not_before(relay):
    queue("bob")
    relay.answers["RCPT TO:<bob@"] = "451 4.7.1 greylisted"
    sender = sender_to(relay)
    sender.send_due()
    del relay.answers["RCPT TO:<bob@"]
    assert sender.send_due() == 0
    Delivery.objects.update(due_at=timezone.now())
    assert sender.send_due() == 1
    assert Delivery.objects.get().attempts == 2


def test_after_five_days_it_is_given_up_and_says_so(relay):
    queue("bob")
    Outgoing.objects.update(made_at=timezone.now() - timedelta(days=5, hours=1))
    relay.answers["RCPT TO:<bob@"] = "451 4.7.1 not now"
    sender_to(relay).send_due()
    assert Delivery.objects.get().state == DeliveryState.FAILED
    assert Delivery.objects.get().reply == "Given up after 5 days. not now"


def test_421_leaves_the_untouched_queued_and_the_next_call_goes_on(relay):
    queue("alice", "bob", "carl")
    relay.answers["MAIL FROM"] = "421 4.3.2 come back later"
    sender = sender_to(relay)
    assert sender.send_due() == 0
    assert set(states().values()) == {"queued"}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    relay.answers.clear()
    Relay.objects.update(paused_until=None)
    assert sender.send_due() == 3


def test_a_relay_that_is_away_pauses_the_site_and_says_why(relay):
    queue("bob")
    relay.answers["greeting"] = "554 5.3.2 closed for repairs"
    sender = sender_to(relay)
    sender.send_due()
    row = Relay.objects.get()
    assert "closed for repairs" in row.paused_because
    assert row.paused_until > timezone.now()
    connections = relay.connections
    sender.send_due()
    assert relay.connections == connections
    assert states() == {"bob": "queued"}


def test_pauses_grow_and_end_with_the_first_letter_taken(relay):
    queue("bob")
    relay.answers["greeting"] = "554 5.3.2 closed"
    waits = []
    for _ in range(3):
        sender_to(relay).send_due()
        waits.append(Relay.objects.get().paused_until - timezone.now())
        Relay.objects.update(paused_until=None)
    assert waits == sorted(waits)
    relay.answers.clear()
    sender_to(relay).send_due()
    assert (Relay.objects.get().failures, Relay.objects.get().paused_because) == (0, "")


def test_a_relay_that_refuses_everybody_loses_nobody(relay):
    relay.answers["RCPT TO"] = "554 5.7.1 relay access denied"
    queue(*people(40))
    sender_to(relay).send_due()
    assert set(states().values()) <= {"queued", "deferred"}
    assert "relay access denied" in Relay.objects.get().paused_because
    assert len([command for command in relay.commands if command.startswith("RCPT")]) <= 12


def test_unknown_people_in_a_row_do_not_stop_the_site(relay):
    relay.answers["RCPT TO"] = "550 5.1.1 no such user"
    queue(*people(40))
    sender_to(relay).send_due()
    assert set(states().values()) == {"failed"}
    assert not Relay.objects.filter(paused_until__isnull=False).exists()


def test_one_letter_nobody_wants_does_not_stop_the_site(relay):
    relay.before_final = lambda: "554 5.7.1 this is spam"
    queue(*people(40))
    sender_to(relay).send_due()
    assert set(states().values()) == {"failed"}
    assert not Relay.objects.filter(paused_until__isnull=False).exists()


def test_a_letter_the_relay_falls_over_does_not_hold_up_the_others(relay):
    queue("alice", "bob")
    falls = iter(["drop"])
    relay.before_final = lambda: next(falls, "")
    sender = sender_to(relay)
    sender.send_due()
    Relay.objects.update(paused_until=None)
    sender.send_due()
    assert states() == {"alice": "deferred", "bob": "sent"}


def test_a_domain_is_not_sent_more_than_it_takes(relay):
    queue_letter(Kind.POST, LETTER, [f"p{number}@slow.example" for number in range(10)])
    queue("alice")
    sender_to(relay, **{"slow.example": 60}).send_due()
    waiting = Delivery.objects.filter(state="queued").order_by("due_at")
    assert Delivery.objects.filter(state="sent", domain="slow.example").count() == 2
    assert waiting.count() == 8
    assert waiting[7].due_at - waiting[0].due_at >= timedelta(seconds=6)
    assert set(waiting.values_list("attempts", flat=True)) == {0}
    assert states()["alice"] == "sent"


def test_letters_people_wait_for_go_first(relay):
    queue("alice")
    queue("bob", kind=Kind.NOTICE)
    sender_to(relay).send_due()
    assert "bob" in relay.letters[0].rcpt


def test_what_a_dead_process_had_claimed_is_sent_by_the_next(relay, monkeypatch):
    queue("alice", "bob")
    claims.claim(10)
    assert sender_to(relay).send_due() == 0
    monkeypatch.setattr(claims.processes, "is_gone", lambda holder: True)
    assert sender_to(relay).send_due() == 2


def test_a_claim_that_nobody_knows_of_ends_by_its_age(relay):
    queue("alice")
    claims.claim(10)
    Delivery.objects.update(claimed_at=timezone.now() - timedelta(hours=1))
    SendClaim.objects.all().delete()
    assert sender_to(relay).send_due() == 1


def test_two_senders_never_take_the_same_copy():
    queue(*people(10))
    first, second = claims.claim(6), claims.claim(6)
    assert len(first.deliveries) == 6
    assert len(second.deliveries) == 4
    assert not {each.id for each in first.deliveries} & {each.id for each in second.deliveries}


def test_results_are_written_at_least_every_nineteen_copies(relay, monkeypatch):
    """What a kill may double: copies the relay took whose row does not say so."""
    queue(*people(100))
    worst = 0

    def look() -> str:
        nonlocal worst
        worst = max(worst, len(relay.letters) + 1 - written)
        return ""

    written = 0
    original = claims.write_back

    def count(chunk, results):
        nonlocal written
        original(chunk, results)
        written += len(results)

    monkeypatch.setattr(claims, "write_back", count)
    relay.before_final = look
    sender_to(relay).send_due()
    assert written == 100
    assert worst <= 20


def test_bounces_hear_of_refusals(relay):
    heard = []
    relay.answers["RCPT TO:<bob@"] = "550 5.1.1 no such user"
    queue("alice", "bob")
    sender_to(relay).send_due(report=heard.extend)
    assert [(delivery.address[0], result.state) for delivery, result in heard] == [("b", "failed")]


def test_a_mailbox_remembers_that_the_relay_knows_of_no_such_person(relay, settings, monkeypatch):
    from mail.models import BounceEvent
    from mail.tasks import send_due

    monkeypatch.setattr(sending, "_sender", None)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", relay.port
    relay.answers["RCPT TO:<bob@"] = "550 5.1.1 no such user"
    relay.answers["RCPT TO:<carl@"] = "451 4.7.1 greylisted"
    queue("alice", "bob", "carl")
    send_due()
    assert [(event.address, event.category) for event in BounceEvent.objects.all()] == [("bob@b.example", "hard")]


def test_signed_where_there_is_a_key(relay, settings):
    from mail.management.commands.make_dkim_key import make_key

    SigningKey.objects.create(domain=settings.MAIL_DOMAIN, selector="a", private_pem=make_key("rsa")[0])
    queue("alice")
    sender_to(relay).send_due()
    assert relay.letters[0].content.startswith(b"DKIM-Signature: ")


def test_without_a_relay_letters_are_kept_as_files(tmp_path):
    queue("alice", "bob")
    sender = Sender(None, tmp_path / "outgoing-mail", {})
    assert sender.send_due() == 2
    files = sorted((tmp_path / "outgoing-mail").iterdir())
    assert len(files) == 2
    assert b"X-Envelope-To: alice@a.example" in files[0].read_bytes()
    assert set(states().values()) == {"sent"}


def test_a_folder_that_cannot_be_written_loses_nothing(tmp_path):
    (tmp_path / "outgoing-mail").write_text("in the way")
    queue("alice")
    Sender(None, tmp_path / "outgoing-mail", {}).send_due()
    assert states() == {"alice": "queued"}
    assert "cannot be kept" in Relay.objects.get().paused_because


def test_relays_without_pipelining_do_too():
    with FakeRelay(tuple(word for word in EXTENSIONS if word != "PIPELINING")) as relay:
        queue(*people(30))
        assert sender_to(relay).send_due() == 30


def test_the_task_sends_what_the_settings_say(relay, settings, monkeypatch):
    from mail.tasks import send_due

    monkeypatch.setattr(sending, "_sender", None)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", relay.port
    queue("alice")
    send_due()
    assert len(relay.letters) == 1


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_away_results_are_kept_and_written_later(relay, monkeypatch):
    monkeypatch.setattr("mail.outbox.queue.ring", lambda task: None)
    queue("alice")
    original, away = claims.write_back, iter([OperationalError("gone"), OperationalError("gone")])

    def write(chunk, results):
        problem = next(away, None)
        if problem:
            raise problem
        original(chunk, results)

    monkeypatch.setattr(claims, "write_back", write)
    sender_to(relay).send_due()
    assert states() == {"alice": "sent"}
    assert len(relay.letters) == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_forgot_what_it_had_not_written_down_is_told_again(relay, monkeypatch):
    monkeypatch.setattr("mail.outbox.queue.ring", lambda task: None)
    queue(*people(60))
    original, calls = claims.write_back, iter(range(100))

    def write(chunk, results):
        if next(calls) == 2:  # as PostgreSQL after a kill: the commits since the last durable one are gone
            Delivery.objects.update(state="sending", sent_at=None)
            raise OperationalError("server closed the connection unexpectedly")
        return original(chunk, results)

    monkeypatch.setattr(claims, "write_back", write)
    assert sender_to(relay).send_due() == 60
    assert len(relay.letters) == 60
    assert set(states().values()) == {"sent"}
