"""The conversation with the relay: who got it, who did not, and what is left when the line goes dead."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mail.outbox.session import Address, Copy, Session, SessionLost, stuffed
from tests.mail.relay import EXTENSIONS, FakeRelay

LETTER = b"Subject: Seeds\r\n\r\nForty packets are left.\r\n"
NO_PIPELINING = tuple(word for word in EXTENSIONS if word != "PIPELINING")


def to(*people: str, content: bytes = LETTER) -> list[Copy]:
    return [Copy(f"bounce+{name}@lists.example", f"{name}@example.org", content) for name in people]


def send(relay: FakeRelay, copies: list[Copy]) -> list[tuple[str, int]]:
    with Session(Address("127.0.0.1", relay.port), timeout=5) as session:
        return [(copy.recipient.split("@")[0], answer.code) for copy, answer in session.send(copies)]


@pytest.mark.parametrize("extensions", [EXTENSIONS, NO_PIPELINING, ("HELP",)])
def test_everybody_gets_a_letter_over_one_connection(extensions):
    with FakeRelay(extensions) as relay:
        assert send(relay, to("alice", "bob", "charlie")) == [("alice", 250), ("bob", 250), ("charlie", 250)]
    assert relay.connections == 1
    assert [letter.content for letter in relay.letters] == [LETTER] * 3
    assert [letter.rcpt for letter in relay.letters] == [
        f"RCPT TO:<{n}@example.org>" for n in ("alice", "bob", "charlie")
    ]


@pytest.mark.parametrize("extensions", [EXTENSIONS, NO_PIPELINING])
@pytest.mark.parametrize("refused", ["alice", "bob", "charlie"])
def test_one_unknown_person_does_not_keep_the_others_from_theirs(extensions, refused):
    with FakeRelay(extensions, {f"RCPT TO:<{refused}@": "550 5.1.1 no such user"}) as relay:
        answers = dict(send(relay, to("alice", "bob", "charlie")))
    assert answers.pop(refused) == 550
    assert set(answers.values()) == {250}
    assert len(relay.letters) == 2


def test_a_relay_that_says_go_ahead_for_nobody_gets_an_empty_letter():
    with FakeRelay(answers={"RCPT TO:<bob@": "550 5.1.1 no such user", "DATA": "354 go ahead"}) as relay:
        relay.answers["."] = "554 5.5.1 no valid recipients"
        assert send(relay, to("bob")) == [("bob", 550)]


def test_a_refused_letter_is_answered_with_the_relays_words():
    with FakeRelay() as relay, Session(Address("127.0.0.1", relay.port), timeout=5) as session:
        relay.before_final = lambda: "550-5.7.1 This looks like spam,\r\n550 5.7.1 says our filter."
        [(_, answer)] = session.send(to("alice"))
    assert (answer.code, answer.status, answer.text) == (550, "5.7.1", "This looks like spam, says our filter.")


def test_421_ends_the_session_and_what_was_taken_before_is_known():
    with FakeRelay(answers={"MAIL FROM:<bounce+charlie@": "421 4.3.2 too many letters"}) as relay:
        answered = []
        with Session(Address("127.0.0.1", relay.port), timeout=5) as session, pytest.raises(SessionLost) as lost:
            for copy, answer in session.send(to("alice", "bob", "charlie", "dora")):
                answered.append((copy.recipient, answer.code))
    assert answered == [("alice@example.org", 250), ("bob@example.org", 250)]
    assert lost.value.answer.code == 421
    assert len(relay.letters) == 2


def test_a_dropped_connection_answers_for_nobody_it_did_not_hear_of():
    with FakeRelay(answers={"RCPT TO:<bob@": "drop"}) as relay:
        answered = []
        with Session(Address("127.0.0.1", relay.port), timeout=5) as session, pytest.raises(SessionLost):
            answered.extend(answer.code for _, answer in session.send(to("alice", "bob")))
        assert answered in ([], [250])
        assert answered == [250]


def test_when_an_answer_is_handed_out_no_other_letters_content_is_under_way():
    with FakeRelay() as relay, Session(Address("127.0.0.1", relay.port), timeout=5) as session:
        for count, _ in enumerate(session.send(to("alice", "bob", "charlie")), 1):
            assert len(relay.letters) == count


def test_dots_travel_doubled_and_arrive_single():
    letter = b".first\r\n..two\r\n.\r\nend without a line end"
    with FakeRelay() as relay:
        send(relay, to("alice", content=letter))
    assert relay.letters[0].content == letter + b"\r\n"
    assert stuffed(b"a\r\n.\r\nb\r\n") == b"a\r\n..\r\nb\r\n.\r\n"


def test_a_letter_larger_than_the_relay_takes_is_refused_without_sending_it():
    with FakeRelay(("SIZE 100", "PIPELINING")) as relay:
        assert send(relay, to("alice", content=b"x" * 101)) == [("alice", 552)]
    assert not any(command.startswith("MAIL") for command in relay.commands)


def test_an_address_beyond_ascii_needs_a_relay_that_knows_it():
    with FakeRelay() as relay:
        assert send(relay, to("jösta")) == [("jösta", 250)]
    assert relay.letters[0].mail.endswith(" SMTPUTF8")
    with FakeRelay(("PIPELINING",)) as relay:
        assert send(relay, to("jösta")) == [("jösta", 553)]


def test_an_address_can_not_smuggle_a_command():
    with FakeRelay() as relay:
        assert send(relay, [Copy("", "bob@example.org>\r\nRCPT TO:<eve@example.org", LETTER)])[0][1] == 553
    assert not relay.letters


def test_eight_bit_letters_say_so():
    with FakeRelay() as relay:
        send(relay, to("alice", content="Subject: x\r\n\r\nGrüße\r\n".encode()))
    assert "BODY=8BITMIME" in relay.letters[0].mail


def test_signing_in_with_a_password():
    welcome = {"AUTH PLAIN AGFubgBzZWNyZXQ=": "235 2.7.0 welcome"}
    with (
        FakeRelay((*EXTENSIONS, "AUTH PLAIN LOGIN"), welcome) as relay,
        Session(Address("127.0.0.1", relay.port, "ann", "secret"), timeout=5) as session,
    ):
        assert [answer.code for _, answer in session.send(to("bob"))] == [250]


def test_a_wrong_password_is_the_relays_refusal_in_its_own_words():
    with (
        FakeRelay((*EXTENSIONS, "AUTH PLAIN"), {"AUTH": "535 5.7.8 wrong password"}) as relay,
        pytest.raises(SessionLost, match="wrong password"),
    ):
        Session(Address("127.0.0.1", relay.port, "ann", "x"), timeout=5).open()


def test_a_server_that_speaks_something_else_is_named():
    with (
        FakeRelay(answers={"greeting": "SSH-2.0-OpenSSH_9"}) as relay,
        pytest.raises(SessionLost, match="does not speak SMTP"),
    ):
        Session(Address("127.0.0.1", relay.port), timeout=5).open()


def test_nobody_listening_is_an_answer_too():
    with FakeRelay() as relay:
        port = relay.port
    with pytest.raises(SessionLost):
        Session(Address("127.0.0.1", port), timeout=5).open()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "relay.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


def with_tls(certificate) -> FakeRelay:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return FakeRelay((*EXTENSIONS, "STARTTLS"), tls=context)


def test_letters_travel_encrypted_where_the_operator_wants_it(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with with_tls(certificate) as relay, Session(Address("127.0.0.1", relay.port, starttls=True), timeout=5) as session:
        assert [answer.code for _, answer in session.send(to("bob", "alice"))] == [250, 250]
    assert relay.commands[:3] == [relay.commands[0], "STARTTLS", relay.commands[0]]


def test_a_certificate_nobody_vouches_for_gets_no_letter(certificate):
    with with_tls(certificate) as relay, pytest.raises(SessionLost, match="certificate"):
        Session(Address("127.0.0.1", relay.port, starttls=True), timeout=5).open()
    assert not relay.letters
